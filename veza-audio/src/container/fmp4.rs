//! Fragmented MPEG-4 (ISO/IEC 14496-12, 8.8) of AAC, FLAC or Opus: an init segment, then media
//! segments that need nothing but it. The newer segments of HLS, and what Media Source Extensions
//! take.
//!
//! The init segment's edit list begins the presentation after the encoder's priming; the last
//! packet of the last segment is declared only as long as the sound goes on. A player which
//! honours both plays exactly the frames of the source.

use super::mp4::boxes::Boxes;
use super::mp4::movie::{TRACK_ID, Track};
use super::mp4::{entry, ilst};
use super::protection::PacketCipher;
use super::ts::TimedTag;
use super::{BitRates, MeasuredLoudness};
use crate::encode::{Packet, StreamInfo};
use crate::tags::Tags;
use crate::{Error, Result};

/// Flags of a packet that depends on no other (8.8.3.1): every one of AAC, FLAC and Opus does.
const SYNC_SAMPLE: u32 = 0x0200_0000;

/// How many packets before the one wanted an Opus decoder has to begin: 80 ms ("Encapsulation of
/// Opus in ISO Base Media File Format", 4.3.6.2).
const OPUS_PRE_ROLL_MS: u32 = 80;

/// The scheme of ID3 tags in event messages ("Carriage of ID3 Timed Metadata in CMAF", 2).
pub(crate) const ID3_SCHEME: &str = "https://aomedia.org/emsg/ID3";

/// What an init segment says.
pub(crate) struct Init<'a> {
    pub(crate) info: &'a StreamInfo,
    /// How long the sound is in frames, priming left out; `None` while it goes on.
    pub(crate) sound_frames: Option<u64>,
    pub(crate) bit_rates: Option<BitRates>,
    pub(crate) loudness: Option<MeasuredLoudness>,
    pub(crate) protection: Option<&'a PacketCipher>,
}

/// The init segment of a stream of `sound_frames` frames, priming left out: what a decoder has to
/// know before the first media segment.
///
/// `iTunSMPB` says once more what the edit list says: `ffmpeg` reads but the former in a
/// fragmented file.
///
/// # Errors
/// [`Error::UnsupportedCodec`] for a codec other than AAC-LC, FLAC and Opus.
pub fn init_segment(
    info: &StreamInfo,
    sound_frames: u64,
    bit_rates: BitRates,
    loudness: Option<MeasuredLoudness>,
) -> Result<Vec<u8>> {
    Init {
        info,
        sound_frames: Some(sound_frames),
        bit_rates: Some(bit_rates),
        loudness,
        protection: None,
    }
    .write()
}

impl Init<'_> {
    pub(crate) fn write(&self) -> Result<Vec<u8>> {
        let info = self.info;
        entry::check(info, "fragmented MPEG-4")?;
        let track = Track {
            info,
            sound_frames: None,
            bit_rates: self.bit_rates,
            loudness: self.loudness,
            protection: self.protection,
        };
        let mut boxes = Boxes::default();
        boxes.boxed(b"ftyp", |boxes| boxes.bytes(b"iso6\0\0\0\0iso6mp41"));
        boxes.boxed(b"moov", |boxes| {
            track.write_movie_header(boxes);
            track.write_track(boxes, |boxes| {
                // No samples here: they come in the fragments.
                boxes.full(b"stts", 0, 0, |boxes| boxes.u32(0));
                boxes.full(b"stsc", 0, 0, |boxes| boxes.u32(0));
                boxes.full(b"stsz", 0, 0, |boxes| boxes.u64(0));
                boxes.full(b"stco", 0, 0, |boxes| boxes.u32(0));
            });
            boxes.boxed(b"mvex", |boxes| {
                boxes.full(b"trex", 0, 0, |boxes| {
                    boxes.u32(TRACK_ID);
                    boxes.u32(1); // the sample description
                    boxes.u32(info.packet_frames);
                    boxes.u32(0);
                    boxes.u32(SYNC_SAMPLE);
                });
            });
            // The priming of Opus is in its head, and FLAC has none.
            if let (Some(frames), "mp4a.40.2") = (self.sound_frames, info.codec) {
                let gapless = ilst::gapless_info(info.priming, info.padding(frames), frames);
                ilst::write_tags(boxes, &Tags::new(), &gapless);
            }
        });
        Ok(boxes.into_bytes())
    }
}

/// Makes the media segments of one stream, in their order.
#[derive(Debug)]
pub struct Fmp4Muxer {
    packet_frames: u32,
    sample_rate: u32,
    /// Packets that a decoder has to begin before the one wanted.
    pre_roll: u32,
    priming: u32,
    sequence: u32,
    /// Event messages so far: each has a number of its own.
    messages: u32,
    /// Frames muxed so far, priming included: the decode time of the next segment.
    frames: u64,
}

impl Fmp4Muxer {
    /// A muxer of the stream that `info` describes.
    ///
    /// # Errors
    /// [`Error::UnsupportedCodec`] for a codec other than AAC-LC, FLAC and Opus.
    pub fn new(info: &StreamInfo) -> Result<Self> {
        entry::check(info, "fragmented MPEG-4")?;
        let pre_roll_frames = OPUS_PRE_ROLL_MS * info.spec.sample_rate / 1000;
        Ok(Self {
            packet_frames: info.packet_frames,
            sample_rate: info.spec.sample_rate,
            pre_roll: match info.codec {
                "Opus" => pre_roll_frames.div_ceil(info.packet_frames),
                _ => 0,
            },
            priming: info.priming,
            sequence: 0,
            messages: 0,
            frames: 0,
        })
    }

    /// Appends the next segment, of these packets, to `out`. Each packet lasts its `frames`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when the packets come to more than 1 GiB.
    pub fn segment(&mut self, packets: &[Packet], out: &mut Vec<u8>) -> Result<()> {
        self.segment_with(packets, &[], None, false, out)
    }

    /// The same with ID3 tags, and with the packets encrypted; `other_key` where the key is not
    /// the one that the init segment names.
    pub(crate) fn segment_with(
        &mut self,
        packets: &[Packet],
        tags: &[TimedTag],
        cipher: Option<&PacketCipher>,
        other_key: bool,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let bytes: usize = packets.iter().map(|packet| packet.data.len()).sum();
        if bytes > i32::MAX as usize / 2 {
            let reason = format!("{bytes} bytes in one segment");
            return Err(Error::invalid("packets", reason));
        }
        self.sequence += 1;
        let mut boxes = Boxes::default();
        boxes.boxed(b"styp", |boxes| boxes.bytes(b"msdh\0\0\0\0msdhiso6"));
        for tag in tags {
            self.write_message(&mut boxes, tag);
        }
        let moof = boxes.len();
        let mut data_offset = 0;
        boxes.boxed(b"moof", |boxes| {
            boxes.full(b"mfhd", 0, 0, |boxes| boxes.u32(self.sequence));
            boxes.boxed(b"traf", |boxes| {
                data_offset = self.write_run(boxes, packets);
                let count = packets.len() as u32;
                if self.pre_roll > 0 {
                    let distance = -(self.pre_roll.min(0x7FFF) as i16);
                    write_group(boxes, b"roll", 2, count, |boxes| {
                        boxes.bytes(&distance.to_be_bytes());
                    });
                }
                if let (Some(cipher), true) = (cipher, other_key) {
                    write_group(boxes, b"seig", 37, count, |boxes| {
                        boxes.zeros(1);
                        entry::write_protection_values(boxes, cipher);
                    });
                }
            });
        });
        // The packets begin after this fragment and the header of `mdat`.
        let distance = (boxes.len() - moof + 8) as u32;
        boxes.patch(data_offset, distance);
        boxes.boxed(b"mdat", |boxes| {
            for packet in packets {
                let start = boxes.len();
                boxes.bytes(&packet.data);
                if let Some(cipher) = cipher {
                    cipher.cbcs(boxes.tail_mut(start));
                }
            }
        });
        out.extend_from_slice(&boxes.into_bytes());
        let frames = packets.iter().map(|packet| u64::from(packet.frames));
        self.frames += frames.sum::<u64>();
        Ok(())
    }

    /// `tfhd`, `tfdt` and `trun`; gives where the offset of the data is to be filled in.
    fn write_run(&self, boxes: &mut Boxes, packets: &[Packet]) -> usize {
        /// `trun`: the offset of the data, durations, sizes.
        const DATA_OFFSET: u32 = 0x1;
        const DURATIONS: u32 = 0x100;
        const SIZES: u32 = 0x200;
        /// `tfhd`: offsets count from the fragment's own start.
        const BASE_IS_MOOF: u32 = 0x2_0000;

        let uneven = packets
            .iter()
            .any(|packet| packet.frames != self.packet_frames);
        let durations = if uneven { DURATIONS } else { 0 };
        let mut data_offset = 0;
        boxes.full(b"tfhd", 0, BASE_IS_MOOF, |boxes| boxes.u32(TRACK_ID));
        boxes.full(b"tfdt", 1, 0, |boxes| boxes.u64(self.frames));
        boxes.full(b"trun", 0, DATA_OFFSET | SIZES | durations, |boxes| {
            boxes.u32(packets.len() as u32);
            data_offset = boxes.len();
            boxes.u32(0);
            for packet in packets {
                if uneven {
                    boxes.u32(packet.frames);
                }
                boxes.u32(packet.data.len() as u32);
            }
        });
        data_offset
    }

    /// `emsg`, version 1 (ISO/IEC 23009-1, 5.10.3.3), of an ID3 tag: its time is on the
    /// presentation's line, where the priming does not count.
    fn write_message(&mut self, boxes: &mut Boxes, tag: &TimedTag) {
        /// An event whose end is not known.
        const UNKNOWN_DURATION: u32 = u32::MAX;
        self.messages += 1;
        boxes.full(b"emsg", 1, 0, |boxes| {
            boxes.u32(self.sample_rate);
            boxes.u64(tag.frame.saturating_sub(self.priming.into()));
            boxes.u32(UNKNOWN_DURATION);
            boxes.u32(self.messages);
            boxes.bytes(ID3_SCHEME.as_bytes());
            boxes.bytes(&[0, 0]); // the end of the scheme, and an empty value
            boxes.bytes(&tag.tag);
        });
    }
}

/// `sgpd` and `sbgp` in a fragment: one group of `length` bytes for all of its packets
/// (ISO/IEC 14496-12, 8.9).
fn write_group(
    boxes: &mut Boxes,
    kind: &[u8; 4],
    length: u32,
    packets: u32,
    group: impl FnOnce(&mut Boxes),
) {
    /// Groups which the fragment itself describes are counted from here.
    const FIRST_OF_FRAGMENT: u32 = 0x1_0001;
    boxes.full(b"sgpd", 1, 0, |boxes| {
        boxes.bytes(kind);
        boxes.u32(length);
        boxes.u32(1);
        group(boxes);
    });
    boxes.full(b"sbgp", 0, 0, |boxes| {
        boxes.bytes(kind);
        boxes.u32(1);
        boxes.u32(packets);
        boxes.u32(FIRST_OF_FRAGMENT);
    });
}
