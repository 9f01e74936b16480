//! One rendition: its segments and its media playlist.

use serde::{Deserialize, Serialize};

use super::{CutPlan, PackageSettings, Packager, SegmentFormat};
use crate::container::MeasuredLoudness;
use crate::encode::{Packet, StreamInfo};
use crate::{Output, Result};

/// How a rendition is cut and packaged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RenditionSettings {
    /// How segments are packaged.
    pub format: SegmentFormat,
    /// How long a segment should be, in seconds: 1 to 60. Apple advises 6.
    pub segment_seconds: f64,
    /// How many frames the sound has: exactly, since every rendition is cut by it.
    pub total_frames: u64,
}

/// What a rendition came to: the master playlist's line on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rendition {
    /// Its media playlist, from the folder of the master playlist: `128k/playlist.m3u8`.
    pub uri: String,
    /// How its segments are packaged.
    pub format: SegmentFormat,
    /// Bit/s of its busiest segment, as measured.
    pub bandwidth: u32,
    /// Bit/s over all segments, as measured.
    pub average_bandwidth: u32,
    /// Its codec by RFC 6381: `mp4a.40.2`.
    pub codecs: String,
    /// How long the sound is, in seconds.
    pub duration: f64,
    /// `EXT-X-TARGETDURATION`, in seconds.
    pub target_duration: u64,
    /// How many segments there are.
    pub segments: usize,
}

/// Writes one rendition on demand, of a sound whose length is known, a segment at a time:
/// `DIR/segment0.ts`, `.m4s`, `.aac` or `.mp3` and so on, for fragmented MPEG-4 `DIR/init.mp4`,
/// and `DIR/playlist.m3u8` last.
///
/// It is a [`Packager`] for the usual case. Memory is bounded by two segments.
pub struct RenditionWriter<'a> {
    packager: Packager<'a>,
    total_frames: u64,
}

impl<'a> RenditionWriter<'a> {
    /// A writer into folder `dir` of `output`, for packets of `info`.
    ///
    /// # Errors
    /// Those of [`super::CutPlan::new`]; [`crate::Error::UnsupportedCodec`] where `format` does
    /// not take the codec.
    pub fn new(
        output: &'a dyn Output,
        dir: &str,
        info: StreamInfo,
        settings: RenditionSettings,
    ) -> Result<Self> {
        // What is wrong with the length is told at once.
        CutPlan::new(settings.total_frames, &info, settings.segment_seconds)?;
        let package = PackageSettings {
            format: settings.format,
            segment_seconds: settings.segment_seconds,
            expected_frames: Some(settings.total_frames),
            ..PackageSettings::default()
        };
        Ok(Self {
            packager: Packager::new(output, dir, info, package)?,
            total_frames: settings.total_frames,
        })
    }

    /// States how loud the sound was measured to be, for the init segment of fragmented MPEG-4.
    pub fn set_loudness(&mut self, loudness: MeasuredLoudness) {
        self.packager.set_loudness(loudness);
    }

    /// Takes the encoder's next packets. What it puts out beyond the sound is left out.
    ///
    /// # Errors
    /// Those of the muxer and of the output.
    pub fn write(&mut self, packets: &[Packet]) -> Result<()> {
        self.packager.write(packets).map(|_| ())
    }

    /// Takes the end of the sound and writes the playlist, and for fragmented MPEG-4 the init
    /// segment with the measured bit rates.
    ///
    /// # Errors
    /// [`crate::Error::InvalidParameter`] when packets are missing; those of the output.
    pub fn finish(self) -> Result<Rendition> {
        self.packager.finish(self.total_frames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AudioSpec, ChannelLayout, MemoryOutput};

    fn info(priming: u32) -> StreamInfo {
        StreamInfo {
            spec: AudioSpec::new(48_000, ChannelLayout::Stereo),
            codec: "mp4a.40.2",
            packet_frames: 1024,
            priming,
            bit_rate: None,
            config: vec![0x11, 0x90],
        }
    }

    #[test]
    fn a_sound_shorter_than_said_is_an_error() {
        let output = MemoryOutput::new();
        let settings = RenditionSettings {
            format: SegmentFormat::Fmp4,
            segment_seconds: 6.0,
            total_frames: 48_000,
        };
        let mut writer = RenditionWriter::new(&output, "a", info(2560), settings).unwrap();
        writer
            .write(&[Packet {
                data: vec![1],
                frames: 1024,
            }])
            .unwrap();
        let error = writer.finish().unwrap_err();
        assert_eq!(
            error.to_string(),
            "total_frames: the sound ends after 1 packets; 48000 frames take 50"
        );
    }
}
