//! What a file is: container, codec, length, tags.

use serde::Serialize;

use crate::AudioSpec;
use crate::tags::Tags;

/// The file format around the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // the names are the field's own
pub enum Container {
    Wav,
    Flac,
    Mp3,
    Mp4,
    Aiff,
    Ogg,
}

impl Container {
    /// The lower-case name, such as `wav`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::Mp4 => "mp4",
            Self::Aiff => "aiff",
            Self::Ogg => "ogg",
        }
    }
}

/// What is known of a file before its sound is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The file format.
    pub container: Container,
    /// The codec: `flac`, `mp3`, `aac`, `alac`, `vorbis`, `opus`, or the kind of PCM as FFmpeg
    /// names it (`pcm_s16le`).
    pub codec: &'static str,
    /// Bits of each sample; `None` for lossy codecs.
    pub bits_per_sample: Option<u32>,
    /// The tags.
    pub tags: Tags,
}

/// What a file is, with its exact length. Serialises in camelCase.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// The file format.
    pub container: Container,
    /// The codec, as in [`Info::codec`].
    pub codec: &'static str,
    /// Frames per second, in Hz.
    pub sample_rate: u32,
    /// The number of channels.
    pub channels: usize,
    /// Bits of each sample; `None` for lossy codecs.
    pub bits_per_sample: Option<u32>,
    /// Exactly as many frames as decoding gives.
    pub frames: u64,
    /// `frames` at `sample_rate`, in seconds.
    pub duration_seconds: f64,
    /// The tags.
    pub tags: Tags,
}

impl Probe {
    pub(crate) fn new(info: Info, spec: AudioSpec, frames: u64) -> Self {
        Self {
            container: info.container,
            codec: info.codec,
            sample_rate: spec.sample_rate,
            channels: spec.channels(),
            bits_per_sample: info.bits_per_sample,
            frames,
            duration_seconds: spec.seconds(frames),
            tags: info.tags,
        }
    }
}
