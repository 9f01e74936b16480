//! One rendition: its segments and its media playlist.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{CutPlan, playlist};
use crate::container::fmp4::{self, Fmp4Muxer};
use crate::container::ts::TsMuxer;
use crate::container::{BitRates, MeasuredLoudness, bit_rate};
use crate::encode::{Packet, StreamInfo};
use crate::{Error, Output, Result};

/// How segments are packaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SegmentFormat {
    /// MPEG transport streams: what every player takes.
    Ts,
    /// Fragmented MPEG-4: exact lengths, less overhead.
    Fmp4,
}

impl SegmentFormat {
    /// `ts` or `fmp4`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ts => "ts",
            Self::Fmp4 => "fmp4",
        }
    }

    /// The lowest `EXT-X-VERSION` that covers what playlists of this format hold: an
    /// `EXT-X-MAP` outside of playlists of key frames came with 6, and 7 is what players expect
    /// of fragmented MPEG-4.
    pub(super) fn playlist_version(self) -> u8 {
        match self {
            Self::Ts => 3,
            Self::Fmp4 => 7,
        }
    }

    pub(super) fn init_name(self) -> Option<&'static str> {
        match self {
            Self::Ts => None,
            Self::Fmp4 => Some("init.mp4"),
        }
    }

    fn segment_name(self, index: usize) -> String {
        let extension = match self {
            Self::Ts => "ts",
            Self::Fmp4 => "m4s",
        };
        format!("segment{index}.{extension}")
    }
}

impl FromStr for SegmentFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "ts" => Ok(Self::Ts),
            "fmp4" => Ok(Self::Fmp4),
            other => Err(Error::invalid(
                "format",
                format!("{other:?} is neither ts nor fmp4"),
            )),
        }
    }
}

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

/// Writes one rendition, a segment at a time: `DIR/segment0.ts` or `.m4s` and so on, for
/// fragmented MPEG-4 `DIR/init.mp4`, and `DIR/playlist.m3u8` last.
///
/// Memory is bounded by one segment.
pub struct RenditionWriter<'a> {
    output: &'a dyn Output,
    dir: String,
    info: StreamInfo,
    settings: RenditionSettings,
    plan: CutPlan,
    muxer: Muxer,
    /// The packets of the source that are muxed; see the module on lengths.
    kept: std::ops::Range<u64>,
    /// Packets seen so far.
    position: u64,
    /// The next segment's packets so far.
    pending: Vec<Packet>,
    /// Segments written so far.
    written: usize,
    bytes: Vec<u8>,
    total_bytes: u64,
    /// Bit/s of the busiest segment so far.
    peak: u32,
    loudness: Option<MeasuredLoudness>,
}

enum Muxer {
    Ts(TsMuxer),
    Fmp4(Fmp4Muxer),
}

impl<'a> RenditionWriter<'a> {
    /// A writer into folder `dir` of `output`, for packets of `info`.
    ///
    /// # Errors
    /// Those of [`CutPlan::new`]; [`Error::UnsupportedCodec`] where `format` does not take the
    /// codec.
    pub fn new(
        output: &'a dyn Output,
        dir: &str,
        info: StreamInfo,
        settings: RenditionSettings,
    ) -> Result<Self> {
        let plan = CutPlan::new(settings.total_frames, &info, settings.segment_seconds)?;
        let muxer = match settings.format {
            SegmentFormat::Ts => Muxer::Ts(TsMuxer::new(&info)?),
            SegmentFormat::Fmp4 => Muxer::Fmp4(Fmp4Muxer::new(&info)?),
        };
        let kept = match settings.format {
            SegmentFormat::Ts => kept_without_edit_list(settings.total_frames, &info),
            SegmentFormat::Fmp4 => 0..info.packets_for(settings.total_frames),
        };
        Ok(Self {
            output,
            dir: dir.trim_end_matches('/').to_owned(),
            info,
            settings,
            plan,
            muxer,
            kept,
            position: 0,
            pending: Vec::new(),
            written: 0,
            bytes: Vec::new(),
            total_bytes: 0,
            peak: 0,
            loudness: None,
        })
    }

    /// States how loud the sound was measured to be, for the init segment of fragmented MPEG-4.
    pub fn set_loudness(&mut self, loudness: MeasuredLoudness) {
        self.loudness = Some(loudness);
    }

    /// Takes the encoder's next packets. What it puts out beyond the sound is left out.
    ///
    /// # Errors
    /// Those of the muxer and of the output.
    pub fn write(&mut self, packets: &[Packet]) -> Result<()> {
        for packet in packets {
            let Some(segment) = self.plan.segments().get(self.written) else {
                return Ok(());
            };
            let end = segment.packets.end;
            if self.kept.contains(&self.position) {
                self.pending.push(self.timed(packet));
            }
            self.position += 1;
            if self.position == end {
                self.write_segment()?;
            }
        }
        Ok(())
    }

    /// The packet with the frames that it stands for: the last only what is left of the sound.
    fn timed(&self, packet: &Packet) -> Packet {
        let end = self.settings.total_frames + u64::from(self.info.priming);
        let left = end - self.position * u64::from(self.info.packet_frames);
        let frames = u64::from(self.info.packet_frames).min(left) as u32;
        Packet {
            data: packet.data.clone(),
            frames,
        }
    }

    fn write_segment(&mut self) -> Result<()> {
        self.bytes.clear();
        match &mut self.muxer {
            Muxer::Ts(muxer) => muxer.segment(&self.pending, &mut self.bytes)?,
            Muxer::Fmp4(muxer) => muxer.segment(&self.pending, &mut self.bytes)?,
        }
        let name = self.settings.format.segment_name(self.written);
        self.create(&name, &self.bytes)?;
        let frames = &self.plan.segments()[self.written].frames;
        let stated = self.info.spec.seconds(frames.end - frames.start);
        let rate = bit_rate(self.bytes.len() as u64, stated.max(self.least_seconds()));
        self.peak = self.peak.max(rate);
        self.total_bytes += self.bytes.len() as u64;
        self.pending.clear();
        self.written += 1;
        Ok(())
    }

    /// A segment counts as no shorter than this where bit rates are measured: a sound of one
    /// frame, in packets of 1,024, would else have hundreds of megabits a second.
    fn least_seconds(&self) -> f64 {
        let packets = self.kept.end - self.kept.start;
        let kept = self
            .info
            .spec
            .seconds(packets * u64::from(self.info.packet_frames));
        kept.min(self.settings.segment_seconds / 2.0)
    }

    /// Takes the end of the sound and writes the playlist, and for fragmented MPEG-4 the init
    /// segment with the measured bit rates.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when packets are missing; those of the output.
    pub fn finish(self) -> Result<Rendition> {
        let segments = self.plan.segments().len();
        if self.written < segments {
            return Err(Error::invalid(
                "total_frames",
                format!(
                    "the sound ends after {} packets; {} frames take {}",
                    self.position,
                    self.settings.total_frames,
                    self.plan.segments()[segments - 1].packets.end,
                ),
            ));
        }
        let duration = self.info.spec.seconds(self.settings.total_frames);
        let average = bit_rate(self.total_bytes, duration.max(self.least_seconds()));
        let bit_rates = BitRates {
            peak: self.peak,
            average,
        };
        if let Some(name) = self.settings.format.init_name() {
            self.create(
                name,
                &fmp4::init_segment(
                    &self.info,
                    self.settings.total_frames,
                    bit_rates,
                    self.loudness,
                )?,
            )?;
        }
        let format = self.settings.format;
        let playlist =
            playlist::media_playlist(&self.plan, format, |index| format.segment_name(index));
        self.create("playlist.m3u8", playlist.as_bytes())?;
        Ok(Rendition {
            uri: self.path("playlist.m3u8"),
            format,
            bandwidth: bit_rates.peak,
            average_bandwidth: bit_rates.average,
            codecs: self.info.codec.to_owned(),
            duration,
            target_duration: self.plan.target_duration(),
            segments,
        })
    }

    fn path(&self, name: &str) -> String {
        match self.dir.as_str() {
            "" => name.to_owned(),
            dir => format!("{dir}/{name}"),
        }
    }

    fn create(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut file = self.output.create(&self.path(name))?;
        file.write_all(bytes)?;
        file.flush()?;
        Ok(())
    }
}

/// Which packets to keep where the container cannot say what is priming: from the last one that
/// leaves half a packet of lead-in or more in front of the sound, to the last one which holds
/// half a packet of sound or more.
fn kept_without_edit_list(total_frames: u64, info: &StreamInfo) -> std::ops::Range<u64> {
    let half = info.packet_frames / 2;
    let start = u64::from(info.priming.saturating_sub(half) / info.packet_frames);
    let end = info.packets_for(total_frames) - u64::from(info.padding(total_frames) > half);
    start..end.max(start + 1)
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
    fn without_an_edit_list_the_length_is_within_one_packet() {
        for total in 1..5_000 {
            let kept = kept_without_edit_list(total, &info(2560));
            assert_eq!(kept.start, 2, "the sound begins in the middle of the third");
            let over = ((kept.end - kept.start) * 1024) as i64 - total as i64;
            assert!((1..=1024).contains(&over), "{total} frames: {over} over");
            let lost = total as i64 + 512 - ((kept.end - kept.start) * 1024) as i64;
            assert!(lost < 512, "{total} frames: {lost} lost");
        }
    }

    #[test]
    fn a_codec_without_priming_keeps_its_only_packet() {
        assert_eq!(kept_without_edit_list(1, &info(0)), 0..1);
    }

    #[test]
    fn a_format_has_a_name() {
        for format in [SegmentFormat::Ts, SegmentFormat::Fmp4] {
            assert_eq!(format.as_str().parse::<SegmentFormat>().unwrap(), format);
            let json = serde_json::to_string(&format).unwrap();
            assert_eq!(json, format!("\"{}\"", format.as_str()));
        }
        let error = "webm".parse::<SegmentFormat>().unwrap_err();
        assert_eq!(error.to_string(), "format: \"webm\" is neither ts nor fmp4");
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
