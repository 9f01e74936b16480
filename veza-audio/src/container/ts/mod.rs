//! MPEG transport streams (ISO/IEC 13818-1) with one stream of AAC in ADTS or of MP3, and with ID3
//! tags as timed metadata: the older segments of HLS.
//!
//! Every segment begins with the program's tables (PAT and PMT), so that a player can begin at
//! any. Continuity counters and time stamps run on from one segment to the next, as RFC 8216
//! (section 3) asks of segments without a discontinuity.
//!
//! A transport stream cannot say that the first frames are the encoder's priming. What the format
//! leaves open is decided in [`crate::hls`].

mod clock;
mod packet;
mod tables;

use super::elementary::Framer;
use super::protection::{PacketCipher, audio_setup};
use crate::encode::{Packet, StreamInfo};
use crate::{Error, Result};
pub(crate) use clock::{CLOCK, Clock};
use packet::{Counter, Pes};
pub(crate) use tables::crc32;
use tables::{
    AUDIO_PID, METADATA_PID, PAT_PID, PMT_PID, program_association, program_map, write_section,
};

/// `stream_id` of the first audio stream, and of private streams with a PES header (table 2-22).
const STREAM_ID_AUDIO: u8 = 0xC0;
const STREAM_ID_PRIVATE_1: u8 = 0xBD;

/// How much sound a PES packet holds at most: the more, the less is lost to headers and stuffing.
const MAX_PES_TIME: u64 = CLOCK / 5;

/// The longest ID3 tag: a PES packet has to say its length in 16 bits.
pub(crate) const MAX_ID3_BYTES: usize = 65_000;

/// Makes the segments of one stream, in their order.
pub struct TsMuxer {
    framer: Framer,
    clock: Clock,
    packets_per_pes: usize,
    /// What is said of the stream where it is encrypted.
    setup: Vec<u8>,
    has_metadata: bool,
    tables: Counter,
    program_map: Counter,
    audio: Counter,
    metadata: Counter,
}

/// An ID3 tag which belongs to a moment of the sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TimedTag {
    /// The frame at which it holds: of those that were muxed since the stream began.
    pub(crate) frame: u64,
    /// The whole tag.
    pub(crate) tag: Vec<u8>,
}

impl TsMuxer {
    /// A muxer of the AAC or MP3 stream that `info` describes.
    ///
    /// # Errors
    /// [`crate::Error::UnsupportedCodec`] for another codec,
    /// [`crate::Error::InvalidParameter`] for a configuration that ADTS has no room for.
    pub fn new(info: &StreamInfo) -> Result<Self> {
        Ok(Self {
            framer: framer(info)?,
            clock: Clock::new(info.spec.sample_rate),
            packets_per_pes: packets_per_pes(info),
            setup: audio_setup(&info.config),
            has_metadata: false,
            tables: Counter::default(),
            program_map: Counter::default(),
            audio: Counter::default(),
            metadata: Counter::default(),
        })
    }

    /// Declares a stream of ID3 tags beside the sound.
    pub(crate) fn with_metadata(mut self) -> Self {
        self.has_metadata = true;
        self
    }

    /// Goes on with another stream; counters and the clock run on.
    ///
    /// # Errors
    /// Those of [`TsMuxer::new`].
    pub fn change_stream(&mut self, info: &StreamInfo) -> Result<()> {
        self.framer = framer(info)?;
        self.clock.change_rate(info.spec.sample_rate);
        self.packets_per_pes = packets_per_pes(info);
        self.setup = audio_setup(&info.config);
        Ok(())
    }

    /// Appends the next segment, of these packets, to `out`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidParameter`] when a packet is too long for ADTS.
    pub fn segment(&mut self, packets: &[Packet], out: &mut Vec<u8>) -> Result<()> {
        self.segment_with(packets, &[], None, out)
    }

    /// The same with ID3 tags, in the order of their times, and with the packets encrypted.
    pub(crate) fn segment_with(
        &mut self,
        packets: &[Packet],
        mut tags: &[TimedTag],
        cipher: Option<&PacketCipher>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        if cipher.is_some() {
            self.framer.check_encryption()?;
        }
        let setup = cipher.map(|_| self.setup.as_slice());
        let map = program_map(&self.framer, setup, self.has_metadata);
        write_section(PAT_PID, &mut self.tables, &program_association(), out);
        write_section(PMT_PID, &mut self.program_map, &map, out);
        let mut elementary = Vec::new();
        for group in packets.chunks(self.packets_per_pes) {
            elementary.clear();
            let begin = self.clock.ticks();
            for packet in group {
                self.framer.push(&packet.data, cipher, &mut elementary)?;
                self.clock.advance(packet.frames);
            }
            let audio = Pes {
                pid: AUDIO_PID,
                stream_id: STREAM_ID_AUDIO,
                time: begin..self.clock.ticks(),
                content: &elementary,
                has_clock: true,
            };
            audio.write(&mut self.audio, out);
            // Those of this stretch come after the sound that they belong to has begun.
            let due = tags
                .iter()
                .take_while(|tag| self.clock.ticks_at(tag.frame) < audio.time.end)
                .count();
            let (now, later) = tags.split_at(due);
            self.write_tags(now, out)?;
            tags = later;
        }
        self.write_tags(tags, out)
    }

    fn write_tags(&mut self, tags: &[TimedTag], out: &mut Vec<u8>) -> Result<()> {
        for tag in tags {
            if tag.tag.len() > MAX_ID3_BYTES {
                let reason = format!("an ID3 tag of {} bytes", tag.tag.len());
                return Err(Error::invalid("metadata", reason));
            }
            let time = self.clock.ticks_at(tag.frame);
            let pes = Pes {
                pid: METADATA_PID,
                stream_id: STREAM_ID_PRIVATE_1,
                time: time..time,
                content: &tag.tag,
                has_clock: false,
            };
            pes.write(&mut self.metadata, out);
        }
        Ok(())
    }
}

fn framer(info: &StreamInfo) -> Result<Framer> {
    Framer::new(info, "MPEG-TS")
}

fn packets_per_pes(info: &StreamInfo) -> usize {
    let packet_time = u64::from(info.packet_frames) * CLOCK / u64::from(info.spec.sample_rate);
    (MAX_PES_TIME / packet_time.max(1)).clamp(1, 32) as usize
}

#[cfg(test)]
mod tests {
    use super::packet::PACKET_BYTES;
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
