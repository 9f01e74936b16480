//! ID3v2 (2.2, 2.3 and 2.4): where it ends, and its text frames.

use super::TagSink;
use crate::decode::bytes::{Bytes, Fields};
use crate::tags::Picture;
use crate::{Limits, Result};

const HEADER_BYTES: u64 = 10;

/// The byte after the ID3v2 tags at the beginning; 0 where there are none.
///
/// # Errors
/// Those of reading.
pub(in crate::decode) fn after(bytes: &mut Bytes) -> Result<u64> {
    let mut at = 0;
    loop {
        bytes.seek(at)?;
        let Some(header) = bytes.array::<10>()? else {
            return Ok(at);
        };
        let Some(size) = size(&header) else {
            return Ok(at);
        };
        at += size;
    }
}

/// The size of a whole tag by its header; `None` when it is not one.
fn size(header: &[u8; 10]) -> Option<u64> {
    let [b'I', b'D', b'3', version, revision, flags, size @ ..] = *header else {
        return None;
    };
    if version == 0xff || revision == 0xff {
        return None;
    }
    let footer = if version == 4 && flags & 0x10 != 0 {
        HEADER_BYTES
    } else {
        0
    };
    Some(HEADER_BYTES + u64::from(synchsafe(size)?) + footer)
}

/// 28 bits in four bytes, whose highest bits are 0.
fn synchsafe(bytes: [u8; 4]) -> Option<u32> {
    bytes.iter().try_fold(0, |value, &byte| {
        (byte < 0x80).then_some(value << 7 | u32::from(byte))
    })
}

/// Reads the texts and pictures of the tag at the input's place, as far as they make sense.
///
/// # Errors
/// Those of reading.
pub(in crate::decode) fn read(
    bytes: &mut Bytes,
    limits: &Limits,
    tags: &mut TagSink,
) -> Result<()> {
    let Some(header) = bytes.array::<10>()? else {
        return Ok(());
    };
    let Some(size) = size(&header) else {
        return Ok(());
    };
    let most = limits
        .max_tag_bytes
        .saturating_add(limits.max_picture_bytes) as u64;
    let len = (size - HEADER_BYTES).min(bytes.remaining()).min(most) as usize;
    let mut body = Vec::new();
    bytes.read_into(&mut body, len)?;
    let (version, flags) = (header[3], header[5]);
    if flags & 0x80 != 0 && version < 4 {
        body = without_unsynchronisation(&body);
    }
    // A frame which is cut short leaves those before it.
    let _ = read_frames(&body, version, flags, tags);
    Ok(())
}

/// Takes out the zeros which keep 0xFF bytes from looking like MPEG frames (ID3v2.4, 6.1).
fn without_unsynchronisation(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut last = 0;
    for &byte in bytes {
        if !(last == 0xff && byte == 0) {
            out.push(byte);
        }
        last = byte;
    }
    out
}

fn read_frames(body: &[u8], version: u8, flags: u8, tags: &mut TagSink) -> Option<()> {
    let mut fields = Fields::new(body);
    if flags & 0x40 != 0 && version > 2 {
        let size = fields.array()?;
        // In 2.4 the size counts itself, in 2.3 it does not.
        let rest = if version == 4 {
            synchsafe(size)?.checked_sub(4)?
        } else {
            u32::from_be_bytes(size)
        };
        fields.take(rest as usize)?;
    }
    while !fields.is_empty() {
        let (id, size, frame_flags) = if version == 2 {
            let id = fields.array::<3>()?;
            let [a, b, c] = fields.array()?;
            (
                [id[0], id[1], id[2], b' '],
                u32::from_be_bytes([0, a, b, c]),
                0,
            )
        } else {
            let id = fields.array::<4>()?;
            let size = fields.array()?;
            let size = if version == 4 {
                synchsafe(size)?
            } else {
                u32::from_be_bytes(size)
            };
            (id, size, fields.u16_be()?)
        };
        if id[0] == 0 {
            break; // padding
        }
        let data = fields.take(size as usize)?;
        let packed = if version == 4 {
            frame_flags & 0x0c
        } else {
            frame_flags & 0xc0
        };
        if packed != 0 {
            continue; // compressed or encrypted
        }
        let mut plain = data.to_vec();
        if version == 4 && frame_flags & 0x02 != 0 {
            plain = without_unsynchronisation(&plain);
        }
        let skip = if version == 4 && frame_flags & 0x01 != 0 {
            4
        } else {
            0
        };
        if let Some(data) = plain.get(skip..) {
            read_frame(id, data, tags);
        }
    }
    Some(())
}

fn read_frame(id: [u8; 4], data: &[u8], tags: &mut TagSink) {
    let Some((&encoding, text)) = data.split_first() else {
        return;
    };
    match &id {
        b"TXXX" | b"TXX " => {
            let mut values = strings(encoding, text).into_iter();
            if let (Some(key), Some(value)) = (values.next(), values.next()) {
                tags.add_keyed(&key, &value);
            }
        }
        b"COMM" | b"COM " | b"USLT" | b"ULT " => {
            // Three letters of language, a description, and the text.
            let values = strings(encoding, text.get(3..).unwrap_or_default());
            if let [description, value, ..] = &values[..]
                && description.is_empty()
            {
                tags.add(if id[0] == b'C' { "comment" } else { "lyrics" }, value);
            }
        }
        b"APIC" => tags.add_picture(picture(encoding, text)),
        b"PIC " => tags.add_picture(old_picture(encoding, text)),
        [b'T', ..] => {
            for value in strings(encoding, text) {
                add_text(id, &value, tags);
            }
        }
        _ => {}
    }
}

/// Media type, kind, description and data (ID3v2.4 native frames, 4.14).
fn picture(encoding: u8, frame: &[u8]) -> Option<Picture> {
    let end = frame.iter().position(|byte| *byte == 0)?;
    let media_type = String::from_utf8_lossy(&frame[..end]);
    let (&kind, rest) = frame.get(end + 1..)?.split_first()?;
    described(encoding, rest, kind, &media_type)
}

/// As it was in ID3v2.2: three letters instead of a media type.
fn old_picture(encoding: u8, frame: &[u8]) -> Option<Picture> {
    let (letters, rest) = frame.split_at_checked(3)?;
    let (&kind, rest) = rest.split_first()?;
    let linked = if letters == b"-->" { "-->" } else { "" };
    described(encoding, rest, kind, linked)
}

/// The description, which zeros end, and the data after it.
fn described(encoding: u8, bytes: &[u8], kind: u8, media_type: &str) -> Option<Picture> {
    let wide = matches!(encoding, 1 | 2);
    let (end, data) = if wide {
        let end = bytes.chunks_exact(2).position(|pair| pair == [0, 0])? * 2;
        (end, end + 2)
    } else {
        let end = bytes.iter().position(|byte| *byte == 0)?;
        (end, end + 1)
    };
    let description = strings(encoding, &bytes[..end]).into_iter().next();
    Picture::read(
        kind,
        media_type,
        description.unwrap_or_default(),
        bytes.get(data..)?,
    )
}

fn add_text(id: [u8; 4], value: &str, tags: &mut TagSink) {
    let name = match &id {
        b"TIT2" | b"TT2 " => "title",
        b"TPE1" | b"TP1 " => "artist",
        b"TALB" | b"TAL " => "album",
        b"TPE2" | b"TP2 " => "albumArtist",
        b"TCON" | b"TCO " => return tags.add("genre", genre(value)),
        b"TDRC" | b"TYER" | b"TYE " => "date",
        b"TRCK" | b"TRK " => return tags.add_position("trackNumber", "trackTotal", value),
        b"TPOS" | b"TPA " => return tags.add_position("discNumber", "discTotal", value),
        b"TCOM" | b"TCM " => "composer",
        b"TCOP" | b"TCR " => "copyright",
        b"TPUB" | b"TPB " => "publisher",
        b"TSRC" | b"TRC " => "isrc",
        b"TLAN" | b"TLA " => "language",
        b"TBPM" | b"TBP " => "bpm",
        b"TKEY" | b"TKE " => "key",
        b"TSSE" | b"TSS " => "encoder",
        _ => return,
    };
    tags.add(name, value);
}

/// ID3v1's first genres, which `(n)` and `n` still stand for.
#[rustfmt::skip]
const GENRES: [&str; 80] = [
    "Blues", "Classic Rock", "Country", "Dance", "Disco", "Funk", "Grunge", "Hip-Hop", "Jazz",
    "Metal", "New Age", "Oldies", "Other", "Pop", "R&B", "Rap", "Reggae", "Rock", "Techno",
    "Industrial", "Alternative", "Ska", "Death Metal", "Pranks", "Soundtrack", "Euro-Techno",
    "Ambient", "Trip-Hop", "Vocal", "Jazz+Funk", "Fusion", "Trance", "Classical", "Instrumental",
    "Acid", "House", "Game", "Sound Clip", "Gospel", "Noise", "Alternative Rock", "Bass", "Soul",
    "Punk", "Space", "Meditative", "Instrumental Pop", "Instrumental Rock", "Ethnic", "Gothic",
    "Darkwave", "Techno-Industrial", "Electronic", "Pop-Folk", "Eurodance", "Dream",
    "Southern Rock", "Comedy", "Cult", "Gangsta", "Top 40", "Christian Rap", "Pop/Funk", "Jungle",
    "Native American", "Cabaret", "New Wave", "Psychedelic", "Rave", "Showtunes", "Trailer",
    "Lo-Fi", "Tribal", "Acid Punk", "Acid Jazz", "Polka", "Retro", "Musical", "Rock & Roll",
    "Hard Rock",
];

fn genre(value: &str) -> &str {
    let number = value
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(value);
    number
        .parse()
        .ok()
        .and_then(|n: usize| GENRES.get(n).copied())
        .unwrap_or(value)
}

/// The strings of a frame, which zeros part.
fn strings(encoding: u8, text: &[u8]) -> Vec<String> {
    let whole = match encoding {
        0 => text.iter().map(|&byte| char::from(byte)).collect(),
        1 => return utf16_strings(text, None),
        2 => return utf16_strings(text, Some(false)),
        _ => String::from_utf8_lossy(text).into_owned(),
    };
    let whole = whole.strip_suffix('\0').unwrap_or(&whole);
    whole.split('\0').map(str::to_owned).collect()
}

fn utf16_strings(text: &[u8], little: Option<bool>) -> Vec<String> {
    let pairs: Vec<[u8; 2]> = text
        .chunks_exact(2)
        .map(|pair| [pair[0], pair[1]])
        .collect();
    let mut parts: Vec<&[[u8; 2]]> = pairs.split(|pair| *pair == [0, 0]).collect();
    if parts.len() > 1 && parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    let mut little = little.unwrap_or(true);
    let mut out = Vec::with_capacity(parts.len());
    for mut part in parts {
        match part.first() {
            Some([0xff, 0xfe]) => (little, part) = (true, &part[1..]),
            Some([0xfe, 0xff]) => (little, part) = (false, &part[1..]),
            _ => {}
        }
        let units: Vec<u16> = part
            .iter()
            .map(|&pair| {
                if little {
                    u16::from_le_bytes(pair)
                } else {
                    u16::from_be_bytes(pair)
                }
            })
            .collect();
        out.push(String::from_utf16_lossy(&units));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tag(version: u8, frames: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (id, data) in frames {
            body.extend(*id);
            let size = (data.len() as u32).to_be_bytes();
            body.extend(if version == 2 { &size[1..] } else { &size[..] });
            if version > 2 {
                body.extend([0, 0]);
            }
            body.extend(*data);
        }
        let mut out = vec![b'I', b'D', b'3', version, 0, 0];
        let len = body.len() as u32;
        out.extend([
            (len >> 21) as u8 & 127,
            (len >> 14) as u8 & 127,
            (len >> 7) as u8 & 127,
        ]);
        out.push(len as u8 & 127);
        out.extend(body);
        out
    }

    fn tags_of(bytes: Vec<u8>) -> super::super::Tags {
        let mut bytes = Bytes::new(Box::new(std::io::Cursor::new(bytes))).unwrap();
        let limits = Limits::default();
        let mut tags = TagSink::new(&limits);
        read(&mut bytes, &limits, &mut tags).unwrap();
        tags.finish()
    }

    #[test]
    fn text_is_read_in_every_encoding() {
        let tags = tags_of(tag(
            4,
            &[
                (b"TIT2", b"\0caf\xe9\0"),
                (b"TPE1", b"\x01\xff\xfeA\0B\0"),
                (b"TALB", b"\x02\0A\0C\0\0"),
                (b"TCON", b"\x03(17)"),
                (b"TRCK", b"\x032/9"),
                (b"TXXX", b"\x03REPLAYGAIN_TRACK_GAIN\0-3.00 dB"),
                (b"COMM", b"\x03eng\0a comment"),
            ],
        ));
        let values: Vec<_> = tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            values,
            [
                "album=AC",
                "artist=AB",
                "comment=a comment",
                "genre=Rock",
                "replaygainTrackGain=-3.00 dB",
                "title=café",
                "trackNumber=2",
                "trackTotal=9",
            ]
        );
    }

    #[test]
    fn the_old_three_letter_frames_are_read() {
        assert_eq!(tags_of(tag(2, &[(b"TT2", b"\0Old")]))["title"], "Old");
    }

    #[test]
    fn pictures_are_read_in_every_version() {
        let tags = tags_of(tag(
            4,
            &[
                (b"APIC", b"\x03image/png\0\x03cover\0\x89PNG"),
                (b"APIC", b"\x01image/jpeg\0\x04\xff\xfeb\0\0\0\xff\xd8\xff"),
                (b"APIC", b"\x00-->\0\x03\0http://example.org/a.png"),
                (b"APIC", b"\x00image/png\0"),
            ],
        ));
        let seen: Vec<_> = tags
            .pictures()
            .iter()
            .map(|p| {
                (
                    p.kind.number(),
                    &*p.media_type,
                    &*p.description,
                    &p.data[..],
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                (3, "image/png", "cover", &b"\x89PNG"[..]),
                (4, "image/jpeg", "b", b"\xff\xd8\xff"),
            ]
        );
        let old = tags_of(tag(2, &[(b"PIC", b"\0JPG\x03\0\xff\xd8\xff\xe0")]));
        assert_eq!(old.pictures()[0].media_type, "image/jpeg");
    }

    #[test]
    fn what_follows_several_tags_is_found() {
        let mut bytes = tag(3, &[(b"TIT2", b"\0x")]);
        bytes.extend(tag(4, &[]));
        let len = bytes.len() as u64;
        bytes.extend([0xff; 32]);
        let mut bytes = Bytes::new(Box::new(std::io::Cursor::new(bytes))).unwrap();
        assert_eq!(after(&mut bytes).unwrap(), len);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(version in 2u8..5, flags: u8, body: Vec<u8>) {
            let mut tags = TagSink::new(&Limits::default());
            let _ = read_frames(&body, version, flags, &mut tags);
        }
    }
}
