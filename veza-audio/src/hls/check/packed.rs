//! Packed audio, and the packets of AAC and MP3 which transport streams carry too.

use super::segment::{Facts, Place};
use super::{Checker, Rule};
use crate::container::id3::{self, Tag};
use crate::hls::SegmentFormat;

/// What a run of packets is.
pub(super) struct Packets {
    pub(super) codec: String,
    pub(super) sample_rate: u32,
    pub(super) channels: u32,
    /// Frames in one packet, and in all.
    pub(super) packet_frames: u32,
    pub(super) frames: u64,
    /// The first byte which belongs to no packet; `None` where all do.
    pub(super) broken_at: Option<usize>,
}

/// One packet's header.
struct Header {
    length: usize,
    codec: String,
    sample_rate: u32,
    channels: u32,
    frames: u32,
}

/// Reads a run of ADTS or MP3 packets; `None` where the first is neither.
pub(super) fn packets(bytes: &[u8]) -> Option<Packets> {
    let first = header(bytes)?;
    let mut packets = Packets {
        codec: first.codec,
        sample_rate: first.sample_rate,
        channels: first.channels,
        packet_frames: first.frames,
        frames: 0,
        broken_at: None,
    };
    let mut at = 0;
    while at < bytes.len() {
        match header(&bytes[at..]) {
            Some(next)
                if at + next.length <= bytes.len()
                    && next.codec == packets.codec
                    && next.sample_rate == packets.sample_rate =>
            {
                packets.frames += u64::from(next.frames);
                at += next.length;
            }
            _ => {
                packets.broken_at = Some(at);
                break;
            }
        }
    }
    Some(packets)
}

fn header(bytes: &[u8]) -> Option<Header> {
    match bytes {
        [0xFF, second, ..] if second & 0xF6 == 0xF0 => adts(bytes),
        [0xFF, second, ..] if second & 0xE6 == 0xE2 => mp3(bytes),
        _ => None,
    }
}

/// ISO/IEC 14496-3, 1.A.3.2.
fn adts(bytes: &[u8]) -> Option<Header> {
    const RATES: [u32; 13] = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025,
        8_000, 7_350,
    ];
    let head: &[u8; 7] = bytes.first_chunk()?;
    let length =
        usize::from(head[3] & 3) << 11 | usize::from(head[4]) << 3 | usize::from(head[5] >> 5);
    let least = if head[1] & 1 == 1 { 7 } else { 9 };
    let blocks = u32::from(head[6] & 3) + 1;
    (length >= least).then_some(Header {
        length,
        codec: format!("mp4a.40.{}", (head[2] >> 6) + 1),
        sample_rate: *RATES.get(usize::from(head[2] >> 2 & 0xF))?,
        channels: u32::from((head[2] & 1) << 2 | head[3] >> 6),
        frames: 1024 * blocks,
    })
}

/// ISO/IEC 11172-3, 2.4.2.3, and its extensions to lower rates; layer III alone.
fn mp3(bytes: &[u8]) -> Option<Header> {
    const KBPS_1: [usize; 14] = [
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ];
    const KBPS_2: [usize; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let head: &[u8; 4] = bytes.first_chunk()?;
    let version = head[1] >> 3 & 3;
    let shift = match version {
        3 => 0, // MPEG-1
        2 => 1, // MPEG-2
        0 => 2, // MPEG-2.5
        _ => return None,
    };
    let kbps = if version == 3 { KBPS_1 } else { KBPS_2 };
    let kbps = *kbps.get(usize::from(head[2] >> 4).checked_sub(1)?)?;
    let sample_rate = *[44_100, 48_000, 32_000].get(usize::from(head[2] >> 2 & 3))? >> shift;
    let frames = if version == 3 { 1152 } else { 576 };
    let padding = usize::from(head[2] >> 1 & 1);
    Some(Header {
        length: frames / 8 * kbps * 1000 / sample_rate as usize + padding,
        codec: "mp4a.40.34".to_owned(),
        sample_rate,
        channels: if head[3] >> 6 == 3 { 1 } else { 2 },
        frames: frames as u32,
    })
}

/// A segment of packed audio.
pub(super) fn read(checker: &mut Checker<'_>, place: &Place<'_>, bytes: &[u8]) -> Option<Facts> {
    let tag = Tag::read(bytes);
    let stamp = tag
        .as_ref()
        .and_then(|tag| tag.private(id3::TIMESTAMP_OWNER));
    checker.test(Rule::PackedTimeStamp, place.here(), stamp.is_some(), || {
        ("no such frame".into(), id3::TIMESTAMP_OWNER.into())
    });
    let time = stamp
        .and_then(|stamp| Some(u64::from_be_bytes(stamp.try_into().ok()?)))
        .filter(|time| time >> 33 == 0);
    if let Some(stamp) = stamp {
        checker.test(Rule::PackedTimeRange, place.here(), time.is_some(), || {
            (
                format!("{stamp:02X?}"),
                "8 bytes, the upper 31 bits 0".into(),
            )
        });
    }
    if place.is_sample_aes {
        let setup = tag.as_ref().and_then(|tag| tag.private(id3::SETUP_OWNER));
        let whole = setup.is_some_and(is_setup);
        checker.test(Rule::PackedSetup, place.here(), whole, || {
            (
                "none".into(),
                format!("{} with zaac and its configuration", id3::SETUP_OWNER),
            )
        });
    }
    // Other tags may follow the first, and lie between packets.
    let mut rest = bytes;
    while let Some(tag) = Tag::read(rest) {
        rest = &rest[tag.length..];
    }
    let packets = packets(rest);
    whole_packets(checker, place, packets.as_ref());
    packets.map(|packets| Facts::of_packets(SegmentFormat::Packed, packets, time))
}

/// Audio setup information of AAC (Apple, 2.3.4).
pub(super) fn is_setup(setup: &[u8]) -> bool {
    let known = [b"zaac", b"zach", b"zacp"]
        .iter()
        .any(|kind| setup.starts_with(*kind));
    let length = setup.get(7).map(|length| usize::from(*length));
    known && setup.get(6) == Some(&1) && length == setup.len().checked_sub(8)
}

/// The rule that all of an elementary stream is packets.
pub(super) fn whole_packets(
    checker: &mut Checker<'_>,
    place: &Place<'_>,
    packets: Option<&Packets>,
) {
    let holds = packets.is_some_and(|packets| packets.broken_at.is_none());
    checker.test(Rule::WholePackets, place.here(), holds, || {
        let seen = match packets.and_then(|packets| packets.broken_at) {
            Some(at) => format!("no packet at byte {at} of the stream"),
            None => "no packet of AAC or MP3 at its start".into(),
        };
        (seen, "packets to the end".into())
    });
}
