//! What is asked of a packager.

use serde::{Deserialize, Serialize};

use super::super::SegmentFormat;
use super::super::plan::TARGET_SECONDS;
use crate::container::MeasuredLoudness;
use crate::encode::StreamInfo;
use crate::{Error, Result};

/// How a playlist comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaylistKind {
    /// It is there when the sound is whole.
    Vod,
    /// It grows at its end while the sound goes on, and keeps all of it.
    Event,
    /// It holds the last so many segments while the sound goes on.
    Live {
        /// How many: 3 or more.
        segments: usize,
    },
}

/// Where segments lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Storage {
    /// Each in a file of its own.
    #[default]
    Files,
    /// All in one, with `EXT-X-BYTERANGE`; the init segments of fragmented MPEG-4 too, so that
    /// the file can be played as it is.
    OneFile,
}

/// Low latency: pieces of segments that are there before the segment is. Segments are cut at once,
/// so that the last one may be short: nobody knew that the sound would end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartSettings {
    /// How long a part should be, in seconds; it becomes a whole number of packets, rounded down.
    pub seconds: f64,
    /// Whether the server holds a request for a playlist until what it asks for is there
    /// (`CAN-BLOCK-RELOAD`).
    pub blocking_reload: bool,
}

/// How a rendition is cut, packaged and listed.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageSettings {
    /// How segments are packaged.
    pub format: SegmentFormat,
    /// How long a segment should be, in seconds: 1 to 60. Apple advises 6.
    pub segment_seconds: f64,
    /// How the playlist comes to be.
    pub playlist: PlaylistKind,
    /// Where segments lie.
    pub storage: Storage,
    /// Low-latency parts, in transport streams or fragmented MPEG-4 in files of their own.
    pub parts: Option<PartSettings>,
    /// When the first frame was, in milliseconds since 1970 (UTC), for `EXT-X-PROGRAM-DATE-TIME`.
    pub start_time: Option<i64>,
    /// Whether there will be [`super::TimedMetadata`]: transport streams declare it at the start.
    pub timed_metadata: bool,
    /// How loud the sound was measured to be, for fragmented MPEG-4.
    pub loudness: Option<MeasuredLoudness>,
    /// How many frames the (first) source has, where that is known. An init segment that is
    /// written before the sound is whole needs it for `iTunSMPB`.
    pub expected_frames: Option<u64>,
}

impl Default for PackageSettings {
    /// Fragmented MPEG-4 in segments of six seconds, each a file, clear, on demand.
    fn default() -> Self {
        Self {
            format: SegmentFormat::Fmp4,
            segment_seconds: 6.0,
            playlist: PlaylistKind::Vod,
            storage: Storage::Files,
            parts: None,
            start_time: None,
            timed_metadata: false,
            loudness: None,
            expected_frames: None,
        }
    }
}

/// A live playlist holds three target durations at least (RFC 8216, 6.2.2).
const MIN_LIVE_SEGMENTS: usize = 3;
/// The most segments a live playlist is made to hold.
const MAX_LIVE_SEGMENTS: usize = 10_000;

impl PackageSettings {
    /// Refuses what does not go together.
    pub(super) fn check(&self) -> Result<()> {
        if !TARGET_SECONDS.contains(&self.segment_seconds) {
            let reason = format!("{} is not from 1 to 60", self.segment_seconds);
            return Err(Error::invalid("segment_seconds", reason));
        }
        if let PlaylistKind::Live { segments } = self.playlist
            && !(MIN_LIVE_SEGMENTS..=MAX_LIVE_SEGMENTS).contains(&segments)
        {
            let reason = format!(
                "a live playlist holds {MIN_LIVE_SEGMENTS} to {MAX_LIVE_SEGMENTS} segments, not {segments}"
            );
            return Err(Error::invalid("playlist", reason));
        }
        if self.timed_metadata && self.format == SegmentFormat::Packed {
            let reason = "packed audio has no place for it; transport streams and fMP4 have";
            return Err(Error::invalid("timed_metadata", reason));
        }
        if self.parts.is_some() {
            self.check_parts()?;
        }
        Ok(())
    }

    fn check_parts(&self) -> Result<()> {
        let reason = if self.format == SegmentFormat::Packed {
            "packed audio is not cut into parts"
        } else if self.storage == Storage::OneFile {
            "parts are files of their own"
        } else if self.playlist == PlaylistKind::Vod {
            "a playlist on demand has no use for them; event and live ones have"
        } else {
            return Ok(());
        };
        Err(Error::invalid("parts", reason))
    }
}

impl PartSettings {
    /// How many packets of `info` a part has.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for parts of less than four packets or of more than half a
    /// segment: the first has up to half a packet of priming in it, and every part but the last
    /// of a segment is to have 85 % of the longest (draft-pantos-hls-rfc8216bis, 4.4.3.7).
    pub(super) fn packets(&self, info: &StreamInfo, segment_seconds: f64) -> Result<u64> {
        const LEAST: u64 = 4;
        let packet = f64::from(info.packet_frames) / f64::from(info.spec.sample_rate.max(1));
        let packets = (self.seconds / packet + 1e-9).floor() as u64;
        if packets < LEAST || self.seconds * 2.0 > segment_seconds {
            let reason = format!(
                "{} is not from {:.3} (four packets) to half of a segment",
                self.seconds,
                packet * LEAST as f64
            );
            return Err(Error::invalid("parts", reason));
        }
        Ok(packets)
    }
}
