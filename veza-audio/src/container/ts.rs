//! MPEG transport streams (ISO/IEC 13818-1) with one AAC stream in ADTS: the older segments of
//! HLS.
//!
//! Every segment begins with the program's tables (PAT and PMT), so that a player can begin at
//! any. Continuity counters and time stamps run on from one segment to the next, as RFC 8216
//! (section 3) asks of segments without a discontinuity.
//!
//! A transport stream cannot say that the first frames are the encoder's priming. What the format
//! leaves open is decided in [`crate::hls`].

use std::ops::Range;

use super::adts::AdtsFramer;
use super::check_aac;
use crate::encode::{Packet, StreamInfo};
use crate::{Error, Result};

const PACKET_BYTES: usize = 188;
const PAYLOAD_BYTES: usize = PACKET_BYTES - 4;

const PAT_PID: u16 = 0;
const PMT_PID: u16 = 0x1000;
const AUDIO_PID: u16 = 0x100;
const PROGRAM: u16 = 1;

/// `stream_type` of AAC in ADTS (table 2-34).
const STREAM_TYPE_ADTS: u8 = 0x0F;
/// `stream_id` of the first audio stream (table 2-22).
const STREAM_ID_AUDIO: u8 = 0xC0;

/// Ticks per second of time stamps; they wrap at 33 bits.
const CLOCK: u64 = 90_000;
const CLOCK_MASK: u64 = (1 << 33) - 1;
/// The time stamp of the first packet: late enough for the clock reference to come before it.
const FIRST_TIME: u64 = 10 * CLOCK;
/// How long before it is heard the first byte of a PES packet arrives.
const LEAD: u64 = CLOCK / 2;
/// The longest time between clock references (2.7.2).
const MAX_REFERENCE_GAP: u64 = CLOCK / 10;
/// How much sound a PES packet holds at most: the more, the less is lost to headers and stuffing.
const MAX_PES_TIME: u64 = CLOCK / 5;

/// Makes the segments of one stream, in their order.
pub struct TsMuxer {
    framer: AdtsFramer,
    sample_rate: u64,
    packets_per_pes: usize,
    /// Frames of sound muxed so far.
    frames: u64,
    tables: Counter,
    program_map: Counter,
    audio: Counter,
}

impl TsMuxer {
    /// A muxer of the AAC stream that `info` describes.
    ///
    /// # Errors
    /// [`crate::Error::UnsupportedCodec`] for another codec,
    /// [`crate::Error::InvalidParameter`] for a configuration that ADTS has no room for.
    pub fn new(info: &StreamInfo) -> Result<Self> {
        check_aac(info, "MPEG-TS")?;
        let sample_rate = u64::from(info.spec.sample_rate);
        if sample_rate == 0 || info.packet_frames == 0 {
            return Err(Error::invalid("info", "packets of 0 frames, or 0 Hz"));
        }
        let packet_time = u64::from(info.packet_frames) * CLOCK / sample_rate;
        Ok(Self {
            framer: AdtsFramer::new(&info.config)?,
            sample_rate,
            packets_per_pes: (MAX_PES_TIME / packet_time.max(1)).clamp(1, 32) as usize,
            frames: 0,
            tables: Counter::default(),
            program_map: Counter::default(),
            audio: Counter::default(),
        })
    }

    /// Appends the next segment, of these packets, to `out`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidParameter`] when a packet is too long for ADTS.
    pub fn segment(&mut self, packets: &[Packet], out: &mut Vec<u8>) -> Result<()> {
        write_section(PAT_PID, &mut self.tables, &program_association(), out);
        write_section(PMT_PID, &mut self.program_map, &program_map(), out);
        let mut elementary = Vec::new();
        for group in packets.chunks(self.packets_per_pes) {
            elementary.clear();
            for packet in group {
                self.framer.push(&packet.data, &mut elementary)?;
            }
            let begin = self.time();
            self.frames += group
                .iter()
                .map(|packet| u64::from(packet.frames))
                .sum::<u64>();
            let time = begin..self.time();
            write_pes(&mut self.audio, time, &elementary, out);
        }
        Ok(())
    }

    /// The time stamp of the next packet.
    fn time(&self) -> u64 {
        FIRST_TIME + self.frames * CLOCK / self.sample_rate
    }
}

/// A continuity counter: 4 bits, one step for each packet of its PID.
#[derive(Default)]
struct Counter(u8);

impl Counter {
    fn next(&mut self) -> u8 {
        let value = self.0;
        self.0 = (value + 1) & 0xF;
        value
    }
}

/// Sync byte, start flag, PID, what follows (adaptation field, payload) and the counter.
fn write_header(pid: u16, start: bool, adaptation: bool, counter: u8, out: &mut Vec<u8>) {
    let start = u8::from(start) << 6;
    let control = 0x10 | u8::from(adaptation) << 5;
    out.extend_from_slice(&[0x47, start | (pid >> 8) as u8, pid as u8, control | counter]);
}

/// A table that fits one transport packet: the pointer field, the section, its checksum, and
/// stuffing.
fn write_section(pid: u16, counter: &mut Counter, section: &[u8], out: &mut Vec<u8>) {
    let end = out.len() + PACKET_BYTES;
    write_header(pid, true, false, counter.next(), out);
    out.push(0);
    out.extend_from_slice(section);
    out.extend_from_slice(&crc32(section).to_be_bytes());
    out.resize(end, 0xFF);
}

/// The program association section (2.4.4.3).
fn program_association() -> Vec<u8> {
    section(
        0x00,
        PROGRAM,
        &[PROGRAM.to_be_bytes(), (0xE000 | PMT_PID).to_be_bytes()].concat(),
    )
}

/// The program map section (2.4.4.8).
fn program_map() -> Vec<u8> {
    let body = [
        // The clock reference is in the audio; no descriptors of the program.
        (0xE000 | AUDIO_PID).to_be_bytes().as_slice(),
        &[0xF0, 0x00],
        // The one stream, without descriptors.
        &[STREAM_TYPE_ADTS],
        &(0xE000 | AUDIO_PID).to_be_bytes(),
        &[0xF0, 0x00],
    ]
    .concat();
    section(0x02, PROGRAM, &body)
}

/// A section in the long syntax, version 0, current, the only one; without its checksum.
fn section(table: u8, id: u16, body: &[u8]) -> Vec<u8> {
    let length = (5 + body.len() + 4) as u16;
    let mut section = vec![table];
    section.extend_from_slice(&(0xB000 | length).to_be_bytes());
    section.extend_from_slice(&id.to_be_bytes());
    section.extend_from_slice(&[0xC1, 0, 0]);
    section.extend_from_slice(body);
    section
}

/// One PES packet which is heard over `time`, in as many transport packets as it takes. Clock
/// references come with the first and wherever the next packet would be late for one; the last
/// is filled up in its adaptation field.
fn write_pes(counter: &mut Counter, time: Range<u64>, elementary: &[u8], out: &mut Vec<u8>) {
    let mut pes = Vec::with_capacity(14 + elementary.len());
    pes.extend_from_slice(&[0, 0, 1, STREAM_ID_AUDIO]);
    // What follows, 3 + 5 bytes of header counted. AAC of 6,144 bits for each of two channels
    // comes to 29 KB in a fifth of a second at 96 kHz; 0, "not told", is allowed for more.
    let length = u16::try_from(8 + elementary.len()).unwrap_or(0);
    pes.extend_from_slice(&length.to_be_bytes());
    // Aligned to the start of a frame; a presentation time stamp and nothing else.
    pes.extend_from_slice(&[0x84, 0x80, 5]);
    pes.extend_from_slice(&time_stamp(time.start));
    pes.extend_from_slice(elementary);

    // The bytes arrive as evenly as the sound goes on.
    let arrival =
        |byte: usize| time.start - LEAD + (time.end - time.start) * byte as u64 / pes.len() as u64;
    let mut reference = None;
    let mut sent = 0;
    while sent < pes.len() {
        let mut adaptation = Vec::new();
        let start = sent == 0;
        let next = arrival(sent + PAYLOAD_BYTES);
        if reference.is_none_or(|reference| next > reference + MAX_REFERENCE_GAP) {
            let clock = arrival(sent);
            reference = Some(clock);
            // A clock reference with its extension at 0; random access at the start.
            adaptation.push(if start { 0x50 } else { 0x10 });
            let base = (clock & CLOCK_MASK) << 15 | 0x7E00;
            adaptation.extend_from_slice(&base.to_be_bytes()[2..]);
        }
        let needed = if adaptation.is_empty() {
            0
        } else {
            1 + adaptation.len()
        };
        let payload = (pes.len() - sent).min(PAYLOAD_BYTES - needed);
        let field = PAYLOAD_BYTES - payload;
        write_header(AUDIO_PID, start, field > 0, counter.next(), out);
        if field > 0 {
            out.push((field - 1) as u8);
            if field > 1 && adaptation.is_empty() {
                adaptation.push(0);
            }
            adaptation.resize(field - 1, 0xFF);
            out.extend_from_slice(&adaptation);
        }
        out.extend_from_slice(&pes[sent..sent + payload]);
        sent += payload;
    }
}

/// A presentation time stamp in the five bytes of a PES header (2.4.3.7).
fn time_stamp(time: u64) -> [u8; 5] {
    [
        0x21 | (time >> 29) as u8 & 0x0E,
        (time >> 22) as u8,
        (time >> 14) as u8 | 1,
        (time >> 7) as u8,
        (time << 1) as u8 | 1,
    ]
}

/// The checksum of sections (annex A): CRC-32 with 0x04C11DB7, most significant bit first.
fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 24, |crc, _| {
            crc << 1 ^ if crc >> 31 == 1 { 0x04C1_1DB7 } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AudioSpec, ChannelLayout};

    fn info() -> StreamInfo {
        StreamInfo {
            spec: AudioSpec::new(44_100, ChannelLayout::Stereo),
            codec: "mp4a.40.2",
            packet_frames: 1024,
            priming: 2560,
            bit_rate: None,
            config: vec![0x12, 0x10],
        }
    }

    fn packets(lengths: impl Iterator<Item = usize>) -> Vec<Packet> {
        lengths
            .map(|bytes| Packet {
                data: vec![0x55; bytes],
                frames: 1024,
            })
            .collect()
    }

    #[test]
    fn the_checksum_is_that_of_mpeg() {
        // The check value of CRC-32/MPEG-2.
        assert_eq!(crc32(b"123456789"), 0x0376_E6E7);
    }

    /// What the transport packets of one PID carry.
    fn payloads(stream: &[u8], pid: u16) -> Vec<u8> {
        let mut carried = Vec::new();
        for packet in stream.chunks(PACKET_BYTES) {
            assert_eq!((packet[0], packet.len()), (0x47, PACKET_BYTES));
            if u16::from_be_bytes([packet[1] & 0x1F, packet[2]]) == pid {
                let adaptation = packet[3] & 0x20 != 0;
                let start = if adaptation {
                    5 + usize::from(packet[4])
                } else {
                    4
                };
                carried.extend_from_slice(&packet[start..]);
            }
        }
        carried
    }

    #[test]
    fn every_payload_length_fills_whole_packets() {
        // Every remainder of 184 is met, those which leave one byte for stuffing too.
        for bytes in 0..600 {
            let mut out = Vec::new();
            let mut muxer = TsMuxer::new(&info()).unwrap();
            muxer
                .segment(&packets([bytes].into_iter()), &mut out)
                .unwrap();
            let pes = payloads(&out, AUDIO_PID);
            assert_eq!(
                usize::from(u16::from_be_bytes([pes[4], pes[5]])),
                pes.len() - 6
            );
            assert_eq!(pes[14..21][..3], [0xFF, 0xF1, 0x50]);
            assert_eq!(pes[21..], vec![0x55; bytes], "{bytes} bytes");
        }
    }

    #[test]
    fn a_time_stamp_has_its_marker_bits() {
        assert_eq!(time_stamp(0), [0x21, 0, 1, 0, 1]);
        assert_eq!(time_stamp(CLOCK_MASK), [0x2F, 0xFF, 0xFF, 0xFF, 0xFF]);
    }

    #[test]
    fn another_codec_is_refused() {
        let error = TsMuxer::new(&StreamInfo {
            codec: "Opus",
            ..info()
        })
        .err()
        .unwrap();
        assert_eq!(
            error.to_string(),
            "MPEG-TS holds Opus, which is not supported"
        );
    }
}
