//! One segment, whatever its kind.

use super::packed::Packets;
use super::{Checker, Rule, fmp4, packed, ts};
use crate::hls::SegmentFormat;

/// Where a segment is, and what is said of it.
pub(super) struct Place<'a> {
    pub(super) uri: &'a str,
    /// Whether its packets are encrypted one by one.
    pub(super) is_sample_aes: bool,
}

impl Place<'_> {
    pub(super) fn here(&self) -> (&str, Option<usize>) {
        (self.uri, None)
    }
}

/// What a segment is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Facts {
    pub(super) format: SegmentFormat,
    pub(super) codec: String,
    pub(super) sample_rate: u32,
    pub(super) channels: u32,
    /// How long its packets are, priming left out where the container says so, in seconds.
    pub(super) seconds: f64,
    /// How long one packet is, in seconds.
    pub(super) packet_seconds: f64,
    /// When it begins and ends, in steps of the clock; `None` without a time.
    pub(super) start: Option<u64>,
    pub(super) end: Option<u64>,
    /// Steps per second, and how far off a start may be: rounding.
    pub(super) clock: u32,
    pub(super) slack: u64,
}

impl Facts {
    /// Of packets without a container of their own, the first at `time` of the 90 kHz clock.
    pub(super) fn of_packets(format: SegmentFormat, packets: Packets, time: Option<u64>) -> Self {
        let rate = f64::from(packets.sample_rate.max(1));
        let seconds = packets.frames as f64 / rate;
        let ticks = (seconds * 90_000.0).round() as u64;
        Self {
            format,
            codec: packets.codec,
            sample_rate: packets.sample_rate,
            channels: packets.channels,
            seconds,
            packet_seconds: f64::from(packets.packet_frames) / rate,
            start: time,
            end: time.map(|time| (time + ticks) & ((1 << 33) - 1)),
            clock: 90_000,
            // Two millisecond: clocks which were rounded to one, and back.
            slack: 180,
        }
    }

    /// Whether a player may go on from one to the other without being told.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        (
            self.format,
            &self.codec,
            self.sample_rate,
            self.channels,
            self.clock,
        ) == (
            other.format,
            &other.codec,
            other.sample_rate,
            other.channels,
            other.clock,
        )
    }
}

/// What goes on from one segment to the next.
#[derive(Default)]
pub(super) struct Running {
    pub(super) counters: ts::Counters,
    pub(super) last: Option<Facts>,
    pub(super) last_sequence: Option<u32>,
}

impl Running {
    /// Forgets what a discontinuity ends.
    pub(super) fn cut(&mut self) {
        *self = Self::default();
    }
}

/// Reads a clear segment, or one whose packets are encrypted.
pub(super) fn read(
    checker: &mut Checker<'_>,
    place: &Place<'_>,
    bytes: &[u8],
    init: Option<&fmp4::Init>,
    running: &mut Running,
) -> Option<Facts> {
    let format = format_of(bytes);
    checker.test(Rule::KnownFormat, place.here(), format.is_some(), || {
        let start = &bytes[..bytes.len().min(8)];
        (
            format!("{} bytes that begin with {start:02X?}", bytes.len()),
            "one of the three".into(),
        )
    });
    let facts = match format? {
        SegmentFormat::Ts => ts::read(checker, place, bytes, &mut running.counters),
        SegmentFormat::Fmp4 => fmp4::read(checker, place, bytes, init, &mut running.last_sequence),
        SegmentFormat::Packed => packed::read(checker, place, bytes),
    }?;
    if let Some(last) = &running.last {
        let alike = last.is_alike(&facts);
        checker.test(Rule::DeclaredDiscontinuity, place.here(), alike, || {
            let words = |facts: &Facts| {
                format!(
                    "{} of {} Hz and {} channels in {}",
                    facts.codec,
                    facts.sample_rate,
                    facts.channels,
                    facts.format.as_str()
                )
            };
            (words(&facts), format!("{}, as before", words(last)))
        });
        if let (Some(end), Some(start), true) = (last.end, facts.start, alike) {
            let off = end.abs_diff(start);
            let off = off.min((1u64 << 33).abs_diff(off));
            checker.test(Rule::TimeRunsOn, place.here(), off <= facts.slack, || {
                (
                    format!("it begins at {start}"),
                    format!("{end} of a clock of {}", facts.clock),
                )
            });
        }
    }
    running.last = Some(facts.clone());
    Some(facts)
}

/// What the first bytes say.
pub(super) fn format_of(bytes: &[u8]) -> Option<SegmentFormat> {
    if bytes.first() == Some(&0x47) {
        return Some(SegmentFormat::Ts);
    }
    if bytes.starts_with(b"ID3") || packed::packets(bytes).is_some() {
        return Some(SegmentFormat::Packed);
    }
    let kind = bytes.get(4..8)?;
    let known: [&[u8]; 8] = [
        b"styp", b"moof", b"emsg", b"prft", b"sidx", b"ftyp", b"moov", b"mdat",
    ];
    known.contains(&kind).then_some(SegmentFormat::Fmp4)
}
