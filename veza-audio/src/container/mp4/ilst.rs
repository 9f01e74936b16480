//! Tags of MPEG-4 files, as iTunes has them: `moov/udta/meta/ilst`.

use super::boxes::Boxes;
use crate::tags::{Tags, comment_name, name_of_key};

/// Well-known types of a value (QuickTime File Format, "Well-known types").
const TEXT: u32 = 1;
const INTEGER: u32 = 21;
const BINARY: u32 = 0;
const JPEG: u32 = 13;
const PNG: u32 = 14;

/// Writes `udta` with the tags and, for players which know no edit list, `iTunSMPB`.
///
/// Keys are compared without regard to case; `-`, `_` and spaces in them do not count. A key with
/// no atom of its own becomes a freeform atom of that name.
pub(in crate::container) fn write_tags(boxes: &mut Boxes, tags: &Tags, gapless: &str) {
    boxes.boxed(b"udta", |boxes| {
        boxes.full(b"meta", 0, 0, |boxes| {
            boxes.full(b"hdlr", 0, 0, |boxes| {
                boxes.zeros(4);
                boxes.bytes(b"mdirappl");
                boxes.zeros(9);
            });
            boxes.boxed(b"ilst", |boxes| {
                for (key, value) in tags.iter() {
                    match key {
                        "trackTotal" if tags.get("trackNumber").is_some() => {}
                        "discTotal" if tags.get("discNumber").is_some() => {}
                        _ => {
                            let position = match key {
                                "trackNumber" => tags.position(key, "trackTotal"),
                                "discNumber" => tags.position(key, "discTotal"),
                                _ => None,
                            };
                            write_tag(boxes, key, position.as_deref().unwrap_or(value));
                        }
                    }
                }
                write_covers(boxes, tags);
                write_freeform(boxes, "iTunSMPB", gapless);
            });
        });
    });
}

/// The value of `iTunSMPB`: priming, padding and frames of sound, in hexadecimal.
pub(in crate::container) fn gapless_info(priming: u32, padding: u32, sound_frames: u64) -> String {
    let rest = " 00000000".repeat(8);
    format!(" 00000000 {priming:08X} {padding:08X} {sound_frames:016X}{rest}")
}

fn write_tag(boxes: &mut Boxes, key: &str, value: &str) {
    let plain: String = key
        .chars()
        .filter(|letter| !matches!(letter, '_' | '-' | ' '))
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let text: Option<&[u8; 4]> = match plain.as_str() {
        "title" => Some(b"\xA9nam"),
        "artist" => Some(b"\xA9ART"),
        "album" => Some(b"\xA9alb"),
        "albumartist" => Some(b"aART"),
        "composer" => Some(b"\xA9wrt"),
        "genre" => Some(b"\xA9gen"),
        "date" | "year" => Some(b"\xA9day"),
        "comment" => Some(b"\xA9cmt"),
        "copyright" => Some(b"cprt"),
        "lyrics" => Some(b"\xA9lyr"),
        "grouping" => Some(b"\xA9grp"),
        "description" => Some(b"desc"),
        "encoder" => Some(b"\xA9too"),
        _ => None,
    };
    if let Some(kind) = text {
        return boxes.boxed(kind, |boxes| write_data(boxes, TEXT, value.as_bytes()));
    }
    match (plain.as_str(), number_of(value)) {
        ("track" | "tracknumber", Some((number, total))) => {
            let [a, b] = number.to_be_bytes();
            let [c, d] = total.to_be_bytes();
            boxes.boxed(b"trkn", |boxes| {
                write_data(boxes, BINARY, &[0, 0, a, b, c, d, 0, 0]);
            });
        }
        ("disc" | "discnumber", Some((number, total))) => {
            let [a, b] = number.to_be_bytes();
            let [c, d] = total.to_be_bytes();
            boxes.boxed(b"disk", |boxes| {
                write_data(boxes, BINARY, &[0, 0, a, b, c, d])
            });
        }
        ("bpm" | "tempo", Some((tempo, _))) => {
            boxes.boxed(b"tmpo", |boxes| {
                write_data(boxes, INTEGER, &tempo.to_be_bytes())
            });
        }
        _ => match comment_name(key) {
            name if name_of_key(&name).is_some() => write_freeform(boxes, &name, value),
            _ => write_freeform(boxes, key, value),
        },
    }
}

/// Covers of the two kinds that MPEG-4 files have: JPEG and PNG.
fn write_covers(boxes: &mut Boxes, tags: &Tags) {
    let covers: Vec<(u32, &[u8])> = tags
        .pictures()
        .iter()
        .filter_map(|picture| match picture.media_type.as_str() {
            "image/jpeg" => Some((JPEG, &picture.data[..])),
            "image/png" => Some((PNG, &picture.data[..])),
            _ => None,
        })
        .collect();
    if !covers.is_empty() {
        boxes.boxed(b"covr", |boxes| {
            for (kind, data) in covers {
                write_data(boxes, kind, data);
            }
        });
    }
}

/// `7` or `7/12`.
fn number_of(value: &str) -> Option<(u16, u16)> {
    let (number, total) = value.split_once('/').unwrap_or((value, "0"));
    Some((number.trim().parse().ok()?, total.trim().parse().ok()?))
}

fn write_freeform(boxes: &mut Boxes, name: &str, value: &str) {
    boxes.boxed(b"----", |boxes| {
        boxes.full(b"mean", 0, 0, |boxes| boxes.bytes(b"com.apple.iTunes"));
        boxes.full(b"name", 0, 0, |boxes| boxes.bytes(name.as_bytes()));
        write_data(boxes, TEXT, value.as_bytes());
    });
}

fn write_data(boxes: &mut Boxes, kind: u32, value: &[u8]) {
    boxes.boxed(b"data", |boxes| {
        boxes.u32(kind);
        boxes.u32(0); // every country and language
        boxes.bytes(value);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_alone_or_with_their_total() {
        assert_eq!(number_of("7"), Some((7, 0)));
        assert_eq!(number_of("7/12"), Some((7, 12)));
        assert_eq!(number_of("A1"), None);
        assert_eq!(number_of("70000"), None);
    }

    #[test]
    fn gapless_info_is_in_the_columns_of_itunes() {
        let info = gapless_info(2112, 960, 88_200);
        assert!(info.starts_with(" 00000000 00000840 000003C0 0000000000015888 00000000"));
    }
}
