//! Media playlists.

use std::sync::Arc;

use super::attributes::{decimal, excerpt};
use super::lines::{Line, Reader};
use super::{AttributeTag, ByteRange, Map, MediaPlaylist, PartTag, Segment};
use crate::Result;
use crate::hls::check::Rule;

/// The tags of media playlists alone.
pub(super) const TAGS: &[&str] = &[
    "EXTINF",
    "EXT-X-BYTERANGE",
    "EXT-X-DISCONTINUITY",
    "EXT-X-KEY",
    "EXT-X-MAP",
    "EXT-X-PROGRAM-DATE-TIME",
    "EXT-X-DATERANGE",
    "EXT-X-GAP",
    "EXT-X-BITRATE",
    "EXT-X-TARGETDURATION",
    "EXT-X-MEDIA-SEQUENCE",
    "EXT-X-DISCONTINUITY-SEQUENCE",
    "EXT-X-ENDLIST",
    "EXT-X-PLAYLIST-TYPE",
    "EXT-X-I-FRAMES-ONLY",
    "EXT-X-PART",
    "EXT-X-PART-INF",
    "EXT-X-SERVER-CONTROL",
    "EXT-X-PRELOAD-HINT",
    "EXT-X-RENDITION-REPORT",
    "EXT-X-SKIP",
];

/// The tags which stand in a playlist once at most.
const ONCE: &[&str] = &[
    "EXT-X-VERSION",
    "EXT-X-TARGETDURATION",
    "EXT-X-MEDIA-SEQUENCE",
    "EXT-X-DISCONTINUITY-SEQUENCE",
    "EXT-X-ENDLIST",
    "EXT-X-PLAYLIST-TYPE",
    "EXT-X-I-FRAMES-ONLY",
    "EXT-X-INDEPENDENT-SEGMENTS",
    "EXT-X-PART-INF",
    "EXT-X-SERVER-CONTROL",
];

/// What has been said of the next segment.
#[derive(Default)]
struct Next {
    duration: Option<f64>,
    byte_range: Option<ByteRange>,
    is_discontinuous: bool,
    date_time: Option<String>,
    parts: Vec<PartTag>,
    is_gap: bool,
    key: Option<Arc<AttributeTag>>,
    map: Option<Arc<Map>>,
}

pub(super) fn read(reader: &mut Reader<'_>, lines: &[(usize, Line<'_>)]) -> Result<MediaPlaylist> {
    let mut playlist = MediaPlaylist {
        version: 1,
        ..MediaPlaylist::default()
    };
    let mut next = Next::default();
    let mut seen = Vec::new();
    for (number, line) in lines {
        match line {
            Line::Uri(uri) => segment(reader, &mut playlist, &mut next, *number, uri)?,
            Line::Tag { name, value } => {
                if ONCE.contains(name) {
                    let first = !seen.contains(name);
                    reader.test(Rule::TagOnce, *number, first, || {
                        (format!("#{name} again"), "once".into())
                    });
                    if !first {
                        continue;
                    }
                    seen.push(*name);
                }
                tag(reader, &mut playlist, &mut next, *number, name, *value)?;
            }
        }
    }
    playlist.open_parts = next.parts;
    Ok(playlist)
}

fn segment(
    reader: &mut Reader<'_>,
    playlist: &mut MediaPlaylist,
    next: &mut Next,
    line: usize,
    uri: &str,
) -> Result<()> {
    reader.count()?;
    reader.test(Rule::ExtInf, line, next.duration.is_some(), || {
        (excerpt(uri), "EXTINF before it".into())
    });
    let (key, map) = (next.key.clone(), next.map.clone());
    let done = std::mem::take(next);
    (next.key, next.map) = (key.clone(), map.clone());
    playlist.segments.push(Segment {
        line,
        uri: uri.to_owned(),
        duration: done.duration,
        byte_range: done.byte_range,
        is_discontinuous: done.is_discontinuous,
        key,
        map,
        date_time: done.date_time,
        parts: done.parts,
        is_gap: done.is_gap,
    });
    Ok(())
}

fn tag(
    reader: &mut Reader<'_>,
    playlist: &mut MediaPlaylist,
    next: &mut Next,
    line: usize,
    name: &str,
    value: Option<&str>,
) -> Result<()> {
    let text = value.unwrap_or_default();
    match name {
        "EXT-X-VERSION" => playlist.version = reader.number(line, name, value).unwrap_or(1),
        "EXT-X-TARGETDURATION" => playlist.target_duration = reader.number(line, name, value),
        "EXT-X-MEDIA-SEQUENCE" => {
            before_segments(reader, Rule::MediaSequenceFirst, line, playlist, name);
            playlist.media_sequence = reader.number(line, name, value).unwrap_or(0);
        }
        "EXT-X-DISCONTINUITY-SEQUENCE" => {
            let rule = Rule::DiscontinuitySequenceFirst;
            before_segments(reader, rule, line, playlist, name);
            playlist.discontinuity_sequence = reader.number(line, name, value).unwrap_or(0);
        }
        "EXT-X-PLAYLIST-TYPE" => playlist.playlist_type = Some(excerpt(text)),
        "EXT-X-ENDLIST" => playlist.has_ended = true,
        "EXT-X-INDEPENDENT-SEGMENTS" => playlist.independent_segments = true,
        "EXTINF" => extinf(reader, playlist, next, line, text),
        "EXT-X-BYTERANGE" => {
            next.byte_range = range(reader, line, text);
            playlist.needs.push((line, 4, "EXT-X-BYTERANGE"));
        }
        "EXT-X-DISCONTINUITY" => next.is_discontinuous = true,
        "EXT-X-GAP" => next.is_gap = true,
        "EXT-X-PROGRAM-DATE-TIME" => next.date_time = Some(excerpt(text)),
        "EXT-X-KEY" => {
            reader.count()?;
            let tag = reader.attributes(line, value);
            next.key = key(reader, playlist, tag);
        }
        "EXT-X-MAP" => {
            reader.count()?;
            map(reader, playlist, next, line, value);
        }
        "EXT-X-PART" => {
            reader.count()?;
            let part = part(reader, line, value);
            next.parts.extend(part);
        }
        "EXT-X-PART-INF" => {
            let tag = reader.attributes(line, value);
            reader.required(line, "PART-TARGET", tag.attributes.float("PART-TARGET"));
            playlist.part_inf = Some(tag);
        }
        "EXT-X-SERVER-CONTROL" => {
            let tag = reader.attributes(line, value);
            for name in ["HOLD-BACK", "PART-HOLD-BACK", "CAN-SKIP-UNTIL"] {
                reader.typed(line, tag.attributes.float(name));
            }
            reader.typed(line, tag.attributes.enumerated("CAN-BLOCK-RELOAD"));
            playlist.server_control = Some(tag);
        }
        "EXT-X-PRELOAD-HINT" => {
            reader.count()?;
            let tag = reader.attributes(line, value);
            reader.required(line, "TYPE", tag.attributes.enumerated("TYPE"));
            reader.required(line, "URI", tag.attributes.quoted("URI"));
            playlist.preload_hints.push(tag);
        }
        "EXT-X-RENDITION-REPORT" => {
            reader.count()?;
            let tag = reader.attributes(line, value);
            reader.required(line, "URI", tag.attributes.quoted("URI"));
            reader.typed(line, tag.attributes.integer("LAST-MSN"));
            reader.typed(line, tag.attributes.integer("LAST-PART"));
            playlist.rendition_reports.push(tag);
        }
        "EXT-X-DATERANGE" | "EXT-X-START" | "EXT-X-DEFINE" => {
            reader.attributes(line, value);
        }
        "EXT-X-SKIP" => {
            reader.attributes(line, value);
            playlist.needs.push((line, 9, "EXT-X-SKIP"));
        }
        "EXT-X-I-FRAMES-ONLY" => playlist.needs.push((line, 4, "EXT-X-I-FRAMES-ONLY")),
        "EXT-X-BITRATE" => {
            reader.number(line, name, value);
        }
        name => reader.unknown(line, name, value, &mut playlist.unknown)?,
    }
    Ok(())
}

fn before_segments(
    reader: &mut Reader<'_>,
    rule: Rule,
    line: usize,
    playlist: &MediaPlaylist,
    name: &str,
) {
    reader.test(rule, line, playlist.segments.is_empty(), || {
        (
            format!("#{name} after a segment"),
            "before the first".into(),
        )
    });
}

fn extinf(
    reader: &mut Reader<'_>,
    playlist: &mut MediaPlaylist,
    next: &mut Next,
    line: usize,
    text: &str,
) {
    let duration = text.split(',').next().unwrap_or_default();
    next.duration = decimal(duration);
    reader.test(Rule::TagValue, line, next.duration.is_some(), || {
        (
            format!("EXTINF:{}", excerpt(duration)),
            "a decimal number".into(),
        )
    });
    reader.test(Rule::ExtInfComma, line, text.contains(','), || {
        (
            format!("EXTINF:{}", excerpt(text)),
            "a comma after the duration".into(),
        )
    });
    // An unread duration counts as none that is missing.
    next.duration = next.duration.or(Some(0.0));
    if duration.contains('.') {
        playlist.needs.push((line, 3, "decimal EXTINF"));
    }
}

fn range(reader: &mut Reader<'_>, line: usize, text: &str) -> Option<ByteRange> {
    let range = ByteRange::parse(text);
    reader.test(Rule::TagValue, line, range.is_some(), || {
        (
            format!("the range {}", excerpt(text)),
            "length or length@offset".into(),
        )
    });
    range
}

/// A key; `None` for `METHOD=NONE`.
fn key(
    reader: &mut Reader<'_>,
    playlist: &mut MediaPlaylist,
    tag: AttributeTag,
) -> Option<Arc<AttributeTag>> {
    let (line, list) = (tag.line, &tag.attributes);
    let method = reader.required(line, "METHOD", list.enumerated("METHOD"))?;
    let is_known = matches!(method, "NONE" | "AES-128" | "SAMPLE-AES" | "SAMPLE-AES-CTR");
    reader.test(Rule::KeyMethod, line, is_known, || {
        (excerpt(method), "NONE, AES-128 or SAMPLE-AES".into())
    });
    if method == "NONE" {
        let alone = list.iter().count() == 1;
        reader.test(Rule::KeyNoneAlone, line, alone, || {
            ("other attributes".into(), "METHOD=NONE alone".into())
        });
        return None;
    }
    let uri = reader.typed(line, list.quoted("URI"));
    reader.test(Rule::KeyUri, line, uri.is_some(), || {
        ("no address".into(), "URI".into())
    });
    let iv = list.hexadecimal_128("IV");
    reader.test(Rule::KeyIv, line, iv.is_ok(), || {
        (
            excerpt(list.raw("IV").unwrap_or_default()),
            "128 bits in hexadecimal".into(),
        )
    });
    if list.raw("IV").is_some() {
        playlist.needs.push((line, 2, "IV"));
    }
    if list.raw("KEYFORMAT").is_some() || list.raw("KEYFORMATVERSIONS").is_some() {
        playlist.needs.push((line, 5, "KEYFORMAT"));
    }
    if method.starts_with("SAMPLE-AES") {
        playlist.needs.push((line, 5, "SAMPLE-AES"));
    }
    Some(Arc::new(tag))
}

fn map(
    reader: &mut Reader<'_>,
    playlist: &mut MediaPlaylist,
    next: &mut Next,
    line: usize,
    value: Option<&str>,
) {
    let tag = reader.attributes(line, value);
    let uri = reader.required(line, "URI", tag.attributes.quoted("URI"));
    let byte_range = reader.typed(line, tag.attributes.quoted("BYTERANGE"));
    let byte_range = byte_range.and_then(|text| range(reader, line, text));
    playlist.needs.push((line, 6, "EXT-X-MAP"));
    if let Some(uri) = uri {
        next.map = Some(Arc::new(Map {
            line,
            uri: uri.to_owned(),
            byte_range,
            key: next.key.clone(),
        }));
    }
}

fn part(reader: &mut Reader<'_>, line: usize, value: Option<&str>) -> Option<PartTag> {
    let tag = reader.attributes(line, value);
    let list = &tag.attributes;
    let uri = reader.required(line, "URI", list.quoted("URI"));
    let duration = reader.required(line, "DURATION", list.float("DURATION"));
    let independent = reader.typed(line, list.enumerated("INDEPENDENT"));
    let byte_range = reader.typed(line, list.quoted("BYTERANGE"));
    let byte_range = byte_range.and_then(|text| range(reader, line, text));
    Some(PartTag {
        line,
        uri: uri?.to_owned(),
        duration: duration?,
        byte_range,
        is_independent: independent == Some("YES"),
    })
}
