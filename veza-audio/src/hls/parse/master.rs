//! Master playlists.

use super::lines::{Line, Reader};
use super::{AttributeTag, MasterPlaylist, Variant, media};
use crate::Result;
use crate::hls::check::Rule;

/// The tags by which a master playlist is known.
pub(super) const TAGS: &[&str] = &[
    "EXT-X-STREAM-INF",
    "EXT-X-MEDIA",
    "EXT-X-I-FRAME-STREAM-INF",
    "EXT-X-SESSION-DATA",
    "EXT-X-SESSION-KEY",
    "EXT-X-CONTENT-STEERING",
];

pub(super) fn read(reader: &mut Reader<'_>, lines: &[(usize, Line<'_>)]) -> Result<MasterPlaylist> {
    let mut playlist = MasterPlaylist {
        version: 1,
        ..MasterPlaylist::default()
    };
    let mut pending: Option<AttributeTag> = None;
    let mut versions = 0;
    for (number, line) in lines {
        let number = *number;
        let (name, value) = match line {
            Line::Uri(uri) => {
                let is_announced = pending.is_some();
                reader.test(Rule::StreamInfUri, number, is_announced, || {
                    (
                        "an address alone".into(),
                        "EXT-X-STREAM-INF before it".into(),
                    )
                });
                if let Some(tag) = pending.take() {
                    reader.count()?;
                    let uri = (*uri).to_owned();
                    playlist.variants.push(Variant { tag, uri });
                }
                continue;
            }
            Line::Tag { name, value } => (*name, *value),
        };
        // An address comes right after its tag.
        reader.test(Rule::StreamInfUri, number, pending.is_none(), || {
            (format!("#{name}"), "the address of EXT-X-STREAM-INF".into())
        });
        pending = None;
        match name {
            "EXT-X-VERSION" => {
                versions += 1;
                reader.test(Rule::TagOnce, number, versions == 1, || {
                    (format!("#{name} again"), "once".into())
                });
                playlist.version = reader.number(number, name, value).unwrap_or(1);
            }
            "EXT-X-INDEPENDENT-SEGMENTS" => playlist.independent_segments = true,
            "EXT-X-START" | "EXT-X-DEFINE" => {
                reader.attributes(number, value);
            }
            "EXT-X-STREAM-INF" => {
                let tag = reader.attributes(number, value);
                check_variant(reader, &tag);
                pending = Some(tag);
            }
            "EXT-X-MEDIA" => {
                reader.count()?;
                let tag = reader.attributes(number, value);
                let list = &tag.attributes;
                reader.required(number, "TYPE", list.enumerated("TYPE"));
                reader.required(number, "GROUP-ID", list.quoted("GROUP-ID"));
                reader.required(number, "NAME", list.quoted("NAME"));
                reader.typed(number, list.quoted("URI"));
                reader.typed(number, list.quoted("CHANNELS"));
                playlist.media.push(tag);
            }
            name if TAGS.contains(&name) => {
                reader.count()?;
                playlist.others.push(reader.attributes(number, value));
            }
            name if media::TAGS.contains(&name) => {
                reader.test(Rule::OneKind, number, false, || {
                    (format!("#{name}"), "no tags of media playlists".into())
                });
            }
            name => reader.unknown(number, name, value, &mut playlist.unknown)?,
        }
    }
    if let Some(tag) = pending {
        reader.test(Rule::StreamInfUri, tag.line, false, || {
            ("the end".into(), "the address of EXT-X-STREAM-INF".into())
        });
    }
    Ok(playlist)
}

fn check_variant(reader: &mut Reader<'_>, tag: &AttributeTag) {
    let (line, list) = (tag.line, &tag.attributes);
    reader.required(line, "BANDWIDTH", list.integer("BANDWIDTH"));
    reader.typed(line, list.integer("AVERAGE-BANDWIDTH"));
    reader.typed(line, list.quoted("CODECS"));
    reader.typed(line, list.quoted("AUDIO"));
    reader.typed(line, list.float("FRAME-RATE"));
    reader.typed(line, list.float("SCORE"));
}
