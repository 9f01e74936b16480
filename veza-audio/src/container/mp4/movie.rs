//! The movie box of a file with one audio track, whole (`.m4a`) or fragmented (HLS).

use super::boxes::Boxes;
use super::entry;
use crate::container::protection::PacketCipher;
use crate::container::{BitRates, MeasuredLoudness};
use crate::encode::StreamInfo;

/// The number of the one track.
pub(in crate::container) const TRACK_ID: u32 = 1;

/// `und`: no stated language, in three times five bits.
const LANGUAGE_UNDETERMINED: u16 = 0x55C4;

/// What the movie box tells of its track besides the samples.
pub(in crate::container) struct Track<'a> {
    pub(in crate::container) info: &'a StreamInfo,
    /// Frames of sound, priming left out; `None` in a fragmented file, where the fragments tell.
    pub(in crate::container) sound_frames: Option<u64>,
    /// `None` where they are not known yet.
    pub(in crate::container) bit_rates: Option<BitRates>,
    pub(in crate::container) loudness: Option<MeasuredLoudness>,
    /// What the packets are encrypted by.
    pub(in crate::container) protection: Option<&'a PacketCipher>,
}

impl Track<'_> {
    /// How long the presentation is in frames: 0 where the fragments tell.
    fn duration(&self) -> u64 {
        self.sound_frames.unwrap_or(0)
    }

    /// How long the media is, priming counted.
    fn media_duration(&self) -> u64 {
        self.sound_frames
            .map_or(0, |frames| frames + u64::from(self.info.priming))
    }

    /// `mvhd`: time is counted in frames of sound, so that every duration is exact.
    pub(in crate::container) fn write_movie_header(&self, boxes: &mut Boxes) {
        boxes.full(b"mvhd", 1, 0, |boxes| {
            boxes.zeros(16); // made and changed: not told
            boxes.u32(self.info.spec.sample_rate);
            boxes.u64(self.duration());
            boxes.u32(0x0001_0000); // normal speed
            boxes.u16(0x0100); // full volume
            boxes.zeros(10);
            write_matrix(boxes);
            boxes.zeros(24);
            boxes.u32(TRACK_ID + 1); // the next track's number
        });
    }

    /// `trak`; `tables` writes what follows `stsd` in the sample table.
    pub(in crate::container) fn write_track(
        &self,
        boxes: &mut Boxes,
        tables: impl FnOnce(&mut Boxes),
    ) {
        boxes.boxed(b"trak", |boxes| {
            boxes.full(b"tkhd", 1, 7, |boxes| {
                boxes.zeros(16);
                boxes.u32(TRACK_ID);
                boxes.zeros(4);
                boxes.u64(self.duration());
                boxes.zeros(12);
                boxes.u16(0x0100); // full volume
                boxes.zeros(2);
                write_matrix(boxes);
                boxes.zeros(8); // no picture
            });
            self.write_edit_list(boxes);
            boxes.boxed(b"mdia", |boxes| self.write_media(boxes, tables));
            if let Some(loudness) = self.loudness {
                boxes.boxed(b"udta", |boxes| write_loudness(boxes, loudness));
            }
        });
    }

    /// `edts`: the presentation begins after the priming and lasts as long as the sound (8.6.6);
    /// a length of 0 means "to the end of all fragments".
    fn write_edit_list(&self, boxes: &mut Boxes) {
        boxes.boxed(b"edts", |boxes| {
            boxes.full(b"elst", 1, 0, |boxes| {
                boxes.u32(1);
                boxes.u64(self.duration());
                boxes.u64(self.info.priming.into());
                boxes.u32(0x0001_0000); // normal speed
            });
        });
    }

    fn write_media(&self, boxes: &mut Boxes, tables: impl FnOnce(&mut Boxes)) {
        boxes.full(b"mdhd", 1, 0, |boxes| {
            boxes.zeros(16);
            boxes.u32(self.info.spec.sample_rate);
            boxes.u64(self.media_duration());
            boxes.u16(LANGUAGE_UNDETERMINED);
            boxes.zeros(2);
        });
        boxes.full(b"hdlr", 0, 0, |boxes| {
            boxes.zeros(4);
            boxes.bytes(b"soun");
            boxes.zeros(12);
            boxes.bytes(b"SoundHandler\0");
        });
        boxes.boxed(b"minf", |boxes| {
            boxes.full(b"smhd", 0, 0, |boxes| boxes.zeros(4));
            boxes.boxed(b"dinf", |boxes| {
                boxes.full(b"dref", 0, 0, |boxes| {
                    boxes.u32(1);
                    boxes.full(b"url ", 0, 1, |_| {}); // the media is in this file
                });
            });
            boxes.boxed(b"stbl", |boxes| {
                boxes.full(b"stsd", 0, 0, |boxes| {
                    boxes.u32(1);
                    entry::write(boxes, self.info, self.bit_rates, self.protection);
                });
                tables(boxes);
            });
        });
    }
}

/// The unity matrix of headers.
fn write_matrix(boxes: &mut Boxes) {
    for value in [0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000] {
        boxes.u32(value);
    }
}

/// `ludt` with one `tlou` (ISO/IEC 14496-12, 12.2.7): program loudness and true peak, in the
/// steps of ISO/IEC 23003-4.
fn write_loudness(boxes: &mut Boxes, loudness: MeasuredLoudness) {
    /// Method 1: program loudness, in steps of 0.25 LU from -57.75 LUFS.
    const PROGRAM_LOUDNESS: u8 = 1;
    /// System 2: ITU-R BS.1770; reliability 3: measured and accurate.
    const BS_1770_ACCURATE: u8 = 2 << 4 | 3;
    // Steps of 1/32 dB down from +20 dBTP; 0 means that the peak is not known. `as` takes what is
    // not a number to 0.
    let true_peak = ((20.0 - loudness.true_peak) * 32.0)
        .round()
        .clamp(1.0, 4095.0) as u32;
    let program = ((loudness.integrated + 57.75) * 4.0)
        .round()
        .clamp(0.0, 255.0) as u8;
    boxes.boxed(b"ludt", |boxes| {
        boxes.full(b"tlou", 0, 0, |boxes| {
            boxes.u16(0); // no downmix, no dynamic range control
            // The sample peak is not told; 12 bits, and 12 for the true peak.
            boxes.bytes(&true_peak.to_be_bytes()[1..]);
            boxes.bytes(&[
                BS_1770_ACCURATE,
                1,
                PROGRAM_LOUDNESS,
                program,
                BS_1770_ACCURATE,
            ]);
        });
    });
}
