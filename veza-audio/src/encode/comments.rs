//! Vorbis comments: the tags of FLAC, Ogg Vorbis and Ogg Opus.

use crate::tags::Tags;

/// The program that wrote the file, as comments name it.
pub(crate) const VENDOR: &str = "veza";

/// The tags as comment names and values. Names which a comment cannot have are left out.
pub(crate) fn fields(tags: &Tags) -> impl Iterator<Item = (String, &str)> {
    tags.iter()
        .filter_map(|(name, value)| Some((field_name(name)?, value.as_str())))
}

/// `albumArtist` becomes `ALBUMARTIST`; printable ASCII without `=` is what a name may hold
/// (Vorbis I, 5.2.2).
fn field_name(name: &str) -> Option<String> {
    let fits = !name.is_empty()
        && name
            .bytes()
            .all(|byte| (0x20..=0x7d).contains(&byte) && byte != b'=');
    fits.then(|| name.to_ascii_uppercase())
}

/// The comment block without any framing, as FLAC stores it.
pub(crate) fn block(tags: &Tags) -> Vec<u8> {
    let mut bytes = Vec::new();
    put(&mut bytes, VENDOR);
    let comments: Vec<String> = fields(tags)
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

    #[test]
    fn tags_become_upper_case_comments() {
        let tags = Tags::from([
            ("albumArtist".to_owned(), "Ñandú".to_owned()),
            ("no=name".to_owned(), "dropped".to_owned()),
        ]);
        let mut expected = b"\x04\0\0\0veza\x01\0\0\0\x13\0\0\0ALBUMARTIST=".to_vec();
        expected.extend_from_slice("Ñandú".as_bytes());
        assert_eq!(block(&tags), expected);
    }
}
