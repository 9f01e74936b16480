//! Tags of all formats, brought under one set of names.

mod id3;
mod vorbis_comment;

pub(super) use id3::{after as after_id3, read as read_id3};
pub(super) use vorbis_comment::read as read_vorbis_comment;

use std::collections::btree_map::Entry;

use crate::Limits;
use crate::tags::{Picture, Tags, name_of_key};

/// Most pictures kept, however small.
const MAX_PICTURES: usize = 32;

/// Most bytes kept of a picture's description.
const MAX_DESCRIPTION_BYTES: usize = 1_000;

/// Gathers tags within the limits.
pub(super) struct TagSink {
    tags: Tags,
    left: usize,
    left_for_pictures: usize,
}

impl TagSink {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            tags: Tags::new(),
            left: limits.max_tag_bytes,
            left_for_pictures: limits.max_picture_bytes,
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
        match self.tags.entry(name) {
            Entry::Occupied(known) if *known.get() == clean => return,
            Entry::Occupied(mut known) => {
                known.get_mut().push_str("; ");
                known.get_mut().push_str(&clean);
            }
            Entry::Vacant(place) => {
                place.insert(clean);
            }
        }
        self.left -= cost;
    }

    /// Adds a value whose key is one of Vorbis comments, or what other formats took over from there
    /// (`TXXX` of ID3, freeform atoms of MP4). Unknown keys are left out.
    pub(super) fn add_keyed(&mut self, key: &str, value: &str) {
        if let Some(name) = name_of_key(key) {
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

    /// Adds a picture, as long as there is room for it.
    pub(super) fn add_picture(&mut self, picture: Option<Picture>) {
        let Some(mut picture) = picture else { return };
        if picture.data.len() > self.left_for_pictures || self.tags.pictures().len() == MAX_PICTURES
        {
            return;
        }
        self.left_for_pictures -= picture.data.len();
        picture.description = clean(&picture.description);
        picture.description.truncate(
            picture
                .description
                .floor_char_boundary(MAX_DESCRIPTION_BYTES),
        );
        self.tags.add_picture(picture);
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
        let tags = sink.finish();
        assert_eq!(tags.iter().collect::<Vec<_>>(), [("title", "0123456789")]);
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

    #[test]
    fn pictures_stop_at_their_limit() {
        let limits = Limits {
            max_picture_bytes: 100,
            ..Limits::default()
        };
        let mut sink = TagSink::new(&limits);
        for bytes in [60, 50, 40, 1] {
            sink.add_picture(Some(Picture::cover(vec![0xff; bytes])));
        }
        let kept: Vec<_> = sink
            .finish()
            .pictures()
            .iter()
            .map(|p| p.data.len())
            .collect();
        assert_eq!(kept, [60, 40]);
        let mut sink = TagSink::new(&Limits::default());
        for _ in 0..100 {
            sink.add_picture(Some(Picture::cover(vec![0])));
        }
        assert_eq!(sink.finish().pictures().len(), MAX_PICTURES);
    }
}
