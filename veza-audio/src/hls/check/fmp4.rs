//! Fragmented MPEG-4.

use super::segment::{Facts, Place};
use super::{Checker, Rule};
use crate::hls::SegmentFormat;

/// The most boxes that are read at one level.
const MAX_BOXES: usize = 100_000;

/// What an init segment says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Init {
    codec: String,
    timescale: u32,
    sample_rate: u32,
    channels: u32,
    default_duration: u32,
    /// Where the edit list begins the presentation.
    priming: u64,
    has_edit_list: bool,
    has_loudness: bool,
    /// The scheme, and the length of its vector.
    protection: Option<(Vec<u8>, usize)>,
    samples: u32,
}

/// The boxes which `bytes` are, kinds and bodies; `None` where they do not fill them.
fn boxes(bytes: &[u8]) -> Option<Vec<(&[u8; 4], &[u8])>> {
    let mut all = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let size = u32::from_be_bytes(*rest.first_chunk()?);
        let kind = rest.get(4..)?.first_chunk::<4>()?;
        let (header, size) = match size {
            0 => (8, rest.len()),
            1 => {
                let long = rest.get(8..)?.first_chunk::<8>()?;
                (16, usize::try_from(u64::from_be_bytes(*long)).ok()?)
            }
            size => (8, size as usize),
        };
        all.push((kind, rest.get(header..size)?));
        if all.len() > MAX_BOXES {
            return None;
        }
        rest = &rest[size..];
    }
    Some(all)
}

/// The first box of a kind, at the end of a path.
fn find<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    let (first, rest) = path.split_first()?;
    let mut found = boxes(bytes)?.into_iter().filter(|(kind, _)| kind == first);
    if rest.is_empty() {
        return found.next().map(|(_, body)| body);
    }
    found.find_map(|(_, body)| find(body, rest))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Reads and judges an init segment.
pub(super) fn init(checker: &mut Checker<'_>, place: &Place<'_>, bytes: &[u8]) -> Option<Init> {
    let here = place.here();
    let top = boxes(bytes);
    if !checker.test(Rule::Mp4Boxes, here, top.is_some(), || {
        (
            "a box that goes over the end".into(),
            "boxes to the last byte".into(),
        )
    }) {
        return None;
    }
    let has_type = top?.first().is_some_and(|(kind, _)| *kind == b"ftyp");
    let init = parse_init(bytes);
    checker.test(Rule::Mp4Init, here, has_type && init.is_some(), || {
        let seen = if has_type {
            "no track of sound in a moov with mvex"
        } else {
            "no ftyp"
        };
        (
            seen.into(),
            "ftyp, and moov with mvex and one trak of sound".into(),
        )
    });
    let init = init?;
    checker.test(Rule::Mp4NoSamples, here, init.samples == 0, || {
        (format!("{} samples", init.samples), "none".into())
    });
    if init.codec != "fLaC" {
        let skips = init.has_edit_list && init.priming > 0;
        checker.test(Rule::Mp4EditList, here, skips, || {
            (
                "none that skips anything".into(),
                "an elst with the priming as its media time".into(),
            )
        });
    }
    checker.test(Rule::Mp4Loudness, here, init.has_loudness, || {
        ("none".into(), "udta/ludt in the track".into())
    });
    let protection = init.protection.as_ref();
    let holds = match (place.is_sample_aes, protection) {
        (true, Some((scheme, vector))) => scheme == b"cbcs" && matches!(vector, 8 | 16),
        (encrypted, protection) => !encrypted && protection.is_none(),
    };
    checker.test(Rule::Mp4Protection, here, holds, || {
        let seen = match protection {
            None => "none".into(),
            Some((scheme, vector)) => {
                format!("{} with {vector} bytes", String::from_utf8_lossy(scheme))
            }
        };
        let expected = if place.is_sample_aes {
            "cbcs with 8 or 16"
        } else {
            "no scheme"
        };
        (seen, expected.into())
    });
    Some(init)
}

fn parse_init(bytes: &[u8]) -> Option<Init> {
    let movie = find(bytes, &[b"moov"])?;
    let tracks: Vec<&[u8]> = boxes(movie)?
        .into_iter()
        .filter_map(|(kind, body)| (kind == b"trak").then_some(body))
        .collect();
    let [track] = tracks[..] else { return None };
    let media = find(track, &[b"mdia"])?;
    let handler = find(media, &[b"hdlr"])?;
    if handler.get(8..12)? != b"soun" {
        return None;
    }
    let mut init = Init::default();
    let header = find(media, &[b"mdhd"])?;
    init.timescale = if header.first()? == &1 {
        be32(header, 20)?
    } else {
        be32(header, 12)?
    };
    let extends = find(movie, &[b"mvex", b"trex"])?;
    init.default_duration = be32(extends, 12)?;
    let table = find(media, &[b"minf", b"stbl"])?;
    for (kind, at) in [(b"stts", 4), (b"stsz", 8)] {
        init.samples = init
            .samples
            .max(find(table, &[kind]).and_then(|body| be32(body, at))?);
    }
    entry(&mut init, find(table, &[b"stsd"])?.get(8..)?)?;
    if let Some(edits) = find(track, &[b"edts", b"elst"]) {
        init.has_edit_list = be32(edits, 4)? > 0;
        init.priming = match edits.first()? {
            1 => be64(edits, 16)?,
            _ => be32(edits, 12)?.into(),
        };
        // An empty edit has a time of -1 and skips nothing.
        if init.priming >= u64::from(u32::MAX) {
            init.priming = 0;
        }
    }
    init.has_loudness = find(track, &[b"udta", b"ludt"])
        .or_else(|| find(movie, &[b"udta", b"ludt"]))
        .is_some();
    (init.timescale > 0).then_some(init)
}

/// The first sample entry.
fn entry(init: &mut Init, entries: &[u8]) -> Option<()> {
    let (kind, body) = boxes(entries)?.into_iter().next()?;
    init.channels = be16(body, 16)?.into();
    init.sample_rate = be32(body, 24)? >> 16;
    if init.sample_rate == 0 {
        init.sample_rate = init.timescale;
    }
    let inner = body.get(28..)?;
    let mut original = *kind;
    if kind == b"enca" {
        original = *find(inner, &[b"sinf", b"frma"])?.first_chunk()?;
        let scheme = find(inner, &[b"sinf", b"schm"])?.get(4..8)?;
        let encryption = find(inner, &[b"sinf", b"schi", b"tenc"])?;
        // Version and flags, two bytes of pattern, protected, the size of a vector, the key.
        let vector = match encryption.get(7)? {
            0 => encryption.get(24).copied().unwrap_or(0),
            each => *each,
        };
        init.protection = Some((scheme.to_vec(), vector.into()));
    }
    init.codec = match &original {
        b"fLaC" => "fLaC".to_owned(),
        b"Opus" => "Opus".to_owned(),
        b"mp4a" => {
            let object_type = find(inner, &[b"esds"]).and_then(object_type).unwrap_or(0);
            format!("mp4a.40.{object_type}")
        }
        other => String::from_utf8_lossy(other).into_owned(),
    };
    Some(())
}

/// The audio object type in the decoder specific info of an ES descriptor.
fn object_type(esds: &[u8]) -> Option<u8> {
    let stream = descriptor(esds.get(4..)?, 3)?;
    let decoder = descriptor(stream.get(3..)?, 4)?;
    let config = descriptor(decoder.get(13..)?, 5)?;
    Some(config.first()? >> 3)
}

/// The content of a descriptor with this tag, behind a length of seven bits a byte.
fn descriptor(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    if *bytes.first()? != tag {
        return None;
    }
    let mut length = 0usize;
    for at in 1..=4 {
        let byte = *bytes.get(at)?;
        length = length << 7 | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return bytes.get(at + 1..)?.get(..length);
        }
    }
    None
}

/// What a fragment says.
#[derive(Default)]
struct Fragment {
    sequence: u32,
    base_is_moof: bool,
    decode_time: Option<u64>,
    duration: u64,
    /// The first sample's place from the start of `moof`, and all bytes of samples.
    data_offset: Option<i64>,
    data_bytes: u64,
}

/// Reads and judges a media segment.
pub(super) fn read(
    checker: &mut Checker<'_>,
    place: &Place<'_>,
    bytes: &[u8],
    init: Option<&Init>,
    last_sequence: &mut Option<u32>,
) -> Option<Facts> {
    let here = place.here();
    let top = boxes(bytes);
    if !checker.test(Rule::Mp4Boxes, here, top.is_some(), || {
        (
            "a box that goes over the end".into(),
            "boxes to the last byte".into(),
        )
    }) {
        return None;
    }
    let top = top?;
    let default_duration = init.map_or(0, |init| init.default_duration);
    let mut fragments = Vec::new();
    let mut data_ok = true;
    let offset_of = |body: &[u8]| body.as_ptr() as usize - bytes.as_ptr() as usize;
    for (index, (kind, body)) in top.iter().enumerate() {
        if *kind != b"moof" {
            continue;
        }
        let fragment = parse_fragment(body, default_duration);
        let data = top[index..].iter().find(|(kind, _)| *kind == b"mdat");
        if let (Some(fragment), Some((_, data))) = (&fragment, data) {
            let distance = offset_of(data) as i64 - (offset_of(body) as i64 - 8);
            data_ok &=
                fragment.data_offset == Some(distance) && fragment.data_bytes == data.len() as u64;
        }
        fragments.push(fragment.filter(|_| data.is_some()));
    }
    let whole = !fragments.is_empty() && fragments.iter().all(Option::is_some);
    checker.test(Rule::Mp4Fragment, here, whole, || {
        let kinds: Vec<_> = top
            .iter()
            .take(8)
            .map(|(kind, _)| String::from_utf8_lossy(*kind))
            .collect();
        (kinds.join(", "), "moof with traf and trun, and mdat".into())
    });
    let fragments: Vec<Fragment> = fragments.into_iter().flatten().collect();
    let timed = fragments
        .iter()
        .all(|fragment| fragment.decode_time.is_some());
    checker.test(Rule::Mp4DecodeTime, here, timed, || {
        ("none".into(), "tfdt".into())
    });
    let based = fragments.iter().all(|fragment| fragment.base_is_moof);
    checker.test(Rule::Mp4BaseIsMoof, here, based, || {
        ("the flag is not set".into(), "tfhd with 0x020000".into())
    });
    checker.test(Rule::Mp4Data, here, data_ok, || {
        (
            "other offsets or sizes".into(),
            "samples from the first byte of mdat to its last".into(),
        )
    });
    for fragment in &fragments {
        let upwards = last_sequence.is_none_or(|last| fragment.sequence > last);
        checker.test(Rule::Mp4Sequence, here, upwards, || {
            let last = last_sequence.unwrap_or_default();
            (
                format!("{} after {last}", fragment.sequence),
                "more each time".into(),
            )
        });
        *last_sequence = Some(fragment.sequence);
    }
    facts(&fragments, init?)
}

fn parse_fragment(moof: &[u8], default_duration: u32) -> Option<Fragment> {
    const BASE_IS_MOOF: u32 = 0x2_0000;
    let mut fragment = Fragment {
        sequence: be32(find(moof, &[b"mfhd"])?, 4)?,
        ..Fragment::default()
    };
    let track = find(moof, &[b"traf"])?;
    let header = find(track, &[b"tfhd"])?;
    let flags = be32(header, 0)? & 0xFF_FFFF;
    fragment.base_is_moof = flags & BASE_IS_MOOF != 0;
    // Optional fields in their order: base offset, description, duration, size.
    let mut at = 8;
    at += if flags & 0x1 != 0 { 8 } else { 0 };
    at += if flags & 0x2 != 0 { 4 } else { 0 };
    let mut duration = default_duration;
    if flags & 0x8 != 0 {
        duration = be32(header, at)?;
        at += 4;
    }
    let size = if flags & 0x10 != 0 {
        be32(header, at)?
    } else {
        0
    };
    if let Some(time) = find(track, &[b"tfdt"]) {
        fragment.decode_time = match time.first()? {
            1 => be64(time, 4),
            _ => be32(time, 4).map(u64::from),
        };
    }
    let runs = boxes(track)?
        .into_iter()
        .filter(|(kind, _)| *kind == b"trun");
    let mut has_run = false;
    for (_, run) in runs {
        has_run = true;
        parse_run(&mut fragment, run, duration, size)?;
    }
    has_run.then_some(fragment)
}

fn parse_run(fragment: &mut Fragment, run: &[u8], duration: u32, size: u32) -> Option<()> {
    let flags = be32(run, 0)? & 0xFF_FFFF;
    let count = be32(run, 4)?;
    let mut at = 8;
    if flags & 0x1 != 0 {
        let offset = i64::from(be32(run, at)? as i32);
        fragment.data_offset.get_or_insert(offset);
        at += 4;
    }
    at += if flags & 0x4 != 0 { 4 } else { 0 };
    let fields = [0x100, 0x200, 0x400, 0x800].map(|flag| flags & flag != 0);
    let width = 4 * fields.iter().filter(|field| **field).count();
    if width == 0 {
        fragment.duration += u64::from(count) * u64::from(duration);
        fragment.data_bytes += u64::from(count) * u64::from(size);
        return Some(());
    }
    let entries = run.get(at..)?.get(..width.checked_mul(count as usize)?)?;
    for entry in entries.chunks_exact(width) {
        let lasts = if fields[0] { be32(entry, 0)? } else { duration };
        let bytes = match fields[1] {
            true => be32(entry, if fields[0] { 4 } else { 0 })?,
            false => size,
        };
        fragment.duration += u64::from(lasts);
        fragment.data_bytes += u64::from(bytes);
    }
    Some(())
}

fn facts(fragments: &[Fragment], init: &Init) -> Option<Facts> {
    let start = fragments.first()?.decode_time;
    let duration: u64 = fragments.iter().map(|fragment| fragment.duration).sum();
    // What the edit list skips is not heard.
    let skipped = start
        .map_or(0, |start| init.priming.saturating_sub(start))
        .min(duration);
    let scale = f64::from(init.timescale);
    Some(Facts {
        format: SegmentFormat::Fmp4,
        codec: init.codec.clone(),
        sample_rate: init.sample_rate,
        channels: init.channels,
        seconds: (duration - skipped) as f64 / scale,
        packet_seconds: f64::from(init.default_duration) / scale,
        start,
        end: start.and_then(|start| start.checked_add(duration)),
        clock: init.timescale,
        slack: 0,
    })
}
