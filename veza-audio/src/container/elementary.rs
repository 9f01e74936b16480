//! Packets as the elementary stream that a transport stream or a packed segment carries: AAC in
//! ADTS, and MP3, whose frames stand for themselves.

use super::adts::AdtsFramer;
use super::protection::PacketCipher;
use crate::encode::StreamInfo;
use crate::{Error, Result};

/// The codec of MP3 as HLS names it in `CODECS`.
const MP3: &str = "mp4a.40.34";

/// The lowest rate of MPEG-1 audio, in Hz; below are those of MPEG-2.
const MPEG_1_RATE: u32 = 32_000;

/// Puts the packets of one stream one after the other.
pub(super) enum Framer {
    /// AAC: every packet behind an ADTS header.
    Adts(AdtsFramer),
    /// MPEG-1 or MPEG-2 layer III: every packet has a header of its own.
    Mpeg {
        /// Whether it is MPEG-2.
        low_rate: bool,
    },
}

impl Framer {
    /// # Errors
    /// [`Error::UnsupportedCodec`] for other codecs; [`Error::InvalidParameter`] for a stream
    /// without a rate, and where ADTS has no room for the configuration.
    pub(super) fn new(info: &StreamInfo, container: &'static str) -> Result<Self> {
        if info.spec.sample_rate == 0 || info.packet_frames == 0 {
            return Err(Error::invalid("info", "packets of 0 frames, or 0 Hz"));
        }
        match info.codec {
            MP3 => Ok(Self::Mpeg {
                low_rate: info.spec.sample_rate < MPEG_1_RATE,
            }),
            codec if codec.starts_with("mp4a.40.") => {
                Ok(Self::Adts(AdtsFramer::new(&info.config)?))
            }
            other => Err(Error::UnsupportedCodec {
                container,
                codec: other.to_owned(),
            }),
        }
    }

    /// Refuses what SAMPLE-AES has no words for.
    pub(super) fn check_encryption(&self) -> Result<()> {
        match self {
            Self::Adts(_) => Ok(()),
            Self::Mpeg { .. } => Err(Error::invalid(
                "encryption",
                "SAMPLE-AES is not defined for MP3; AES-128 takes it",
            )),
        }
    }

    /// Appends `packet`, encrypted where there is a cipher.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when the packet is too long for ADTS.
    pub(super) fn push(
        &self,
        packet: &[u8],
        cipher: Option<&PacketCipher>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match self {
            Self::Adts(framer) => framer.push(packet, out)?,
            Self::Mpeg { .. } => out.extend_from_slice(packet),
        }
        if let Some(cipher) = cipher {
            let start = out.len() - packet.len();
            cipher.sample_aes(&mut out[start..]);
        }
        Ok(())
    }
}
