//! Vorbis comments (Vorbis I, 5), as in Ogg and FLAC.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::TagSink;
use crate::decode::bytes::Fields;
use crate::tags::Picture;

/// Reads a comment header without its packet's magic, as far as it makes sense.
pub(in crate::decode) fn read(bytes: &[u8], tags: &mut TagSink) {
    // A comment which is cut short leaves those before it.
    let _ = read_list(Fields::new(bytes), tags);
}

fn read_list(mut fields: Fields<'_>, tags: &mut TagSink) -> Option<()> {
    let vendor = fields.u32_le()? as usize;
    fields.take(vendor)?;
    for _ in 0..fields.u32_le()? {
        let len = fields.u32_le()? as usize;
        let comment = String::from_utf8_lossy(fields.take(len)?);
        if let Some((key, value)) = comment.split_once('=') {
            match key.to_ascii_uppercase().as_str() {
                "TRACKNUMBER" => tags.add_position("trackNumber", "trackTotal", value),
                "DISCNUMBER" => tags.add_position("discNumber", "discTotal", value),
                // A FLAC picture block, in Ogg.
                "METADATA_BLOCK_PICTURE" => {
                    let block = BASE64.decode(value.trim()).ok();
                    tags.add_picture(block.and_then(|block| Picture::from_block(&block)));
                }
                _ => tags.add_keyed(key, value),
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn header(comments: &[&str]) -> Vec<u8> {
        let mut bytes = b"\x04\0\0\0veza".to_vec();
        bytes.extend((comments.len() as u32).to_le_bytes());
        for comment in comments {
            bytes.extend((comment.len() as u32).to_le_bytes());
            bytes.extend(comment.as_bytes());
        }
        bytes
    }

    #[test]
    fn comments_are_read_whatever_the_case_of_their_keys() {
        let mut tags = TagSink::new(&Limits::default());
        read(
            &header(&["title=A", "Artist=B", "ARTIST=C", "x=y"]),
            &mut tags,
        );
        let tags = tags.finish();
        assert_eq!(tags.iter().count(), 2);
        assert_eq!(
            (tags["title"].as_str(), tags["artist"].as_str()),
            ("A", "B; C")
        );
    }

    #[test]
    fn a_header_cut_short_leaves_what_came_before() {
        let whole = header(&["title=A", "artist=B"]);
        for len in 0..whole.len() {
            let mut tags = TagSink::new(&Limits::default());
            read(&whole[..len], &mut tags);
            assert_eq!(tags.finish().get("artist"), None);
        }
    }
}
