//! The media playlist of one rendition (RFC 8216, 4.3.2 and 4.3.3; draft-pantos-hls-rfc8216bis
//! for low latency), as it stands at any moment.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::encryption::{EncryptionMethod, PeriodKey};
use super::super::packager::{Place, PlaylistKind};
use super::date::date_time;
use super::seconds;

/// A segment.
pub(in crate::hls) struct Entry {
    pub(in crate::hls) microseconds: u64,
    pub(in crate::hls) place: Place,
    pub(in crate::hls) parts: Vec<Part>,
    /// Whether it begins a new source.
    pub(in crate::hls) is_discontinuous: bool,
    pub(in crate::hls) map: Option<Arc<Place>>,
    pub(in crate::hls) key: Option<Arc<PeriodKey>>,
}

/// A part of a segment.
pub(in crate::hls) struct Part {
    pub(in crate::hls) microseconds: u64,
    pub(in crate::hls) uri: String,
}

/// What low latency adds.
pub(in crate::hls) struct LowLatency {
    /// The longest part.
    pub(in crate::hls) part_target: u64,
    pub(in crate::hls) blocking_reload: bool,
}

/// How far another rendition of the same sound has come (`EXT-X-RENDITION-REPORT`): a player
/// which changes to it knows what to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenditionReport {
    /// Its media playlist, as seen from the playlist that the report stands in:
    /// `../96k/playlist.m3u8`.
    pub uri: String,
    /// The media sequence number of its last segment, or of the one that its last part is of.
    pub last_sequence: u64,
    /// The last part of that segment, counted from 0; `None` where the segment is whole and its
    /// parts are not listed any more.
    pub last_part: Option<u64>,
}

/// A playlist in the making.
pub(in crate::hls) struct MediaList {
    pub(in crate::hls) kind: PlaylistKind,
    pub(in crate::hls) version: u8,
    /// In seconds.
    pub(in crate::hls) target_duration: u64,
    pub(in crate::hls) low_latency: Option<LowLatency>,
    /// The time of the first frame, in milliseconds since 1970.
    pub(in crate::hls) start_time: Option<i64>,
    entries: VecDeque<Entry>,
    /// Parts of the segment which is not whole yet, and what it will be like.
    pub(in crate::hls) open_parts: Vec<Part>,
    pub(in crate::hls) open: Option<Entry>,
    /// The part that comes next.
    pub(in crate::hls) hint: Option<String>,
    /// What has left a live playlist.
    removed: u64,
    removed_discontinuities: u64,
    removed_microseconds: u64,
    pub(in crate::hls) has_ended: bool,
}

impl MediaList {
    pub(in crate::hls) fn new(kind: PlaylistKind, version: u8, target_duration: u64) -> Self {
        Self {
            kind,
            version,
            target_duration,
            low_latency: None,
            start_time: None,
            entries: VecDeque::new(),
            open_parts: Vec::new(),
            open: None,
            hint: None,
            removed: 0,
            removed_discontinuities: 0,
            removed_microseconds: 0,
            has_ended: false,
        }
    }

    /// Adds a segment; the oldest leaves a live playlist that is full.
    pub(in crate::hls) fn push(&mut self, entry: Entry) {
        self.entries.push_back(entry);
        if let PlaylistKind::Live { segments } = self.kind
            && self.entries.len() > segments
            && let Some(oldest) = self.entries.pop_front()
        {
            self.removed += 1;
            self.removed_discontinuities += u64::from(oldest.is_discontinuous);
            self.removed_microseconds += oldest.microseconds;
        }
    }

    /// How far it has come: the last segment's number and, if there are any, its last part's.
    pub(in crate::hls) fn report(&self, uri: &str) -> RenditionReport {
        let whole = self.removed + self.entries.len() as u64;
        let (last_sequence, parts) = match self.open_parts.len() {
            0 => (
                whole.saturating_sub(1),
                self.entries.back().map_or(0, |entry| entry.parts.len()),
            ),
            parts => (whole, parts),
        };
        RenditionReport {
            uri: uri.to_owned(),
            last_sequence,
            last_part: (parts as u64).checked_sub(1),
        }
    }

    /// The playlist as it stands.
    pub(in crate::hls) fn text(&self, reports: &[RenditionReport]) -> String {
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-TARGETDURATION:{}\n",
            self.version, self.target_duration
        );
        // Writing to a string cannot fail.
        if let Some(low_latency) = &self.low_latency {
            let _ = write!(text, "{}", low_latency.header(self.target_duration));
        }
        let _ = writeln!(text, "#EXT-X-MEDIA-SEQUENCE:{}", self.removed);
        if self.removed_discontinuities > 0 {
            let _ = writeln!(
                text,
                "#EXT-X-DISCONTINUITY-SEQUENCE:{}",
                self.removed_discontinuities
            );
        }
        match self.kind {
            PlaylistKind::Vod => text.push_str("#EXT-X-PLAYLIST-TYPE:VOD\n"),
            PlaylistKind::Event => text.push_str("#EXT-X-PLAYLIST-TYPE:EVENT\n"),
            PlaylistKind::Live { .. } => {}
        }
        text.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n");
        self.write_segments(&mut text);
        if self.has_ended {
            text.push_str("#EXT-X-ENDLIST\n");
        } else if let Some(hint) = &self.hint {
            let _ = writeln!(text, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{hint}\"");
        }
        for report in reports.iter().filter(|_| !self.has_ended) {
            let _ = write!(
                text,
                "#EXT-X-RENDITION-REPORT:URI=\"{}\",LAST-MSN={}",
                report.uri, report.last_sequence
            );
            if let Some(part) = report.last_part {
                let _ = write!(text, ",LAST-PART={part}");
            }
            text.push('\n');
        }
        text
    }

    fn write_segments(&self, text: &mut String) {
        let whole = self.entries.iter().map(|entry| (entry, true));
        let all = whole.chain(self.open.iter().map(|entry| (entry, false)));
        let total: u64 = self.entries.iter().map(|entry| entry.microseconds).sum();
        let open: u64 = self.open_parts.iter().map(|part| part.microseconds).sum();
        let mut left = total + open;
        let mut before: Option<&Entry> = None;
        let mut elapsed = self.removed_microseconds;
        for (entry, is_whole) in all {
            if entry.is_discontinuous {
                text.push_str("#EXT-X-DISCONTINUITY\n");
            }
            write_map_and_key(text, before, entry);
            if let Some(start) = self.start_time {
                let time = start.saturating_add((elapsed / 1000) as i64);
                let _ = writeln!(text, "#EXT-X-PROGRAM-DATE-TIME:{}", date_time(time));
            }
            // Parts help near the live edge alone (draft, 6.2.2: three target durations).
            let is_near = left <= (3 * self.target_duration * 1_000_000) + entry.microseconds;
            let parts = if is_whole {
                &entry.parts
            } else {
                &self.open_parts
            };
            for part in parts.iter().filter(|_| is_near || !is_whole) {
                let _ = writeln!(
                    text,
                    "#EXT-X-PART:DURATION={},URI=\"{}\",INDEPENDENT=YES",
                    seconds(part.microseconds),
                    part.uri
                );
            }
            if is_whole {
                let _ = writeln!(text, "#EXTINF:{},", seconds(entry.microseconds));
                if let Some(range) = &entry.place.range {
                    let length = range.end - range.start;
                    let _ = writeln!(text, "#EXT-X-BYTERANGE:{length}@{}", range.start);
                }
                let _ = writeln!(text, "{}", entry.place.uri);
            }
            elapsed += entry.microseconds;
            left = left.saturating_sub(entry.microseconds);
            before = Some(entry);
        }
    }
}

impl LowLatency {
    /// `EXT-X-SERVER-CONTROL` and `EXT-X-PART-INF` (draft, 4.4.3.7 and 4.4.3.8): players stay
    /// three parts behind the live edge, or three target durations without parts.
    fn header(&self, target_duration: u64) -> String {
        let blocking = if self.blocking_reload {
            "CAN-BLOCK-RELOAD=YES,"
        } else {
            ""
        };
        format!(
            "#EXT-X-SERVER-CONTROL:{blocking}PART-HOLD-BACK={},HOLD-BACK={}.0\n\
             #EXT-X-PART-INF:PART-TARGET={}\n",
            seconds(3 * self.part_target),
            3 * target_duration,
            seconds(self.part_target),
        )
    }
}

/// The tags by which `entry` differs from the one before it.
///
/// A key holds for the init segments behind it too, and these are clear: a new one is put in
/// front of its key, and the key before it ended.
fn write_map_and_key(text: &mut String, before: Option<&Entry>, entry: &Entry) {
    let new_map = entry.map.as_ref().filter(|map| {
        before
            .and_then(|before| before.map.as_ref())
            .is_none_or(|before| !Arc::ptr_eq(before, map))
    });
    let mut in_force = before.and_then(|before| before.key.as_ref());
    if let Some(map) = new_map {
        if in_force.is_some_and(|key| key.method == EncryptionMethod::Aes128) {
            text.push_str("#EXT-X-KEY:METHOD=NONE\n");
            in_force = None;
        }
        let _ = write!(text, "#EXT-X-MAP:URI=\"{}\"", map.uri);
        if let Some(range) = &map.range {
            let length = range.end - range.start;
            let _ = write!(text, ",BYTERANGE=\"{length}@{}\"", range.start);
        }
        text.push('\n');
    }
    if let Some(key) = &entry.key
        && !in_force.is_some_and(|before| Arc::ptr_eq(before, key))
    {
        let _ = writeln!(text, "#EXT-X-KEY:{}", key.attributes());
    }
}
