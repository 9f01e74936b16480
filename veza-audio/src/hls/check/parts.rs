//! Low latency: parts, hints and what the server promises.

use super::{Checker, Rule, resolve};
use crate::Result;
use crate::hls::parse::{MediaPlaylist, PartTag, Segment};

/// How much sums of rounded durations may be off, in seconds.
const SLACK: f64 = 1e-3;

/// Judges what a playlist says of its parts.
pub(super) fn check(checker: &mut Checker<'_>, uri: &str, playlist: &MediaPlaylist) {
    control(checker, uri, playlist);
    hints(checker, uri, playlist);
    reports(checker, uri, playlist);
    let all = playlist.segments.iter().flat_map(|listed| &listed.parts);
    let mut all = all.chain(&playlist.open_parts).peekable();
    let Some(first) = all.peek() else { return };
    let inf = playlist.part_inf.as_ref();
    let target = inf.and_then(|tag| tag.attributes.float("PART-TARGET").ok().flatten());
    checker.test(
        Rule::PartInf,
        (uri, Some(first.line)),
        target.is_some(),
        || ("parts without it".into(), "EXT-X-PART-INF".into()),
    );
    for part in all {
        checker.test(
            Rule::PartIndependent,
            (uri, Some(part.line)),
            part.is_independent,
            || ("it does not say so".into(), "INDEPENDENT=YES".into()),
        );
    }
    if let Some(target) = target {
        lengths(checker, uri, playlist, target);
    }
    near_edge(checker, uri, playlist);
}

fn control(checker: &mut Checker<'_>, uri: &str, playlist: &MediaPlaylist) {
    let number = |name: &str| {
        let tag = playlist.server_control.as_ref()?;
        tag.attributes.float(name).ok().flatten()
    };
    let line = playlist.server_control.as_ref().map(|tag| tag.line);
    let target = playlist.target_duration.unwrap_or(0) as f64;
    if let Some(hold) = number("HOLD-BACK") {
        let holds = hold >= 3.0 * target - SLACK;
        checker.test(Rule::HoldBack, (uri, line), holds, || {
            (
                format!("{hold} seconds"),
                format!("{} or more", 3.0 * target),
            )
        });
    }
    let part_target = playlist
        .part_inf
        .as_ref()
        .and_then(|tag| tag.attributes.float("PART-TARGET").ok().flatten());
    let Some(part_target) = part_target else {
        return;
    };
    let hold = number("PART-HOLD-BACK");
    let at_least = |times: f64| hold.is_some_and(|hold| hold >= times * part_target - 1e-6);
    let words = |times: f64| {
        let seen = hold.map_or("none".to_owned(), |hold| format!("{hold} seconds"));
        (seen, format!("{} or more", times * part_target))
    };
    checker.test(Rule::PartHoldBack, (uri, line), at_least(2.0), || {
        words(2.0)
    });
    checker.test(Rule::PartHoldBackThrice, (uri, line), at_least(3.0), || {
        words(3.0)
    });
}

fn hints(checker: &mut Checker<'_>, uri: &str, playlist: &MediaPlaylist) {
    let mut types = Vec::new();
    for hint in &playlist.preload_hints {
        let kind = hint.attributes.raw("TYPE").unwrap_or_default();
        let address = hint
            .attributes
            .quoted("URI")
            .ok()
            .flatten()
            .unwrap_or_default();
        let is_whole_file = hint.attributes.raw("BYTERANGE-START").is_none();
        let open = playlist.open_parts.iter();
        let last = playlist.segments.last();
        let mut listed = open.chain(last.iter().flat_map(|listed| &listed.parts));
        let is_listed = is_whole_file && listed.any(|part| part.uri == address);
        let holds = matches!(kind, "PART" | "MAP") && !types.contains(&kind) && !is_listed;
        checker.test(Rule::PreloadHint, (uri, Some(hint.line)), holds, || {
            let seen = if is_listed {
                format!("{address}, which is there")
            } else {
                format!("one more of type {kind}")
            };
            (seen, "one of PART and one of MAP, not there yet".into())
        });
        types.push(kind);
    }
}

fn reports(checker: &mut Checker<'_>, uri: &str, playlist: &MediaPlaylist) {
    for report in &playlist.rendition_reports {
        let list = &report.attributes;
        let address = list.quoted("URI").ok().flatten().unwrap_or_default();
        let is_relative = !address.contains("://") && resolve(uri, address) != uri;
        let sequence = list.integer("LAST-MSN").ok().flatten();
        let holds = is_relative && sequence.is_some();
        checker.test(
            Rule::RenditionReport,
            (uri, Some(report.line)),
            holds,
            || {
                let seen = format!("{address}, LAST-MSN {sequence:?}");
                (
                    seen,
                    "a relative address of another playlist, and LAST-MSN".into(),
                )
            },
        );
    }
}

fn lengths(checker: &mut Checker<'_>, uri: &str, playlist: &MediaPlaylist, target: f64) {
    let longest = |checker: &mut Checker<'_>, part: &PartTag| {
        let holds = part.duration <= target + 1e-6;
        checker.test(Rule::PartLongest, (uri, Some(part.line)), holds, || {
            (
                format!("{} seconds", part.duration),
                format!("{target} at most"),
            )
        });
    };
    let shortest = |checker: &mut Checker<'_>, part: &PartTag| {
        let holds = part.duration >= 0.85 * target - 1e-6;
        checker.test(Rule::PartShortest, (uri, Some(part.line)), holds, || {
            (
                format!("{} seconds", part.duration),
                format!("{} at least", 0.85 * target),
            )
        });
    };
    for listed in &playlist.segments {
        let Some((_, but_last)) = listed.parts.split_last() else {
            continue;
        };
        listed.parts.iter().for_each(|part| longest(checker, part));
        but_last.iter().for_each(|part| shortest(checker, part));
        let sum: f64 = listed.parts.iter().map(|part| part.duration).sum();
        let stated = listed.duration.unwrap_or(0.0);
        let holds = (sum - stated).abs() <= SLACK;
        checker.test(Rule::PartSum, (uri, Some(listed.line)), holds, || {
            (format!("{sum:.6} seconds of parts"), format!("{stated:.6}"))
        });
    }
    for part in &playlist.open_parts {
        longest(checker, part);
        // The last that there is may be the last of its segment.
    }
}

/// Parts are for the live edge alone.
fn near_edge(checker: &mut Checker<'_>, uri: &str, playlist: &MediaPlaylist) {
    let Some(target) = playlist.target_duration else {
        return;
    };
    let mut after: f64 = playlist.open_parts.iter().map(|part| part.duration).sum();
    for listed in playlist.segments.iter().rev() {
        if !listed.parts.is_empty() {
            // Counted from the segment's end, with one segment of grace.
            let holds = after <= 4.0 * target as f64;
            checker.test(Rule::PartNearEdge, (uri, Some(listed.line)), holds, || {
                (
                    format!("parts {after:.1} seconds from the end"),
                    format!("{} at most", 3 * target),
                )
            });
        }
        after += listed.duration.unwrap_or(0.0);
    }
}

/// The parts of a segment, joined, are the segment.
pub(super) fn join(
    checker: &mut Checker<'_>,
    uri: &str,
    listed: &Segment,
    segment: &[u8],
) -> Result<()> {
    if listed.parts.is_empty() {
        return Ok(());
    }
    let mut joined = Vec::with_capacity(segment.len());
    let mut range_end = 0;
    for part in &listed.parts {
        let range = part.byte_range.and_then(|range| {
            let start = range.offset.unwrap_or(range_end);
            range_end = start.checked_add(range.length)?;
            Some(start..range_end)
        });
        let address = resolve(uri, &part.uri);
        let max = checker.limits.max_segment_bytes;
        match checker.reach((uri, Some(part.line)), &address, range, max)? {
            Some(bytes) if joined.len() + bytes.len() <= segment.len() => {
                joined.extend_from_slice(&bytes);
            }
            Some(_) => {
                joined.clear();
                break;
            }
            None => return Ok(()),
        }
    }
    checker.test(
        Rule::PartBytes,
        (uri, Some(listed.line)),
        joined == segment,
        || ("other bytes".into(), "those of the segment".into()),
    );
    Ok(())
}
