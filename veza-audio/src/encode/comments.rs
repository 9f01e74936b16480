//! Vorbis comments: the tags of FLAC, Ogg Vorbis and Ogg Opus.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::tags::{Tags, comment_name};

/// The program that wrote the file, as comments name it.
pub(crate) const VENDOR: &str = "veza";

/// The texts as comment names and values. Names which a comment cannot have are left out.
fn texts(tags: &Tags) -> impl Iterator<Item = (String, &str)> {
    tags.iter()
        .filter_map(|(name, value)| Some((field_name(name)?, value)))
}

/// The tags of an Ogg file as comment names and values: pictures are among them, in base64.
pub(crate) fn fields(tags: &Tags) -> impl Iterator<Item = (String, Cow<'_, str>)> {
    let pictures = tags.pictures().iter().map(|picture| {
        let block = BASE64.encode(picture.to_block());
        ("METADATA_BLOCK_PICTURE".to_owned(), Cow::Owned(block))
    });
    let texts = texts(tags).map(|(name, value)| (name, Cow::Borrowed(value)));
    texts.chain(pictures)
}

/// `albumArtist` becomes `ALBUMARTIST`; printable ASCII without `=` is what a name may hold
/// (Vorbis I, 5.2.2).
fn field_name(name: &str) -> Option<String> {
    let fits = !name.is_empty()
        && name
            .bytes()
            .all(|byte| (0x20..=0x7d).contains(&byte) && byte != b'=');
    fits.then(|| comment_name(name))
}

/// The comment block without any framing, as FLAC stores it; pictures have blocks of their own.
pub(crate) fn block(tags: &Tags) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(&mut bytes, VENDOR);
    let comments: Vec<String> = texts(tags)
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    bytes.extend_from_slice(&(comments.len() as u32).to_le_bytes());
    comments.iter().for_each(|comment| put(&mut bytes, comment));
    bytes
}

fn put(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tags::Picture;

    #[test]
    fn tags_become_upper_case_comments() {
        let mut tags = Tags::from([
            ("albumArtist".to_owned(), "Ñandú".to_owned()),
            ("no=name".to_owned(), "dropped".to_owned()),
        ]);
        tags.add_picture(Picture::cover(vec![1]));
        let mut expected = b"\x04\0\0\0veza\x01\0\0\0\x13\0\0\0ALBUMARTIST=".to_vec();
        expected.extend_from_slice("Ñandú".as_bytes());
        assert_eq!(block(&tags), expected);
        let names: Vec<String> = fields(&tags).map(|(name, _)| name).collect();
        assert_eq!(names, ["ALBUMARTIST", "METADATA_BLOCK_PICTURE"]);
    }
}
