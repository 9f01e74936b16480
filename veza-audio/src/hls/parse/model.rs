//! What playlists say.

use std::sync::Arc;

use super::Attributes;

/// A playlist of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Playlist {
    /// The list of variants.
    Master(MasterPlaylist),
    /// The list of segments.
    Media(MediaPlaylist),
}

/// A tag with an attribute list, and the line it stands on (from 1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttributeTag {
    /// The line.
    pub line: usize,
    /// Its attributes.
    pub attributes: Attributes,
}

/// A tag which is not known here, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTag {
    /// The line.
    pub line: usize,
    /// The whole of it.
    pub text: String,
}

/// A master playlist (RFC 8216, 4.3.4).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MasterPlaylist {
    /// `EXT-X-VERSION`; 1 where it is not stated.
    pub version: u64,
    /// Whether every segment can be decoded alone.
    pub independent_segments: bool,
    /// `EXT-X-STREAM-INF`, each with its address.
    pub variants: Vec<Variant>,
    /// `EXT-X-MEDIA`.
    pub media: Vec<AttributeTag>,
    /// `EXT-X-SESSION-KEY`, `EXT-X-SESSION-DATA`, `EXT-X-I-FRAME-STREAM-INF` and the like.
    pub others: Vec<AttributeTag>,
    /// Tags which are not known.
    pub unknown: Vec<UnknownTag>,
}

/// A variant stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its tag.
    pub tag: AttributeTag,
    /// The address of its media playlist.
    pub uri: String,
}

/// A media playlist (RFC 8216, 4.3.2 and 4.3.3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaPlaylist {
    /// `EXT-X-VERSION`; 1 where it is not stated.
    pub version: u64,
    /// `EXT-X-TARGETDURATION`, in seconds.
    pub target_duration: Option<u64>,
    /// The number of the first segment.
    pub media_sequence: u64,
    /// The number of the first segment's stretch between discontinuities.
    pub discontinuity_sequence: u64,
    /// `EXT-X-PLAYLIST-TYPE` as it stands.
    pub playlist_type: Option<String>,
    /// Whether no segment will be added.
    pub has_ended: bool,
    /// Whether every segment can be decoded alone.
    pub independent_segments: bool,
    /// The segments in their order.
    pub segments: Vec<Segment>,
    /// Parts after the last whole segment.
    pub open_parts: Vec<PartTag>,
    /// `EXT-X-PART-INF`.
    pub part_inf: Option<AttributeTag>,
    /// `EXT-X-SERVER-CONTROL`.
    pub server_control: Option<AttributeTag>,
    /// `EXT-X-PRELOAD-HINT`.
    pub preload_hints: Vec<AttributeTag>,
    /// `EXT-X-RENDITION-REPORT`.
    pub rendition_reports: Vec<AttributeTag>,
    /// Tags which are not known.
    pub unknown: Vec<UnknownTag>,
    /// The lines of tags which need a version, and the version that they need.
    pub needs: Vec<(usize, u64, &'static str)>,
}

/// A media segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The line of its address.
    pub line: usize,
    /// Its address.
    pub uri: String,
    /// `EXTINF`, in seconds.
    pub duration: Option<f64>,
    /// `EXT-X-BYTERANGE`.
    pub byte_range: Option<ByteRange>,
    /// Whether `EXT-X-DISCONTINUITY` stands before it.
    pub is_discontinuous: bool,
    /// The `EXT-X-KEY` in force.
    pub key: Option<Arc<AttributeTag>>,
    /// The `EXT-X-MAP` in force.
    pub map: Option<Arc<Map>>,
    /// `EXT-X-PROGRAM-DATE-TIME` as it stands.
    pub date_time: Option<String>,
    /// Its parts.
    pub parts: Vec<PartTag>,
    /// Whether it is missing (`EXT-X-GAP`).
    pub is_gap: bool,
}

/// A range of bytes: `length@offset`, or the bytes after those of the segment before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// How many bytes.
    pub length: u64,
    /// The first of them.
    pub offset: Option<u64>,
}

/// An init segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// The line of its tag.
    pub line: usize,
    /// Its address.
    pub uri: String,
    /// Its bytes, where they are not all of the file.
    pub byte_range: Option<ByteRange>,
    /// The `EXT-X-KEY` in force.
    pub key: Option<Arc<AttributeTag>>,
}

/// A part of a segment (`EXT-X-PART`).
#[derive(Clone, Debug, PartialEq)]
pub struct PartTag {
    /// Its line.
    pub line: usize,
    /// Its address.
    pub uri: String,
    /// How long it is, in seconds.
    pub duration: f64,
    /// Its bytes, where they are not all of the file.
    pub byte_range: Option<ByteRange>,
    /// Whether it can be decoded alone.
    pub is_independent: bool,
}

impl ByteRange {
    /// Reads `length` or `length@offset`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<u64>().ok()).flatten()
        };
        let range = match text.split_once('@') {
            Some((length, offset)) => Self {
                length: number(length)?,
                offset: Some(number(offset)?),
            },
            None => Self {
                length: number(text)?,
                offset: None,
            },
        };
        range.length.checked_add(range.offset.unwrap_or(0))?;
        Some(range)
    }
}
