//! A strict reader of playlists (RFC 8216, 4; draft-pantos-hls-rfc8216bis for low latency): it
//! reads what it can, keeps what it does not know, and tells everything that is wrong.

mod attributes;
mod lines;
mod master;
mod media;
mod model;

pub(super) use attributes::excerpt;
pub use attributes::{AttributeProblem, Attributes};
pub use model::{
    AttributeTag, ByteRange, Map, MasterPlaylist, MediaPlaylist, PartTag, Playlist, Segment,
    UnknownTag, Variant,
};

use super::check::Rule;
use crate::{Error, Result};
use lines::{Line, Reader};

/// Something wrong with the text of a playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The rule that it breaks.
    pub rule: Rule,
    /// The line, from 1.
    pub line: usize,
    /// What stands there.
    pub seen: String,
    /// What should.
    pub expected: String,
}

/// A playlist, and what is wrong with its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What it says, as far as it could be read.
    pub playlist: Playlist,
    /// What is wrong, line by line.
    pub problems: Vec<Problem>,
    /// The rules that were put to the test, and how often.
    pub(in crate::hls) tested: Vec<(Rule, u64)>,
}

/// How much of a stranger's playlist is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaylistLimits {
    /// Most bytes.
    pub max_bytes: usize,
    /// Most segments, parts, variants and other entries together.
    pub max_entries: usize,
    /// Most problems that are kept.
    pub max_problems: usize,
}

impl Default for PlaylistLimits {
    /// 16 MiB, 200,000 entries, 1,000 problems.
    fn default() -> Self {
        Self {
            max_bytes: 16 << 20,
            max_entries: 200_000,
            max_problems: 1_000,
        }
    }
}

/// Reads a playlist of either kind. One without a tag of a master playlist is a media playlist.
///
/// ```
/// use veza_audio::hls::parse::{Playlist, PlaylistLimits, parse_playlist};
///
/// let text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nsegment0.ts\n#EXT-X-ENDLIST\n";
/// let parsed = parse_playlist(text.as_bytes(), &PlaylistLimits::default())?;
/// assert!(parsed.problems.is_empty());
/// let Playlist::Media(media) = parsed.playlist else { panic!() };
/// assert_eq!(media.segments[0].duration, Some(6.0));
/// # Ok::<(), veza_audio::Error>(())
/// ```
///
/// # Errors
/// [`Error::LimitExceeded`] for a playlist over the limits; nothing else: whatever is wrong is a
/// problem, and not an error.
pub fn parse_playlist(bytes: &[u8], limits: &PlaylistLimits) -> Result<Parsed> {
    if bytes.len() > limits.max_bytes {
        return Err(Error::LimitExceeded {
            what: "length of a playlist in bytes",
            value: bytes.len() as u64,
            max: limits.max_bytes as u64,
        });
    }
    let mut reader = Reader::new(limits);
    let text = reader.text(bytes);
    let lines = reader.lines(&text);
    let is_master = lines.iter().any(|(_, line)| match line {
        Line::Tag { name, .. } => master::TAGS.contains(name),
        _ => false,
    });
    let playlist = if is_master {
        Playlist::Master(master::read(&mut reader, &lines)?)
    } else {
        Playlist::Media(media::read(&mut reader, &lines)?)
    };
    let (problems, tested) = reader.finish();
    Ok(Parsed {
        playlist,
        problems,
        tested,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Parsed {
        parse_playlist(text.as_bytes(), &PlaylistLimits::default()).unwrap()
    }

    #[test]
    fn unknown_tags_are_kept_as_they_stand() {
        let text =
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-NEW:A=1,B\n# a comment\n#EXTINF:1,\na\n";
        let Playlist::Media(media) = parsed(text).playlist else {
            panic!()
        };
        assert_eq!(media.unknown.len(), 1);
        assert_eq!(media.unknown[0].text, "#EXT-X-NEW:A=1,B");
        assert_eq!((media.unknown[0].line, media.segments[0].line), (3, 6));
    }

    #[test]
    fn what_is_over_a_limit_is_refused() {
        let limits = PlaylistLimits {
            max_bytes: 1000,
            max_entries: 3,
            max_problems: 2,
        };
        assert!(parse_playlist(&[b'#'; 1001], &limits).is_err());
        let many = format!("#EXTM3U\n{}", "#EXTINF:1,\na\n".repeat(4));
        assert!(parse_playlist(many.as_bytes(), &limits).is_err());
        let broken = format!("#EXTM3U\n{}", "#EXTINF:x\n".repeat(50));
        let parsed = parse_playlist(broken.as_bytes(), &limits).unwrap();
        assert_eq!(parsed.problems.len(), 2);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = parse_playlist(&bytes, &PlaylistLimits::default()).unwrap();
        }

        #[test]
        fn no_order_of_tags_is_too_strange(
            picks in prop::collection::vec((0usize..24, "[A-Z0-9=,\"@.x-]{0,20}"), 0..60),
        ) {
            let names = [
                "EXTM3U", "EXTINF:", "EXT-X-VERSION:", "EXT-X-KEY:METHOD=", "EXT-X-MAP:URI=",
                "EXT-X-BYTERANGE:", "EXT-X-PART:URI=", "EXT-X-PART-INF:PART-TARGET=",
                "EXT-X-TARGETDURATION:", "EXT-X-MEDIA-SEQUENCE:", "EXT-X-DISCONTINUITY",
                "EXT-X-ENDLIST", "EXT-X-STREAM-INF:BANDWIDTH=", "EXT-X-MEDIA:TYPE=",
                "EXT-X-PRELOAD-HINT:TYPE=", "EXT-X-RENDITION-REPORT:URI=", "EXT-X-GAP",
                "EXT-X-SERVER-CONTROL:", "EXT-X-PROGRAM-DATE-TIME:", "EXT-X-PLAYLIST-TYPE:",
                "EXT-X-DISCONTINUITY-SEQUENCE:", "EXT-X-SKIP:", "EXT-X-DEFINE:", "",
            ];
            let text: String = picks
                .iter()
                .map(|(pick, rest)| format!("#{}{rest}\n{rest}\n", names[*pick]))
                .collect();
            let _ = parsed(&text);
        }
    }
}
