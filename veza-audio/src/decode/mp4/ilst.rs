//! Tags of iTunes (`moov/udta/meta/ilst`).

use super::boxes::{child, children, descend};
use super::edit::parse_smpb;
use crate::decode::tags::TagSink;
use crate::tags::{Picture, PictureKind};

/// Reads the tags; gives what `iTunSMPB` states, if it is there.
pub(super) fn read(moov: &[u8], tags: &mut TagSink) -> Option<(u64, u64)> {
    let meta = descend(moov, &[b"udta", b"meta"])?;
    // QuickTime leaves out the version and flags.
    let boxes = if meta.get(4..8) == Some(b"hdlr") {
        meta
    } else {
        meta.get(4..)?
    };
    let mut smpb = None;
    for (kind, body) in children(child(boxes, b"ilst")?) {
        if &kind == b"covr" {
            pictures(body, tags);
            continue;
        }
        let Some(value) = child(body, b"data").and_then(|data| data.get(8..)) else {
            continue;
        };
        let text = String::from_utf8_lossy(value);
        match &kind {
            b"\xa9nam" => tags.add("title", &text),
            b"\xa9ART" => tags.add("artist", &text),
            b"\xa9alb" => tags.add("album", &text),
            b"aART" => tags.add("albumArtist", &text),
            b"\xa9gen" => tags.add("genre", &text),
            b"\xa9day" => tags.add("date", &text),
            b"\xa9wrt" => tags.add("composer", &text),
            b"\xa9cmt" => tags.add("comment", &text),
            b"\xa9lyr" => tags.add("lyrics", &text),
            b"\xa9too" => tags.add("encoder", &text),
            b"cprt" => tags.add("copyright", &text),
            b"trkn" => position(value, "trackNumber", "trackTotal", tags),
            b"disk" => position(value, "discNumber", "discTotal", tags),
            b"tmpo" => {
                let bpm = value
                    .iter()
                    .take(4)
                    .fold(0u32, |n, &byte| n << 8 | u32::from(byte));
                if bpm > 0 {
                    tags.add("bpm", &bpm.to_string());
                }
            }
            b"----" => {
                let name = child(body, b"name")
                    .and_then(|name| name.get(4..))
                    .unwrap_or_default();
                let name = String::from_utf8_lossy(name);
                if name == "iTunSMPB" {
                    smpb = parse_smpb(&text);
                }
                tags.add_keyed(&name, &text);
            }
            _ => {}
        }
    }
    smpb
}

/// Covers: one value for each, whose bytes say what kind of picture it is.
fn pictures(body: &[u8], tags: &mut TagSink) {
    for (kind, data) in children(body) {
        if &kind == b"data"
            && let Some(data) = data.get(8..)
        {
            let front = PictureKind::FrontCover.number();
            tags.add_picture(Picture::read(front, "", String::new(), data));
        }
    }
}

/// Two numbers of 16 bits, behind two bytes of nothing; 0 is none.
fn position(value: &[u8], number: &str, total: &str, tags: &mut TagSink) {
    for (name, at) in [(number, 2), (total, 4)] {
        if let Some(&bytes) = value.get(at..).and_then(|rest| rest.first_chunk())
            && u16::from_be_bytes(bytes) > 0
        {
            tags.add(name, &u16::from_be_bytes(bytes).to_string());
        }
    }
}
