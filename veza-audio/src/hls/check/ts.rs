//! Transport streams.

use std::collections::BTreeMap;

use super::segment::{Facts, Place};
use super::{Checker, Rule, packed};
use crate::container::ts::crc32;
use crate::hls::SegmentFormat;

const PACKET: usize = 188;

/// The last continuity counter of every PID.
pub(super) type Counters = BTreeMap<u16, u8>;

/// The longest between clock references, in ticks of 90 kHz, with one to spare for rounding.
const MAX_CLOCK_GAP: u64 = 9_001;
/// The earliest that sound may arrive before its time.
const MAX_LEAD: u64 = 90_000;
const MASK: u64 = (1 << 33) - 1;

/// A transport packet.
struct Packet<'a> {
    pid: u16,
    starts: bool,
    counter: u8,
    has_payload: bool,
    random_access: bool,
    declares_gap: bool,
    /// The clock reference, in ticks of 90 kHz.
    clock: Option<u64>,
    payload: &'a [u8],
}

/// A stream of the program.
struct Stream {
    kind: u8,
    pid: u16,
    /// Its descriptors: tags and contents.
    descriptors: Vec<(u8, Vec<u8>)>,
}

/// What is gathered over a segment.
#[derive(Default)]
struct Gathering {
    streams: Vec<Stream>,
    clock_pid: u16,
    /// What was broken first, of the rules that are put to the test once a segment.
    sync: Option<usize>,
    counter: Option<String>,
    checksum: Option<u16>,
    programs: Option<usize>,
    without_time: u64,
    clock: Option<u64>,
    gap: Option<u64>,
    lead: Option<i64>,
    first_time: Option<u64>,
    random_access: Option<bool>,
    /// The elementary stream of sound.
    sound: Vec<u8>,
}

pub(super) fn read(
    checker: &mut Checker<'_>,
    place: &Place<'_>,
    bytes: &[u8],
    counters: &mut Counters,
) -> Option<Facts> {
    let mut gathering = Gathering::default();
    let mut map_pid = None;
    let mut opening = Vec::new();
    for (index, packet) in bytes.chunks(PACKET).enumerate() {
        let Some(packet) = parse(packet) else {
            gathering.sync.get_or_insert(index * PACKET);
            continue;
        };
        gathering.continuity(&packet, counters);
        if opening.len() < 2 {
            opening.push(packet.pid);
        }
        if packet.pid == 0 && packet.starts {
            map_pid = gathering.association(packet.payload).or(map_pid);
        } else if Some(packet.pid) == map_pid && packet.starts {
            gathering.map(packet.payload);
        } else {
            gathering.stream(&packet);
        }
    }
    let tables =
        opening.first() == Some(&0) && map_pid.is_some() && opening.get(1) == map_pid.as_ref();
    checker.test(Rule::TsTables, place.here(), tables, || {
        (
            format!("packets of PIDs {opening:?}"),
            "a PAT, then its PMT".into(),
        )
    });
    gathering.verdict(checker, place)
}

fn parse(bytes: &[u8]) -> Option<Packet<'_>> {
    let head: &[u8; 4] = bytes.first_chunk()?;
    if bytes.len() != PACKET || head[0] != 0x47 {
        return None;
    }
    let mut payload = &bytes[4..];
    let (mut clock, mut flags) = (None, 0);
    if head[3] & 0x20 != 0 {
        let length = usize::from(payload[0]);
        let field = payload.get(1..1 + length)?;
        flags = field.first().copied().unwrap_or(0);
        if flags & 0x10 != 0 {
            let bytes: &[u8; 6] = field.get(1..)?.first_chunk()?;
            let whole = bytes
                .iter()
                .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
            clock = Some(whole >> 15);
        }
        payload = &payload[1 + length..];
    }
    Some(Packet {
        pid: u16::from(head[1] & 0x1F) << 8 | u16::from(head[2]),
        starts: head[1] & 0x40 != 0,
        counter: head[3] & 0xF,
        has_payload: head[3] & 0x10 != 0,
        random_access: flags & 0x40 != 0,
        declares_gap: flags & 0x80 != 0,
        clock,
        payload,
    })
}

impl Gathering {
    fn continuity(&mut self, packet: &Packet<'_>, counters: &mut Counters) {
        if packet.pid == 0x1FFF || !packet.has_payload {
            return;
        }
        let last = counters.insert(packet.pid, packet.counter);
        if let Some(last) = last
            && !packet.declares_gap
            && packet.counter != (last + 1) & 0xF
            && self.counter.is_none()
        {
            self.counter = Some(format!(
                "PID {}: {} after {last}",
                packet.pid, packet.counter
            ));
        }
    }

    /// A section behind its pointer, its checksum tested and left out.
    fn section<'p>(&mut self, pid: u16, payload: &'p [u8]) -> Option<&'p [u8]> {
        let pointer = usize::from(*payload.first()?);
        let section = payload.get(1 + pointer..)?;
        let length = usize::from(section.get(1)? & 0xF) << 8 | usize::from(*section.get(2)?);
        let whole = section.get(..3 + length)?;
        if crc32(whole) != 0 {
            self.checksum.get_or_insert(pid);
        }
        whole.get(..whole.len().checked_sub(4)?)
    }

    /// The PID of the first program's map.
    fn association(&mut self, payload: &[u8]) -> Option<u16> {
        let section = self.section(0, payload)?;
        let programs: Vec<(u16, u16)> = section
            .get(8..)?
            .as_chunks::<4>()
            .0
            .iter()
            .map(|[a, b, c, d]| {
                let number = u16::from_be_bytes([*a, *b]);
                (number, u16::from_be_bytes([*c & 0x1F, *d]))
            })
            .filter(|(number, _)| *number != 0)
            .collect();
        if programs.len() != 1 {
            self.programs = Some(programs.len());
        }
        programs.first().map(|(_, pid)| *pid)
    }

    fn map(&mut self, payload: &[u8]) -> Option<()> {
        let section = self.section(1, payload)?;
        self.streams.clear();
        let [high, low, info_high, info_low] = section.get(8..12)? else {
            return None;
        };
        self.clock_pid = u16::from_be_bytes([high & 0x1F, *low]);
        let skip = usize::from(info_high & 0xF) << 8 | usize::from(*info_low);
        let mut rest = section.get(12 + skip..)?;
        while let [kind, high, low, info_high, info_low, after @ ..] = rest {
            let length = usize::from(info_high & 0xF) << 8 | usize::from(*info_low);
            let mut descriptors = Vec::new();
            let mut info = after.get(..length)?;
            while let [tag, size, content @ ..] = info {
                descriptors.push((*tag, content.get(..usize::from(*size))?.to_vec()));
                info = &content[usize::from(*size)..];
            }
            self.streams.push(Stream {
                kind: *kind,
                pid: u16::from_be_bytes([high & 0x1F, *low]),
                descriptors,
            });
            rest = &after[length..];
        }
        Some(())
    }

    fn sound_stream(&self) -> Option<&Stream> {
        self.streams.iter().find(|stream| is_sound(stream.kind))
    }

    /// A packet of a stream.
    fn stream(&mut self, packet: &Packet<'_>) {
        if packet.pid == self.clock_pid
            && let Some(clock) = packet.clock
        {
            if let Some(last) = self.clock {
                let gap = clock.wrapping_sub(last) & MASK;
                if gap > MAX_CLOCK_GAP {
                    self.gap.get_or_insert(gap);
                }
            }
            self.clock = Some(clock);
        }
        if self
            .sound_stream()
            .is_none_or(|stream| stream.pid != packet.pid)
        {
            return;
        }
        let mut payload = packet.payload;
        if packet.starts {
            self.random_access.get_or_insert(packet.random_access);
            let (time, content) = pes(payload);
            payload = content;
            match time {
                None => self.without_time += 1,
                Some(time) => {
                    self.first_time.get_or_insert(time);
                    // As a signed distance on a clock of 33 bits.
                    let lead = time.wrapping_sub(self.clock.unwrap_or(time)) & MASK;
                    let lead = if lead > MASK / 2 {
                        lead as i64 - (1 << 33)
                    } else {
                        lead as i64
                    };
                    if !(0..=MAX_LEAD as i64).contains(&lead) {
                        self.lead.get_or_insert(lead);
                    }
                }
            }
        }
        self.sound.extend_from_slice(payload);
    }

    fn verdict(&mut self, checker: &mut Checker<'_>, place: &Place<'_>) -> Option<Facts> {
        let here = place.here();
        checker.test(Rule::TsPackets, here, self.sync.is_none(), || {
            (
                format!("no packet at byte {}", self.sync.unwrap_or_default()),
                "188 bytes from 0x47 on".into(),
            )
        });
        checker.test(Rule::TsChecksum, here, self.checksum.is_none(), || {
            let table = if self.checksum == Some(0) {
                "PAT"
            } else {
                "PMT"
            };
            (
                format!("another one in the {table}"),
                "CRC-32 of the section".into(),
            )
        });
        checker.test(Rule::TsOneProgram, here, self.programs.is_none(), || {
            (
                format!("{} programs", self.programs.unwrap_or_default()),
                "one".into(),
            )
        });
        checker.test(Rule::TsContinuity, here, self.counter.is_none(), || {
            (
                self.counter.clone().unwrap_or_default(),
                "one more each time".into(),
            )
        });
        let sounds = self
            .streams
            .iter()
            .filter(|stream| is_sound(stream.kind))
            .count();
        checker.test(Rule::TsAudio, here, sounds == 1, || {
            let kinds: Vec<u8> = self.streams.iter().map(|stream| stream.kind).collect();
            (
                format!("stream types {kinds:02X?}"),
                "one of 03, 04, 0F, CF".into(),
            )
        });
        let stream = self.sound_stream()?;
        self.setup(checker, place, stream);
        checker.test(
            Rule::TsTime,
            here,
            self.without_time == 0 && self.first_time.is_some(),
            || {
                (
                    format!("{} PES packets without one", self.without_time),
                    "a PTS in each".into(),
                )
            },
        );
        checker.test(
            Rule::TsClock,
            here,
            self.clock.is_some() && self.gap.is_none(),
            || match self.gap {
                Some(gap) => (format!("{} ms without", gap / 90), "100 ms at most".into()),
                None => ("none".into(), "every 100 ms".into()),
            },
        );
        checker.test(Rule::TsClockBefore, here, self.lead.is_none(), || {
            let lead = self.lead.unwrap_or_default() / 90;
            (
                format!("sound {lead} ms after its arrival"),
                "0 to 1000 ms".into(),
            )
        });
        checker.test(
            Rule::TsRandomAccess,
            here,
            self.random_access == Some(true),
            || {
                (
                    "the flag is not set".into(),
                    "random_access_indicator".into(),
                )
            },
        );
        let packets = packed::packets(&self.sound);
        packed::whole_packets(checker, place, packets.as_ref());
        let time = self.first_time;
        packets.map(|packets| Facts::of_packets(SegmentFormat::Ts, packets, time))
    }

    /// Encrypted AAC is told by its type, `aacd`, and its setup information.
    fn setup(&self, checker: &mut Checker<'_>, place: &Place<'_>, stream: &Stream) {
        let content = |tag: u8| {
            let of_tag = stream.descriptors.iter().find(|(known, _)| *known == tag);
            of_tag.map(|(_, content)| content.as_slice())
        };
        let registered = content(0x05).and_then(|content| content.strip_prefix(b"apad"));
        let holds = if place.is_sample_aes {
            stream.kind == 0xCF
                && content(0x0F) == Some(b"aacd")
                && registered.is_some_and(packed::is_setup)
        } else {
            stream.kind != 0xCF
        };
        checker.test(Rule::TsSetup, place.here(), holds, || {
            let seen = format!(
                "type {:02X}, {} descriptors",
                stream.kind,
                stream.descriptors.len()
            );
            let expected = if place.is_sample_aes {
                "type CF, aacd, and apad with zaac"
            } else {
                "a clear type: there is no key of SAMPLE-AES"
            };
            (seen, expected.into())
        });
    }
}

fn is_sound(kind: u8) -> bool {
    matches!(kind, 0x03 | 0x04 | 0x0F | 0xCF)
}

/// The time stamp of a PES packet and what it carries.
fn pes(bytes: &[u8]) -> (Option<u64>, &[u8]) {
    let Some(head) = bytes.first_chunk::<9>() else {
        return (None, &[]);
    };
    let content = bytes.get(9 + usize::from(head[8])..).unwrap_or_default();
    let time = bytes
        .get(9..14)
        .filter(|_| head.starts_with(&[0, 0, 1]) && head[7] & 0x80 != 0);
    let time = time.map(|t| {
        u64::from(t[0] >> 1 & 7) << 30
            | u64::from(t[1]) << 22
            | u64::from(t[2] >> 1) << 15
            | u64::from(t[3]) << 7
            | u64::from(t[4] >> 1)
    });
    (time, content)
}
