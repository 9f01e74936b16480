//! Media playlists and their segments.

use std::collections::BTreeMap;
use std::ops::Range;

use super::segment::{Facts, Place, Running};
use super::{Checker, Rule, fmp4, parts, resolve, segment};
use crate::Result;
use crate::container::cipher::{Block, Cbc};
use crate::hls::SegmentFormat;
use crate::hls::parse::{AttributeTag, ByteRange, Map, MediaPlaylist, Segment};

/// The most keys and init segments of one playlist that are kept.
const MAX_KEPT: usize = 1_000;

/// What a media playlist came to.
#[derive(Default)]
pub(super) struct MediaFacts {
    pub(super) target_duration: Option<u64>,
    pub(super) playlist_type: Option<String>,
    pub(super) has_ended: bool,
    /// Durations and sizes of the segments that were read, in seconds and bytes.
    pub(super) segments: Vec<(f64, u64)>,
    /// The segments before which there is a discontinuity.
    pub(super) discontinuities: Vec<usize>,
    /// What the segments hold, without repetition.
    pub(super) codecs: Vec<String>,
}

/// Judges a media playlist and reads all of its segments.
pub(super) fn check(
    checker: &mut Checker<'_>,
    uri: &str,
    playlist: &MediaPlaylist,
) -> Result<MediaFacts> {
    checker.playlists += 1;
    headers(checker, uri, playlist);
    durations(checker, uri, playlist);
    dates(checker, uri, playlist);
    parts::check(checker, uri, playlist);
    let mut facts = MediaFacts {
        target_duration: playlist.target_duration,
        playlist_type: playlist.playlist_type.clone(),
        has_ended: playlist.has_ended,
        ..MediaFacts::default()
    };
    let mut reader = SegmentReader::default();
    for (index, listed) in playlist.segments.iter().enumerate() {
        if listed.is_discontinuous {
            facts.discontinuities.push(index);
            reader.running.cut();
        }
        let bytes = reader.read(checker, uri, playlist, index, &mut facts.codecs)?;
        let size = bytes.as_ref().map_or(0, Vec::len);
        facts
            .segments
            .push((listed.duration.unwrap_or(0.0), size as u64));
        if let Some(bytes) = bytes {
            parts::join(checker, uri, listed, &bytes)?;
        }
    }
    Ok(facts)
}

fn headers(checker: &mut Checker<'_>, uri: &str, playlist: &MediaPlaylist) {
    let here = (uri, None);
    for (line, version, what) in &playlist.needs {
        let holds = playlist.version >= *version;
        checker.test(Rule::VersionSufficient, (uri, Some(*line)), holds, || {
            (
                format!("version {} with {what}", playlist.version),
                format!("{version} or more"),
            )
        });
    }
    let target = playlist.target_duration;
    checker.test(Rule::TargetDuration, here, target.is_some(), || {
        ("none".into(), "EXT-X-TARGETDURATION".into())
    });
    if let Some(target) = target {
        checker.test(Rule::TargetOfSix, here, (4..=10).contains(&target), || {
            (format!("{target} seconds"), "about 6".into())
        });
    }
    if let Some(kind) = &playlist.playlist_type {
        let known = matches!(kind.as_str(), "VOD" | "EVENT");
        checker.test(Rule::PlaylistType, here, known, || {
            (kind.clone(), "VOD or EVENT".into())
        });
        if kind == "VOD" {
            checker.test(Rule::VodEnds, here, playlist.has_ended, || {
                ("no end".into(), "EXT-X-ENDLIST".into())
            });
        }
    }
    let there = !playlist.segments.is_empty() || !playlist.open_parts.is_empty();
    checker.test(Rule::NotEmpty, here, there, || {
        ("no segment".into(), "one at least".into())
    });
    checker.test(
        Rule::IndependentSegments,
        here,
        playlist.independent_segments,
        || {
            (
                "it does not say so".into(),
                "EXT-X-INDEPENDENT-SEGMENTS".into(),
            )
        },
    );
}

fn durations(checker: &mut Checker<'_>, uri: &str, playlist: &MediaPlaylist) {
    let Some(target) = playlist.target_duration else {
        return;
    };
    for listed in &playlist.segments {
        let duration = listed.duration.unwrap_or(0.0);
        let holds = duration.round() <= target as f64;
        checker.test(Rule::WithinTarget, (uri, Some(listed.line)), holds, || {
            (
                format!("{duration} seconds"),
                format!("{target} at most, rounded"),
            )
        });
    }
    let total: f64 = playlist
        .segments
        .iter()
        .filter_map(|listed| listed.duration)
        .sum();
    let open: f64 = playlist.open_parts.iter().map(|part| part.duration).sum();
    // One that grows from its start has less for a while, and has dropped nothing.
    if !playlist.has_ended && playlist.media_sequence > 0 {
        let holds = total + open >= 3.0 * target as f64 - 0.5;
        checker.test(Rule::LiveLength, (uri, None), holds, || {
            (
                format!("{:.3} seconds", total + open),
                format!("{} or more", 3 * target),
            )
        });
    }
    if let (Some(last), true) = (playlist.segments.last(), playlist.has_ended) {
        let alone = playlist.segments.len() == 1 || last.is_discontinuous;
        let duration = last.duration.unwrap_or(0.0);
        let holds = alone || duration >= target as f64 / 4.0;
        checker.test(Rule::NoStub, (uri, Some(last.line)), holds, || {
            (
                format!("{duration} seconds at the end"),
                format!("a quarter of {target} seconds, or more"),
            )
        });
    }
}

/// How far dates may be off from what durations say: rounding to milliseconds, many times.
const DATE_SLACK_MS: i64 = 250;

fn dates(checker: &mut Checker<'_>, uri: &str, playlist: &MediaPlaylist) {
    // The date that is due, in milliseconds.
    let mut due: Option<f64> = None;
    for listed in &playlist.segments {
        if listed.is_discontinuous {
            due = None;
        }
        if let Some(text) = &listed.date_time {
            let place = (uri, Some(listed.line));
            let date = milliseconds(text);
            checker.test(Rule::DateTime, place, date.is_some(), || {
                (text.clone(), "2025-01-31T12:00:00.000Z or the like".into())
            });
            if let (Some(date), Some(due)) = (date, due) {
                let off = date - due.round() as i64;
                checker.test(
                    Rule::DateTimeRunsOn,
                    place,
                    off.abs() <= DATE_SLACK_MS,
                    || {
                        (
                            format!("{off} ms off"),
                            "where the segment before ends".into(),
                        )
                    },
                );
            }
            due = date.map(|date| date as f64);
        }
        due = due.map(|due| due + listed.duration.unwrap_or(0.0) * 1000.0);
    }
}

/// A date of ISO 8601 with a zone, in milliseconds since 1970.
fn milliseconds(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let number = |text: &str, digits: usize| -> Option<i64> {
        let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let mut parts = date.split('-');
    let (year, month, day) = (
        number(parts.next()?, 4)?,
        number(parts.next()?, 2)?,
        number(parts.next()?, 2)?,
    );
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = whole.split(':');
    let (hours, minutes, seconds) = (
        number(parts.next()?, 2)?,
        number(parts.next()?, 2)?,
        number(parts.next().unwrap_or("00"), 2)?,
    );
    let offset = if zone == "Z" {
        0
    } else {
        let plain: String = zone[1..].chars().filter(|letter| *letter != ':').collect();
        let minutes = number(plain.get(..2)?, 2)? * 60 + number(plain.get(2..)?, 2).unwrap_or(0);
        if zone.starts_with('-') {
            -minutes
        } else {
            minutes
        }
    };
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
    let valid = valid && hours < 24 && minutes < 60 && seconds <= 60 && parts.next().is_none();
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !valid || !digits {
        return None;
    }
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    let minutes = (days(year, month, day) * 24 + hours) * 60 + minutes - offset;
    Some((minutes * 60 + seconds) * 1000 + (fraction * 1000.0).round() as i64)
}

/// Days since the beginning of 1970, in the proleptic Gregorian calendar: years counted from
/// March, so that the leap day is their last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The address of an init segment, and the start and length of its range.
type InitPlace = (String, Option<(u64, u64)>);

/// Reads segments one after the other.
#[derive(Default)]
struct SegmentReader {
    running: Running,
    keys: BTreeMap<String, Option<Block>>,
    inits: BTreeMap<InitPlace, Option<fmp4::Init>>,
    /// The file and the byte behind the last range.
    range_end: Option<(String, u64)>,
}

impl SegmentReader {
    /// Fetches, decrypts and judges a segment; gives its bytes as they were fetched.
    fn read(
        &mut self,
        checker: &mut Checker<'_>,
        uri: &str,
        playlist: &MediaPlaylist,
        index: usize,
        codecs: &mut Vec<String>,
    ) -> Result<Option<Vec<u8>>> {
        let listed = &playlist.segments[index];
        if listed.is_gap {
            self.running.cut();
            return Ok(None);
        }
        let place = (uri, Some(listed.line));
        let address = resolve(uri, &listed.uri);
        let range = self.range(checker, place, &address, listed.byte_range);
        let max = checker.limits.max_segment_bytes;
        let Some(bytes) = checker.reach(place, &address, range.clone(), max)? else {
            self.running.cut();
            return Ok(None);
        };
        checker.segments += 1;
        within(checker, place, range, bytes.len());

        let method = method(listed.key.as_deref());
        let mut clear = None;
        if method == Some("AES-128") {
            let sequence = playlist.media_sequence + index as u64;
            let Some(plain) = self.decrypt(checker, uri, listed, sequence, &bytes)? else {
                self.running.cut();
                return Ok(Some(bytes));
            };
            clear = Some(plain);
        }
        let readable = clear.as_ref().unwrap_or(&bytes);
        let is_sample_aes = method.is_some_and(|method| method.starts_with("SAMPLE-AES"));
        let init = self.init(checker, uri, listed, readable, is_sample_aes)?;
        let segment_place = Place {
            uri: &listed.uri,
            is_sample_aes,
        };
        let facts = segment::read(
            checker,
            &segment_place,
            readable,
            init.as_ref(),
            &mut self.running,
        );
        match facts {
            Some(facts) => {
                duration(checker, place, listed, &facts);
                if !codecs.contains(&facts.codec) && codecs.len() < 16 {
                    codecs.push(facts.codec);
                }
            }
            None => self.running.cut(),
        }
        Ok(Some(bytes))
    }

    /// The bytes of a range; one without an offset goes on where the last ended.
    fn range(
        &mut self,
        checker: &mut Checker<'_>,
        place: (&str, Option<usize>),
        address: &str,
        range: Option<ByteRange>,
    ) -> Option<Range<u64>> {
        let before = self.range_end.take();
        let range = range?;
        let follows = before
            .filter(|(file, _)| file == address)
            .map(|(_, end)| end);
        let start = range.offset.or(follows);
        checker.test(Rule::ByteRangeStart, place, start.is_some(), || {
            (
                "no offset, and no range of the file before".into(),
                "length@offset".into(),
            )
        });
        let start = start?;
        let end = start.checked_add(range.length)?;
        self.range_end = Some((address.to_owned(), end));
        Some(start..end)
    }

    fn decrypt(
        &mut self,
        checker: &mut Checker<'_>,
        uri: &str,
        listed: &Segment,
        sequence: u64,
        bytes: &[u8],
    ) -> Result<Option<Vec<u8>>> {
        let Some(tag) = listed.key.as_deref() else {
            return Ok(None);
        };
        let Some(key) = self.key(checker, uri, tag)? else {
            return Ok(None);
        };
        let stated = tag.attributes.hexadecimal_128("IV").ok().flatten();
        let iv = stated.unwrap_or_else(|| u128::from(sequence).to_be_bytes());
        let mut plain = bytes.to_vec();
        let decrypted = Cbc::new(&key).decrypt_padded(&iv, &mut plain);
        let place = (uri, Some(listed.line));
        checker.test(Rule::Decrypts, place, decrypted.is_ok(), || {
            let reason = decrypted.as_ref().err().map(ToString::to_string);
            (reason.unwrap_or_default(), "AES-128 under the key".into())
        });
        Ok(decrypted.is_ok().then_some(plain))
    }

    /// A key of the format identity, fetched once.
    fn key(
        &mut self,
        checker: &mut Checker<'_>,
        uri: &str,
        tag: &AttributeTag,
    ) -> Result<Option<Block>> {
        let format = tag.attributes.quoted("KEYFORMAT").ok().flatten();
        let address = tag.attributes.quoted("URI").ok().flatten();
        let (Some(address), None | Some("identity")) = (address, format) else {
            return Ok(None);
        };
        let address = resolve(uri, address);
        if let Some(known) = self.keys.get(&address) {
            return Ok(*known);
        }
        let place = (uri, Some(tag.line));
        let fetched = checker.reach(place, &address, None, 1024)?;
        let key = fetched
            .as_deref()
            .and_then(|bytes| Block::try_from(bytes).ok());
        if let Some(bytes) = fetched {
            checker.test(Rule::KeyLength, place, key.is_some(), || {
                (format!("{} bytes", bytes.len()), "16".into())
            });
        }
        if self.keys.len() < MAX_KEPT {
            self.keys.insert(address, key);
        }
        Ok(key)
    }

    /// The init segment of a segment of fragmented MPEG-4.
    fn init(
        &mut self,
        checker: &mut Checker<'_>,
        uri: &str,
        listed: &Segment,
        segment: &[u8],
        is_sample_aes: bool,
    ) -> Result<Option<fmp4::Init>> {
        if segment::format_of(segment) != Some(SegmentFormat::Fmp4) {
            return Ok(None);
        }
        let place = (uri, Some(listed.line));
        checker.test(Rule::MapRequired, place, listed.map.is_some(), || {
            ("none".into(), "EXT-X-MAP".into())
        });
        let Some(map) = listed.map.as_deref() else {
            return Ok(None);
        };
        let address = resolve(uri, &map.uri);
        let range = map
            .byte_range
            .map(|range| (range.offset.unwrap_or(0), range.length));
        let known = (address, range);
        if let Some(init) = self.inits.get(&known) {
            return Ok(init.clone());
        }
        let init = self.read_init(checker, uri, map, &known, is_sample_aes)?;
        if self.inits.len() < MAX_KEPT {
            self.inits.insert(known, init.clone());
        }
        Ok(init)
    }

    fn read_init(
        &mut self,
        checker: &mut Checker<'_>,
        uri: &str,
        map: &Map,
        (address, range): &InitPlace,
        is_sample_aes: bool,
    ) -> Result<Option<fmp4::Init>> {
        let place = (uri, Some(map.line));
        let range = range.and_then(|(start, length)| Some(start..start.checked_add(length)?));
        let max = checker.limits.max_segment_bytes;
        let Some(mut bytes) = checker.reach(place, address, range.clone(), max)? else {
            return Ok(None);
        };
        within(checker, place, range, bytes.len());
        if let Some(tag) = map.key.as_deref()
            && method(Some(tag)) == Some("AES-128")
        {
            let iv = tag.attributes.hexadecimal_128("IV").ok().flatten();
            let Some((key, iv)) = self.key(checker, uri, tag)?.zip(iv) else {
                return Ok(None);
            };
            let decrypted = Cbc::new(&key).decrypt_padded(&iv, &mut bytes);
            checker.test(Rule::Decrypts, place, decrypted.is_ok(), || {
                (
                    "an init segment that does not decrypt".into(),
                    "AES-128 under the key".into(),
                )
            });
        }
        let place = Place {
            uri: &map.uri,
            is_sample_aes,
        };
        Ok(fmp4::init(checker, &place, &bytes))
    }
}

fn method(key: Option<&AttributeTag>) -> Option<&str> {
    key.and_then(|key| key.attributes.raw("METHOD"))
}

fn within(
    checker: &mut Checker<'_>,
    place: (&str, Option<usize>),
    range: Option<Range<u64>>,
    length: usize,
) {
    if let Some(range) = range {
        let wanted = range.end - range.start;
        checker.test(
            Rule::ByteRangeWithin,
            place,
            length as u64 == wanted,
            || (format!("{length} bytes"), format!("{wanted}")),
        );
    }
}

fn duration(
    checker: &mut Checker<'_>,
    place: (&str, Option<usize>),
    listed: &Segment,
    facts: &Facts,
) {
    let stated = listed.duration.unwrap_or(0.0);
    let slack = 0.05f64.max(1.5 * facts.packet_seconds);
    let off = (facts.seconds - stated).abs();
    checker.test(Rule::DurationTrue, place, off <= slack, || {
        (
            format!("{:.3} seconds of sound", facts.seconds),
            format!("{stated:.3}"),
        )
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_with_a_zone_are_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:00.000Z", Some(0)),
            ("2025-01-01T00:00:00.5Z", Some(1_735_689_600_500)),
            ("2025-01-01T01:00:00+01:00", Some(1_735_689_600_000)),
            ("2024-12-31T22:30:00.000-0130", Some(1_735_689_600_000)),
            ("2025-01-01T00:00:00", None),
            ("2025-13-01T00:00:00Z", None),
            ("2025-01-01 00:00:00Z", None),
            ("yesterday", None),
        ] {
            assert_eq!(milliseconds(text), expected, "{text}");
        }
    }
}
