//! The kinds of segment.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// How segments are packaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SegmentFormat {
    /// MPEG transport streams of AAC or MP3: what every player takes.
    Ts,
    /// Fragmented MPEG-4 of AAC, FLAC or Opus: exact lengths, less overhead.
    Fmp4,
    /// Packed audio: AAC in ADTS or MP3, behind an ID3 tag with a time stamp; the least overhead.
    Packed,
}

impl SegmentFormat {
    /// `ts`, `fmp4` or `packed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ts => "ts",
            Self::Fmp4 => "fmp4",
            Self::Packed => "packed",
        }
    }

    /// Whether the container can say which frames are priming and padding.
    pub fn has_edit_list(self) -> bool {
        matches!(self, Self::Fmp4)
    }

    /// The lowest `EXT-X-VERSION` that covers what plain playlists of this format hold: decimal
    /// durations came with 3, an `EXT-X-MAP` outside of playlists of key frames with 6, and 7 is
    /// what players expect of fragmented MPEG-4.
    pub(super) fn playlist_version(self) -> u8 {
        match self {
            Self::Ts | Self::Packed => 3,
            Self::Fmp4 => 7,
        }
    }

    /// The extension of a segment of `codec`.
    pub(super) fn extension(self, codec: &str) -> &'static str {
        match self {
            Self::Ts => "ts",
            Self::Fmp4 => "m4s",
            Self::Packed if codec == "mp4a.40.34" => "mp3",
            Self::Packed => "aac",
        }
    }
}

impl FromStr for SegmentFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "ts" => Ok(Self::Ts),
            "fmp4" => Ok(Self::Fmp4),
            "packed" => Ok(Self::Packed),
            other => Err(Error::invalid(
                "format",
                format!("{other:?} is none of ts, fmp4, packed"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_has_a_name() {
        for format in [
            SegmentFormat::Ts,
            SegmentFormat::Fmp4,
            SegmentFormat::Packed,
        ] {
            assert_eq!(format.as_str().parse::<SegmentFormat>().unwrap(), format);
            let json = serde_json::to_string(&format).unwrap();
            assert_eq!(json, format!("\"{}\"", format.as_str()));
        }
        let error = "webm".parse::<SegmentFormat>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "format: \"webm\" is none of ts, fmp4, packed"
        );
    }
}
