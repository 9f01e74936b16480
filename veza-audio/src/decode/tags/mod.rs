//! Tags of all formats, brought under one set of names.

mod id3;
mod vorbis_comment;

pub(super) use id3::{after as after_id3, read as read_id3};
pub(super) use vorbis_comment::read as read_vorbis_comment;

use crate::Limits;
use crate::tags::Tags;

/// Gathers tags within the limits.
pub(super) struct TagSink {
    tags: Tags,
    left: usize,
}

impl TagSink {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            tags: Tags::new(),
            left: limits.max_tag_bytes,
        }
    }

    /// Adds a value under a standard name. Several values of one name are joined by `; `; what goes
    /// over the limit is left out.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        let clean = clean(value);
        let cost = name.len() + clean.len();
        if clean.is_empty() || cost > self.left {
            return;
        }
        match self.tags.get_mut(name) {
            Some(known) if *known == clean => return,
            Some(known) => {
                known.push_str("; ");
                known.push_str(&clean);
            }
            None => {
                self.tags.insert(name.to_owned(), clean);
            }
        }
        self.left -= cost;
    }

    /// Adds a value whose key is one of Vorbis comments, or what other formats took over from there
    /// (`TXXX` of ID3, freeform atoms of MP4). Unknown keys are left out.
    pub(super) fn add_keyed(&mut self, key: &str, value: &str) {
        if let Some(name) = standard_name(key) {
            self.add(name, value);
        }
    }

    /// Adds `number` or `number/total`.
    pub(super) fn add_position(&mut self, number: &str, total: &str, value: &str) {
        match value.split_once('/') {
            Some((first, second)) => {
                self.add(number, first);
                self.add(total, second);
            }
            None => self.add(number, value),
        }
    }

    pub(super) fn finish(self) -> Tags {
        self.tags
    }
}

/// Control characters become spaces, so that a tag cannot forge a line of a log or of a playlist.
fn clean(value: &str) -> String {
    let spaced: String = value
        .chars()
        .map(|c| {
            if c.is_control() || is_steering(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    spaced.trim().to_owned()
}

/// Characters which turn the direction of text around, or which break lines.
fn is_steering(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn standard_name(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_uppercase();
    Some(match key.as_str() {
        "TITLE" => "title",
        "ARTIST" => "artist",
        "ALBUM" => "album",
        "ALBUMARTIST" | "ALBUM ARTIST" => "albumArtist",
        "GENRE" => "genre",
        "DATE" | "YEAR" => "date",
        "TRACKNUMBER" => "trackNumber",
        "TRACKTOTAL" | "TOTALTRACKS" => "trackTotal",
        "DISCNUMBER" => "discNumber",
        "DISCTOTAL" | "TOTALDISCS" => "discTotal",
        "COMPOSER" => "composer",
        "PERFORMER" => "performer",
        "COMMENT" | "DESCRIPTION" => "comment",
        "COPYRIGHT" => "copyright",
        "LICENSE" => "license",
        "PUBLISHER" | "LABEL" | "ORGANIZATION" => "publisher",
        "ISRC" => "isrc",
        "LANGUAGE" => "language",
        "LYRICS" | "UNSYNCEDLYRICS" => "lyrics",
        "BPM" => "bpm",
        "KEY" | "INITIALKEY" => "key",
        "ENCODER" => "encoder",
        "REPLAYGAIN_TRACK_GAIN" => "replaygainTrackGain",
        "REPLAYGAIN_TRACK_PEAK" => "replaygainTrackPeak",
        "REPLAYGAIN_ALBUM_GAIN" => "replaygainAlbumGain",
        "REPLAYGAIN_ALBUM_PEAK" => "replaygainAlbumPeak",
        "R128_TRACK_GAIN" => "r128TrackGain",
        "R128_ALBUM_GAIN" => "r128AlbumGain",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_survive() {
        let mut sink = TagSink::new(&Limits::default());
        sink.add("title", "One\r\nERROR forged\u{202e}");
        assert_eq!(sink.finish()["title"], "One  ERROR forged");
    }

    #[test]
    fn tags_stop_at_the_limit() {
        let limits = Limits {
            max_tag_bytes: 20,
            ..Limits::default()
        };
        let mut sink = TagSink::new(&limits);
        sink.add("title", "0123456789");
        sink.add("artist", "0123456789");
        assert_eq!(sink.finish().into_keys().collect::<Vec<_>>(), ["title"]);
    }

    #[test]
    fn a_position_may_carry_its_total() {
        let mut sink = TagSink::new(&Limits::default());
        sink.add_position("trackNumber", "trackTotal", "3/12");
        let tags = sink.finish();
        assert_eq!(
            (tags["trackNumber"].as_str(), tags["trackTotal"].as_str()),
            ("3", "12")
        );
    }
}
