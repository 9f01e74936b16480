//! Fragmented MPEG-4 (ISO/IEC 14496-12, 8.8): an init segment, then media segments that need
//! nothing but it. The newer segments of HLS, and what Media Source Extensions take.
//!
//! The init segment's edit list begins the presentation after the encoder's priming; the last
//! packet of the last segment is declared only as long as the sound goes on. A player which
//! honours both plays exactly the frames of the source.

use super::mp4::boxes::Boxes;
use super::mp4::ilst;
use super::mp4::movie::{TRACK_ID, Track};
use super::{BitRates, MeasuredLoudness, check_aac};
use crate::encode::{Packet, StreamInfo};
use crate::tags::Tags;
use crate::{Error, Result};

/// Flags of a packet that depends on no other (8.8.3.1): every one of AAC does.
const SYNC_SAMPLE: u32 = 0x0200_0000;

/// The init segment of a stream of `sound_frames` frames, priming left out: what a decoder has to
/// know before the first media segment.
///
/// `iTunSMPB` says once more what the edit list says: `ffmpeg` reads but the former in a
/// fragmented file.
///
/// # Errors
/// [`Error::UnsupportedCodec`] for a codec other than AAC-LC.
pub fn init_segment(
    info: &StreamInfo,
    sound_frames: u64,
    bit_rates: BitRates,
    loudness: Option<MeasuredLoudness>,
) -> Result<Vec<u8>> {
    check_aac(info, "fragmented MPEG-4")?;
    let track = Track {
        info,
        sound_frames: None,
        bit_rates,
        loudness,
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
        let padding = info.padding(sound_frames);
        let gapless = ilst::gapless_info(info.priming, padding, sound_frames);
        ilst::write_tags(boxes, &Tags::new(), &gapless);
    });
    Ok(boxes.into_bytes())
}

/// Makes the media segments of one stream, in their order.
#[derive(Debug)]
pub struct Fmp4Muxer {
    packet_frames: u32,
    sequence: u32,
    /// Frames muxed so far, priming included: the decode time of the next segment.
    frames: u64,
}

impl Fmp4Muxer {
    /// A muxer of the stream that `info` describes.
    ///
    /// # Errors
    /// [`Error::UnsupportedCodec`] for a codec other than AAC-LC.
    pub fn new(info: &StreamInfo) -> Result<Self> {
        check_aac(info, "fragmented MPEG-4")?;
        Ok(Self {
            packet_frames: info.packet_frames,
            sequence: 0,
            frames: 0,
        })
    }

    /// Appends the next segment, of these packets, to `out`. Each packet lasts its `frames`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when the packets come to more than 2 GiB.
    pub fn segment(&mut self, packets: &[Packet], out: &mut Vec<u8>) -> Result<()> {
        /// `trun`: the offset of the data, durations, sizes.
        const DATA_OFFSET: u32 = 0x1;
        const DURATIONS: u32 = 0x100;
        const SIZES: u32 = 0x200;
        /// `tfhd`: offsets count from the fragment's own start.
        const BASE_IS_MOOF: u32 = 0x2_0000;

        let bytes: usize = packets.iter().map(|packet| packet.data.len()).sum();
        if bytes > i32::MAX as usize / 2 {
            return Err(Error::invalid(
                "packets",
                format!("{bytes} bytes in one segment"),
            ));
        }
        let uneven = packets
            .iter()
            .any(|packet| packet.frames != self.packet_frames);
        self.sequence += 1;
        let mut boxes = Boxes::default();
        boxes.boxed(b"styp", |boxes| boxes.bytes(b"msdh\0\0\0\0msdhiso6"));
        let moof = boxes.len();
        let mut data_offset = 0;
        boxes.boxed(b"moof", |boxes| {
            boxes.full(b"mfhd", 0, 0, |boxes| boxes.u32(self.sequence));
            boxes.boxed(b"traf", |boxes| {
                boxes.full(b"tfhd", 0, BASE_IS_MOOF, |boxes| boxes.u32(TRACK_ID));
                boxes.full(b"tfdt", 1, 0, |boxes| boxes.u64(self.frames));
                let durations = if uneven { DURATIONS } else { 0 };
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
            });
        });
        // The packets begin after this fragment and the header of `mdat`.
        let distance = (boxes.len() - moof + 8) as u32;
        boxes.patch(data_offset, distance);
        boxes.boxed(b"mdat", |boxes| {
            for packet in packets {
                boxes.bytes(&packet.data);
            }
        });
        out.extend_from_slice(&boxes.into_bytes());
        self.frames += packets
            .iter()
            .map(|packet| u64::from(packet.frames))
            .sum::<u64>();
        Ok(())
    }
}
