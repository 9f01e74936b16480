//! What wraps a codec's packets: MPEG-4 files, fragmented MPEG-4, MPEG-TS, packed audio.

mod adts;
pub(crate) mod cipher;
mod elementary;
pub mod fmp4;
pub(crate) mod id3;
pub mod mp4;
pub mod packed;
pub(crate) mod protection;
pub mod ts;

use crate::encode::StreamInfo;
use crate::{Error, Result};

/// How loud a sound was measured to be, for a container that can say so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasuredLoudness {
    /// Integrated loudness by ITU-R BS.1770-4, in LUFS.
    pub integrated: f64,
    /// The highest true peak of any channel, in dBTP.
    pub true_peak: f64,
}

/// The bit rates of a stream, in bit/s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BitRates {
    /// Over the busiest stretch.
    pub peak: u32,
    /// Over the whole.
    pub average: u32,
}

/// Refuses a stream that is not AAC, the codec which `container` is made for here.
fn check_aac(info: &StreamInfo, container: &'static str) -> Result<()> {
    if info.codec == "mp4a.40.2" {
        Ok(())
    } else {
        Err(Error::UnsupportedCodec {
            container,
            codec: info.codec.to_owned(),
        })
    }
}

/// Bit/s of `bytes` over `seconds`, rounded up.
pub(crate) fn bit_rate(bytes: u64, seconds: f64) -> u32 {
    (bytes as f64 * 8.0 / seconds).ceil() as u32
}
