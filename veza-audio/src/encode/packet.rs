//! What a codec puts out before a container wraps it.

use crate::{AudioBuffer, AudioSpec, Result};

/// One encoded packet (access unit).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The codec's own bytes, with no transport around them.
    pub data: Vec<u8>,
    /// How many frames of sound it stands for, at the stream's sample rate.
    pub frames: u32,
}

/// What a container and a player need to know of a codec's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamInfo {
    /// The sound.
    pub spec: AudioSpec,
    /// The codec, as RFC 6381 names it in `CODECS`: `mp4a.40.2`, `fLaC`, `Opus`.
    pub codec: &'static str,
    /// Frames in every packet but perhaps the last (AAC-LC: 1024).
    pub packet_frames: u32,
    /// Frames at the start which the decoder puts out before the first of the sound (priming).
    pub priming: u32,
    /// The nominal bit rate in bit/s, where the codec has one.
    pub bit_rate: Option<u32>,
    /// The codec's configuration: AudioSpecificConfig, `STREAMINFO`, `OpusHead`.
    pub config: Vec<u8>,
}

impl StreamInfo {
    /// How many packets a sound of so many frames takes, its priming counted.
    pub(crate) fn packets_for(&self, sound_frames: u64) -> u64 {
        let frames = sound_frames.saturating_add(self.priming.into());
        frames.div_ceil(self.packet_frames.max(1).into())
    }

    /// How many frames of the last of these packets come after the sound.
    pub(crate) fn padding(&self, sound_frames: u64) -> u32 {
        let last =
            sound_frames.saturating_add(self.priming.into()) % u64::from(self.packet_frames.max(1));
        if last == 0 {
            0
        } else {
            self.packet_frames - last as u32
        }
    }
}

/// A codec which turns blocks of any length into packets.
pub trait PacketEncoder: Send {
    /// What the packets are.
    fn info(&self) -> &StreamInfo;

    /// Takes the next block and appends the packets that it completes.
    ///
    /// # Errors
    /// [`crate::Error::Encoder`].
    fn encode(&mut self, block: &AudioBuffer, out: &mut Vec<Packet>) -> Result<()>;

    /// Takes the end of the sound: appends every packet still due, so that a decoder which drops
    /// [`StreamInfo::priming`] frames puts out at least as many frames as went in.
    ///
    /// # Errors
    /// [`crate::Error::Encoder`].
    fn finish(&mut self, out: &mut Vec<Packet>) -> Result<()>;
}
