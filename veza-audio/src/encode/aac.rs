//! AAC-LC (ISO/IEC 14496-3), as raw access units.
//!
//! The encoder is libxaac (Apache-2.0), behind the cargo feature `aac`: its C sources are built
//! by the C compiler alone. Without the feature [`AacEncoder::new`] answers
//! [`crate::Error::EncoderLeftOut`].

#[cfg(feature = "aac")]
mod config;
#[cfg(feature = "aac")]
mod xaac;

use super::{Packet, PacketEncoder, StreamInfo};
use crate::{AudioBuffer, AudioSpec, Error, Result};

/// Frames in an AAC-LC packet.
pub const AAC_PACKET_FRAMES: u32 = 1024;

/// Sample rates of MPEG-4 audio which the encoder takes, in the order of their index in
/// `AudioSpecificConfig` (ISO/IEC 14496-3, table 1.18).
const SAMPLE_RATES: [u32; 12] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
];

/// The least bit rate for each channel, in bit/s.
const MIN_BIT_RATE: u64 = 8_000;

/// The least bit rate for 5.1, in bit/s.
const MIN_SURROUND_BIT_RATE: u64 = 64_000;

/// The most bits a packet may spend on one channel: the decoder's input buffer
/// (ISO/IEC 14496-3, 4.5.3).
const MAX_PACKET_BITS: u64 = 6_144;

/// What is asked of the AAC encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AacSettings {
    /// Bit/s for all channels together, constant over the bit reservoir: at least 8,000 for each
    /// channel (64,000 for 5.1). What is more than AAC can hold (6,144 bits for each channel of a
    /// packet: 264,600 for mono at 44.1 kHz) is lowered to that; [`StreamInfo::bit_rate`] tells.
    pub bit_rate: u32,
}

impl AacSettings {
    /// The bit rate which is used for `spec`.
    fn bit_rate_for(self, spec: AudioSpec) -> Result<u32> {
        let channels = spec.channels() as u64;
        let rate = u64::from(spec.sample_rate);
        let (min, max) = if channels == 6 {
            // The bits are not the same for each channel: a pair must not get more than it holds.
            (MIN_SURROUND_BIT_RATE, 20 * rate)
        } else {
            let packet = u64::from(AAC_PACKET_FRAMES);
            (
                MIN_BIT_RATE * channels,
                MAX_PACKET_BITS * channels * rate / packet,
            )
        };
        if u64::from(self.bit_rate) < min {
            return Err(Error::invalid(
                "bit_rate",
                format!("AAC takes {min} bit/s or more here, not {}", self.bit_rate),
            ));
        }
        Ok(u64::from(self.bit_rate).min(max) as u32)
    }
}

/// Turns mono, stereo or 5.1 sound into AAC-LC packets.
///
/// Samples may go over full scale, up to twice of it; what is not a number is taken for silence.
///
/// The sound is led in by silence, which [`StreamInfo::priming`] counts:
/// - [`AacEncoder::new`] begins it in the middle of a packet. A container which cannot say "drop
///   the priming" (MPEG-TS) may then begin at that very packet: the aliasing of a first MDCT
///   block, which mirrors around its middle, has only that silence to mirror onto the sound.
/// - [`AacEncoder::for_length`] ends it at the end of a packet, so that a player which drops the
///   priming and knows nothing of padding plays exactly the sound.
pub struct AacEncoder {
    #[cfg(feature = "aac")]
    inner: xaac::XaacEncoder,
    #[cfg(not(feature = "aac"))]
    inner: std::convert::Infallible,
}

impl AacEncoder {
    /// An encoder of `spec`: 8 to 96 kHz at one of the rates of MPEG-4, mono, stereo or 5.1.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for another rate, other channels or too low a bit rate;
    /// [`Error::EncoderLeftOut`] in a build without the feature `aac`; [`Error::Encoder`].
    pub fn new(settings: AacSettings, spec: AudioSpec) -> Result<Self> {
        Self::build(settings, spec, None)
    }

    /// An encoder of `spec` for a sound of so many frames: its last packet holds no padding.
    ///
    /// # Errors
    /// Those of [`AacEncoder::new`].
    pub fn for_length(settings: AacSettings, spec: AudioSpec, frames: u64) -> Result<Self> {
        Self::build(settings, spec, Some(frames))
    }

    fn build(settings: AacSettings, spec: AudioSpec, frames: Option<u64>) -> Result<Self> {
        if !SAMPLE_RATES.contains(&spec.sample_rate) {
            return Err(Error::invalid(
                "sample_rate",
                format!(
                    "AAC has no {} Hz; resample to 44100 or 48000",
                    spec.sample_rate
                ),
            ));
        }
        if !matches!(spec.channels(), 1 | 2 | 6) {
            return Err(Error::invalid(
                "layout",
                format!(
                    "the AAC encoder takes 1, 2 or 6 channels, not {}",
                    spec.channels()
                ),
            ));
        }
        let bit_rate = settings.bit_rate_for(spec)?;
        #[cfg(feature = "aac")]
        {
            Ok(Self {
                inner: xaac::XaacEncoder::new(bit_rate, spec, frames)?,
            })
        }
        #[cfg(not(feature = "aac"))]
        {
            let _ = (bit_rate, frames);
            Err(Error::EncoderLeftOut {
                codec: "AAC",
                feature: "aac",
            })
        }
    }
}

#[cfg(feature = "aac")]
impl PacketEncoder for AacEncoder {
    fn info(&self) -> &StreamInfo {
        self.inner.info()
    }

    fn encode(&mut self, block: &AudioBuffer, out: &mut Vec<Packet>) -> Result<()> {
        self.inner.encode(block, out)
    }

    fn finish(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        self.inner.finish(out)
    }
}

// No value of the type exists in such a build.
#[cfg(not(feature = "aac"))]
impl PacketEncoder for AacEncoder {
    fn info(&self) -> &StreamInfo {
        match self.inner {}
    }

    fn encode(&mut self, _block: &AudioBuffer, _out: &mut Vec<Packet>) -> Result<()> {
        match self.inner {}
    }

    fn finish(&mut self, _out: &mut Vec<Packet>) -> Result<()> {
        match self.inner {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    fn stereo(sample_rate: u32) -> AudioSpec {
        AudioSpec::new(sample_rate, ChannelLayout::Stereo)
    }

    #[test]
    fn what_aac_has_not_is_refused_by_name() {
        let settings = AacSettings { bit_rate: 128_000 };
        let error = AacEncoder::new(settings, stereo(44_000)).err().unwrap();
        assert_eq!(
            error.to_string(),
            "sample_rate: AAC has no 44000 Hz; resample to 44100 or 48000"
        );
        let surround = AudioSpec::new(48_000, ChannelLayout::Surround71);
        let error = AacEncoder::new(settings, surround).err().unwrap();
        assert_eq!(error.code(), "audio.invalid_parameter");
        let error = AacEncoder::new(AacSettings { bit_rate: 1 }, stereo(48_000))
            .err()
            .unwrap();
        assert_eq!(
            error.to_string(),
            "bit_rate: AAC takes 16000 bit/s or more here, not 1"
        );
    }

    #[test]
    fn a_bit_rate_is_at_most_what_a_packet_holds() {
        let settings = AacSettings { bit_rate: 320_000 };
        let mono = AudioSpec::new(44_100, ChannelLayout::Mono);
        assert_eq!(settings.bit_rate_for(mono).unwrap(), 264_600);
        assert_eq!(settings.bit_rate_for(stereo(44_100)).unwrap(), 320_000);
        let surround = AudioSpec::new(8_000, ChannelLayout::Surround51);
        assert_eq!(settings.bit_rate_for(surround).unwrap(), 160_000);
    }

    #[cfg(not(feature = "aac"))]
    #[test]
    fn a_build_without_the_encoder_says_so() {
        let error = AacEncoder::new(AacSettings { bit_rate: 128_000 }, stereo(48_000)).err();
        assert_eq!(error.unwrap().code(), "audio.encoder_left_out");
    }
}
