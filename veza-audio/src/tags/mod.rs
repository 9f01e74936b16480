//! What a file says of itself: title, artist and the like, its pictures, how loud to play it.

mod names;
mod picture;
mod replay_gain;

use std::collections::{BTreeMap, btree_map};
use std::ops::Index;

use serde::{Serialize, Serializer};

pub use picture::{Picture, PictureKind};
pub use replay_gain::{Gain, OpusGain, ReplayGain};

pub(crate) use names::{comment_name, name_of_key};

/// Texts by name, and pictures.
///
/// Names are lower camel case: `title`, `artist`, `album`, `albumArtist`, `genre`, `date`,
/// `trackNumber`, `trackTotal`, `discNumber`, `discTotal`, `composer`, `copyright`, `isrc`,
/// `comment`, `replaygainTrackGain`. Each format writes those it has a field for, and any other
/// name as a free-form field where there is such a thing. Serialised it is the texts alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    texts: BTreeMap<String, String>,
    pictures: Vec<Picture>,
}

impl Tags {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is neither a text nor a picture.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.pictures.is_empty()
    }

    /// The text of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// Gives a name its text; answers the one it had.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) -> Option<String> {
        self.texts.insert(name.into(), text.into())
    }

    /// Takes a name away; answers the text it had.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        self.texts.remove(name)
    }

    /// The texts, by name, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The pictures, in the order of the file.
    pub fn pictures(&self) -> &[Picture] {
        &self.pictures
    }

    /// Adds a picture.
    pub fn add_picture(&mut self, picture: Picture) {
        self.pictures.push(picture);
    }

    /// Takes all pictures away.
    pub fn clear_pictures(&mut self) {
        self.pictures.clear();
    }

    pub(crate) fn entry(&mut self, name: &str) -> btree_map::Entry<'_, String, String> {
        self.texts.entry(name.to_owned())
    }

    /// `3`, or `3/12` where the total is known, as formats with one field for both have it.
    pub(crate) fn position(&self, number: &str, total: &str) -> Option<String> {
        let number = self.get(number)?;
        Some(match self.get(total) {
            Some(total) if !number.contains('/') => format!("{number}/{total}"),
            _ => number.to_owned(),
        })
    }
}

impl<const N: usize> From<[(String, String); N]> for Tags {
    fn from(texts: [(String, String); N]) -> Self {
        Self {
            texts: BTreeMap::from(texts),
            pictures: Vec::new(),
        }
    }
}

impl Index<&str> for Tags {
    type Output = String;

    /// The text of a name.
    ///
    /// # Panics
    /// When there is none; [`Tags::get`] does not.
    fn index(&self, name: &str) -> &String {
        &self.texts[name]
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_has_its_total_once() {
        let mut tags = Tags::from([("trackNumber".to_owned(), "3".to_owned())]);
        let position = |tags: &Tags| tags.position("trackNumber", "trackTotal");
        assert_eq!(position(&tags).as_deref(), Some("3"));
        tags.insert("trackTotal", "12");
        assert_eq!(position(&tags).as_deref(), Some("3/12"));
        tags.insert("trackNumber", "3/9");
        assert_eq!(position(&tags).as_deref(), Some("3/9"));
        assert_eq!(position(&Tags::new()), None);
    }

    #[test]
    fn pictures_are_no_part_of_what_is_serialised() {
        let mut tags = Tags::from([("title".to_owned(), "A".to_owned())]);
        tags.add_picture(Picture::cover(b"\x89PNG\r\n\x1a\n".to_vec()));
        assert_eq!(serde_json::to_string(&tags).unwrap(), r#"{"title":"A"}"#);
    }
}
