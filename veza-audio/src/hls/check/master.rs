//! Master playlists, and what their renditions have to have in common.

use super::media::{self, MediaFacts};
use super::{Checker, Rule, resolve};
use crate::hls::parse::{AttributeTag, MasterPlaylist, Playlist, Variant};
use crate::{Error, Result};

/// How far cuts of renditions may be apart, in seconds: half a packet of each, of the longest
/// codecs.
const CUT_SLACK: f64 = 0.1;

/// Shorter presentations have bit rates of no meaning, in seconds.
const LEAST_MEASURED: f64 = 1.0;

/// Judges a master playlist and all that it names.
pub(super) fn check(checker: &mut Checker<'_>, uri: &str, master: &MasterPlaylist) -> Result<()> {
    checker.test(
        Rule::Variants,
        (uri, None),
        !master.variants.is_empty(),
        || ("none".into(), "one at least".into()),
    );
    let named = master.variants.len() + master.media.len();
    if named > checker.limits.max_playlists {
        return Err(Error::LimitExceeded {
            what: "number of media playlists",
            value: named as u64,
            max: checker.limits.max_playlists as u64,
        });
    }
    groups(checker, uri, master);
    let mut renditions: Vec<(String, MediaFacts)> = Vec::new();
    for variant in &master.variants {
        let place = (uri, Some(variant.tag.line));
        attributes(checker, place, variant);
        let address = resolve(uri, &variant.uri);
        let is_new = renditions.iter().all(|(known, _)| *known != address);
        checker.test(Rule::VariantOnce, place, is_new, || {
            (format!("{} again", variant.uri), "once".into())
        });
        if !is_new {
            continue;
        }
        if let Some(facts) = rendition(checker, place, &address)? {
            measured(checker, place, variant, &facts);
            renditions.push((address, facts));
        }
    }
    for tag in &master.media {
        let Ok(Some(media)) = tag.attributes.quoted("URI") else {
            continue;
        };
        let address = resolve(uri, media);
        if renditions.iter().all(|(known, _)| *known != address)
            && let Some(facts) = rendition(checker, (uri, Some(tag.line)), &address)?
        {
            renditions.push((address, facts));
        }
    }
    alike(checker, &renditions);
    Ok(())
}

fn rendition(
    checker: &mut Checker<'_>,
    place: (&str, Option<usize>),
    address: &str,
) -> Result<Option<MediaFacts>> {
    let max = checker.limits.playlist.max_bytes as u64;
    let Some(bytes) = checker.reach(place, address, None, max)? else {
        return Ok(None);
    };
    match checker.parse(address, &bytes)?.playlist {
        Playlist::Media(playlist) => media::check(checker, address, &playlist).map(Some),
        Playlist::Master(_) => {
            checker.test(Rule::OneKind, place, false, || {
                (
                    "a master playlist as a variant".into(),
                    "a media playlist".into(),
                )
            });
            Ok(None)
        }
    }
}

fn attributes(checker: &mut Checker<'_>, place: (&str, Option<usize>), variant: &Variant) {
    let list = &variant.tag.attributes;
    for (rule, name) in [
        (Rule::AverageThere, "AVERAGE-BANDWIDTH"),
        (Rule::CodecsThere, "CODECS"),
    ] {
        checker.test(rule, place, list.raw(name).is_some(), || {
            ("it is not there".into(), name.into())
        });
    }
}

fn groups(checker: &mut Checker<'_>, uri: &str, master: &MasterPlaylist) {
    let quoted = |tag: &AttributeTag, name: &str| {
        let value = tag.attributes.quoted(name).ok().flatten();
        value.map(str::to_owned)
    };
    for variant in &master.variants {
        let Some(group) = quoted(&variant.tag, "AUDIO") else {
            continue;
        };
        let known = master.media.iter().any(|tag| {
            tag.attributes.raw("TYPE") == Some("AUDIO")
                && quoted(tag, "GROUP-ID").as_ref() == Some(&group)
        });
        checker.test(
            Rule::MediaGroup,
            (uri, Some(variant.tag.line)),
            known,
            || {
                (
                    format!("AUDIO={group:?}"),
                    "an EXT-X-MEDIA of that group".into(),
                )
            },
        );
    }
    let mut names: Vec<(Option<String>, Option<String>)> = Vec::new();
    for tag in &master.media {
        let name = (quoted(tag, "GROUP-ID"), quoted(tag, "NAME"));
        let holds = !names.contains(&name);
        checker.test(Rule::MediaGroupOnce, (uri, Some(tag.line)), holds, || {
            (
                format!("{:?} again", name.1.clone().unwrap_or_default()),
                "other names".into(),
            )
        });
        names.push(name);
    }
}

/// What a variant states against what was read.
fn measured(
    checker: &mut Checker<'_>,
    place: (&str, Option<usize>),
    variant: &Variant,
    facts: &MediaFacts,
) {
    let list = &variant.tag.attributes;
    if let Ok(Some(codecs)) = list.quoted("CODECS") {
        for codec in &facts.codecs {
            let mut stated = codecs.split(',').map(str::trim);
            let holds = stated.any(|stated| stated.eq_ignore_ascii_case(codec));
            checker.test(Rule::CodecsMatch, place, holds, || {
                (
                    format!("CODECS={codecs:?}, and segments of {codec}"),
                    codec.clone(),
                )
            });
        }
    }
    let seconds: f64 = facts.segments.iter().map(|(seconds, _)| seconds).sum();
    let bytes: u64 = facts.segments.iter().map(|(_, bytes)| bytes).sum();
    if seconds < LEAST_MEASURED || !facts.has_ended {
        return;
    }
    let peak = peak(&facts.segments, facts.target_duration.unwrap_or(6) as f64);
    let average = bytes as f64 * 8.0 / seconds;
    if let Ok(Some(stated)) = list.integer("BANDWIDTH") {
        // Durations are rounded, and so are rates.
        let range = peak * 0.999..=peak * 1.1 + 1.0;
        checker.test(
            Rule::PeakWithin,
            place,
            range.contains(&(stated as f64)),
            || {
                (
                    format!("{stated} bit/s"),
                    format!("{peak:.0} to {:.0}", peak * 1.1),
                )
            },
        );
    }
    if let Ok(Some(stated)) = list.integer("AVERAGE-BANDWIDTH") {
        let range = average * 0.9..=average * 1.1;
        checker.test(
            Rule::AverageWithin,
            place,
            range.contains(&(stated as f64)),
            || {
                (
                    format!("{stated} bit/s"),
                    format!("{average:.0}, or 10 % off"),
                )
            },
        );
    }
    checker.test(Rule::PeakTwiceAverage, place, peak <= 2.0 * average, || {
        (
            format!("{peak:.0} bit/s"),
            format!("{:.0} at most", 2.0 * average),
        )
    });
}

/// The peak bit rate: the largest of any run of segments which lasts from half to one and a half
/// of the target duration (RFC 8216, 4.1); of all where there is none.
fn peak(segments: &[(f64, u64)], target: f64) -> f64 {
    let mut peak: Option<f64> = None;
    for start in 0..segments.len() {
        let (mut seconds, mut bytes) = (0.0, 0);
        for (duration, size) in &segments[start..] {
            seconds += duration;
            bytes += size;
            if seconds > 1.5 * target {
                break;
            }
            if seconds >= 0.5 * target {
                peak = Some(peak.unwrap_or(0.0).max(bytes as f64 * 8.0 / seconds));
            }
            // Segments without a duration do not make this a square.
            if *duration <= 0.0 {
                break;
            }
        }
    }
    peak.unwrap_or_else(|| {
        let seconds: f64 = segments.iter().map(|(seconds, _)| seconds).sum();
        let bytes: u64 = segments.iter().map(|(_, bytes)| bytes).sum();
        bytes as f64 * 8.0 / seconds.max(1e-9)
    })
}

/// What all renditions have in common with the first.
fn alike(checker: &mut Checker<'_>, renditions: &[(String, MediaFacts)]) {
    let Some(((_, first), others)) = renditions.split_first() else {
        return;
    };
    for (uri, other) in others {
        let here = (uri.as_str(), None);
        let same = other.target_duration == first.target_duration;
        checker.test(Rule::SameTarget, here, same, || {
            (
                format!("{:?}", other.target_duration),
                format!("{:?}", first.target_duration),
            )
        });
        let same = other.playlist_type == first.playlist_type;
        checker.test(Rule::SameType, here, same, || {
            (
                format!("{:?}", other.playlist_type),
                format!("{:?}", first.playlist_type),
            )
        });
        if !(first.has_ended && other.has_ended) {
            // One may be a segment ahead.
            continue;
        }
        let same = other.discontinuities == first.discontinuities;
        checker.test(Rule::SameDiscontinuities, here, same, || {
            let words = |facts: &MediaFacts| {
                let few: Vec<usize> = facts.discontinuities.iter().copied().take(8).collect();
                format!("before segments {few:?}")
            };
            (words(other), words(first))
        });
        let differing = differing_cut(&first.segments, &other.segments);
        checker.test(Rule::SameDurations, here, differing.is_none(), || {
            let (at, time, expected) = differing.unwrap_or_default();
            (
                format!("segment {at} ends at {time:.3} s"),
                format!("{expected:.3} s, as in the first rendition"),
            )
        });
    }
}

/// The first segment which does not end where the other's does: its number and both times.
fn differing_cut(first: &[(f64, u64)], other: &[(f64, u64)]) -> Option<(usize, f64, f64)> {
    let (mut expected, mut time) = (0.0, 0.0);
    for index in 0..first.len().max(other.len()) {
        let a = first.get(index).map(|(seconds, _)| *seconds);
        let b = other.get(index).map(|(seconds, _)| *seconds);
        expected += a.unwrap_or(0.0);
        time += b.unwrap_or(0.0);
        if a.is_none() || b.is_none() || (time - expected).abs() > CUT_SLACK {
            return Some((index, time, expected));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_that_of_runs_of_about_the_target() {
        // A segment far shorter than the target counts with its neighbours alone.
        let segments = [(6.0, 6_000), (0.1, 1_000), (6.0, 6_000)];
        let expected = 7_000.0 * 8.0 / 6.1;
        assert!((peak(&segments, 6.0) - expected).abs() < 1e-6);
        assert_eq!(peak(&[(1.0, 100)], 6.0), 800.0);
    }

    #[test]
    fn cuts_that_differ_are_found() {
        let first = [(6.0, 0), (6.0, 0)];
        assert_eq!(differing_cut(&first, &[(6.02, 0), (5.98, 0)]), None);
        assert_eq!(differing_cut(&first, &[(5.0, 0), (7.0, 0)]).unwrap().0, 0);
        assert_eq!(differing_cut(&first, &first[..1]).unwrap().0, 1);
    }
}
