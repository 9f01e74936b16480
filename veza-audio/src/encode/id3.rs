//! ID3v2.4: the tags of MP3.

use crate::tags::{Tags, comment_name, name_of_key};
use crate::{Error, Result};

/// The tag's text frames and the names they go by here (ID3v2.4.0 native frames, 4.2).
const FRAMES: [(&str, &[u8; 4]); 13] = [
    ("title", b"TIT2"),
    ("artist", b"TPE1"),
    ("album", b"TALB"),
    ("albumArtist", b"TPE2"),
    ("genre", b"TCON"),
    ("date", b"TDRC"),
    ("composer", b"TCOM"),
    ("copyright", b"TCOP"),
    ("isrc", b"TSRC"),
    ("publisher", b"TPUB"),
    ("language", b"TLAN"),
    ("bpm", b"TBPM"),
    ("key", b"TKEY"),
];

/// A number with its total in one frame, and the names of both.
const POSITIONS: [(&str, &str, &[u8; 4]); 2] = [
    ("trackNumber", "trackTotal", b"TRCK"),
    ("discNumber", "discTotal", b"TPOS"),
];

/// UTF-8, as a frame's first byte says.
const UTF_8: u8 = 3;
/// The most that a size of four times seven bits can say.
const MAX_SIZE: usize = (1 << 28) - 1;

/// The whole tag; empty when there is nothing to say.
///
/// # Errors
/// [`Error::InvalidParameter`] when the tags are larger than 256 MiB.
pub(crate) fn tag(tags: &Tags) -> Result<Vec<u8>> {
    let mut frames = Vec::new();
    for (number, total, id) in POSITIONS {
        if let Some(value) = tags.position(number, total) {
            frame(
                &mut frames,
                id,
                &[&[UTF_8], value.replace('\0', " ").as_bytes()],
            )?;
        }
    }
    for (name, value) in tags.iter() {
        // What stands with its number already.
        let placed = |(number, total, _): &(&str, &str, _)| {
            name == *number || (name == *total && tags.get(number).is_some())
        };
        if POSITIONS.iter().any(placed) {
            continue;
        }
        // A zero byte would end the text and begin another value.
        let value = value.replace('\0', " ");
        let mut content = vec![UTF_8];
        let id = match FRAMES.iter().find(|(known, _)| *known == name) {
            Some((_, id)) => *id,
            None if name == "comment" || name == "lyrics" => {
                content.extend_from_slice(b"und\0"); // language not stated, no description
                if name == "comment" { b"COMM" } else { b"USLT" }
            }
            None => {
                content.extend_from_slice(free_name(name).replace('\0', " ").as_bytes());
                content.push(0);
                b"TXXX"
            }
        };
        frame(&mut frames, id, &[&content, value.as_bytes()])?;
    }
    for picture in tags.pictures() {
        let media_type = picture.media_type.replace('\0', " ");
        let description = picture.description.replace('\0', " ");
        let kind = [0, picture.kind.number()];
        let head = [
            &[UTF_8],
            media_type.as_bytes(),
            &kind,
            description.as_bytes(),
            &[0],
        ]
        .concat();
        frame(&mut frames, b"APIC", &[&head, &picture.data])?;
    }
    if frames.is_empty() {
        return Ok(frames);
    }
    let mut tag = b"ID3\x04\0\0".to_vec();
    tag.extend_from_slice(&size(frames.len())?);
    tag.extend_from_slice(&frames);
    Ok(tag)
}

/// The name of a free-form text: those of loudness have one that players know.
fn free_name(name: &str) -> String {
    match comment_name(name) {
        key if name_of_key(&key).is_some() => key,
        _ => name.to_owned(),
    }
}

fn frame(frames: &mut Vec<u8>, id: &[u8; 4], content: &[&[u8]]) -> Result<()> {
    frames.extend_from_slice(id);
    frames.extend_from_slice(&size(content.iter().map(|part| part.len()).sum())?);
    frames.extend_from_slice(&[0, 0]); // no flags
    content
        .iter()
        .for_each(|part| frames.extend_from_slice(part));
    Ok(())
}

/// A size in four bytes of seven bits, so that none looks like the start of an MPEG frame.
fn size(bytes: usize) -> Result<[u8; 4]> {
    if bytes > MAX_SIZE {
        return Err(Error::invalid(
            "tags",
            "they are larger than an ID3 tag can hold (256 MiB)",
        ));
    }
    Ok([21, 14, 7, 0].map(|shift| (bytes >> shift) as u8 & 0x7f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tags_give_no_bytes() {
        assert!(tag(&Tags::new()).unwrap().is_empty());
    }

    #[test]
    fn a_known_name_is_its_frame_and_another_a_free_one() {
        let tags = Tags::from([
            ("mood".to_owned(), "calm".to_owned()),
            ("title".to_owned(), "Été".to_owned()),
        ]);
        let expected = b"ID3\x04\0\0\0\0\0\x24TXXX\0\0\0\x0a\0\0\x03mood\0calmTIT2\0\0\0\x06\0\0\x03\xc3\x89t\xc3\xa9";
        assert_eq!(tag(&tags).unwrap(), expected);
    }

    #[test]
    fn sizes_have_seven_bits_a_byte() {
        assert_eq!(size(257).unwrap(), [0, 0, 2, 1]);
        assert!(size(1 << 28).is_err());
    }
}
