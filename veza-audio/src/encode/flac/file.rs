//! A FLAC file: the metadata blocks, then the frames.

use std::io::{SeekFrom, Write};

use super::FlacEncoder;
use crate::encode::{FileEncoder, Packet, PacketEncoder, SeekWrite, comments};
use crate::tags::Tags;
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

const STREAMINFO: u8 = 0;
const SEEKTABLE: u8 = 3;
const VORBIS_COMMENT: u8 = 4;
const PICTURE: u8 = 6;
/// Marks the last metadata block.
const LAST: u8 = 0x80;
/// Bytes of a seek point.
const POINT: usize = 18;
/// Seconds between two seek points, at first.
const SPACING: u64 = 10;

/// Writes a FLAC file; its STREAMINFO and its seek table are completed at the end.
pub struct FlacWriter {
    encoder: FlacEncoder,
    output: Box<dyn SeekWrite>,
    packets: Vec<Packet>,
    /// Where the file begins in the output.
    start: u64,
    /// Frames and bytes of sound written so far.
    written: (u64, u64),
    seek: SeekTable,
}

impl FlacWriter {
    /// Begins a file. `bits` and `level` are those of [`FlacEncoder::new`]; `total_frames`, where
    /// it is known, sizes the seek table.
    ///
    /// # Errors
    /// Those of [`FlacEncoder::new`] and of the output.
    pub fn new(
        spec: AudioSpec,
        bits: u32,
        level: u8,
        total_frames: Option<u64>,
        tags: &Tags,
        mut output: Box<dyn SeekWrite>,
    ) -> Result<Self> {
        let encoder = FlacEncoder::new(spec, bits, level)?;
        let start = output.stream_position()?;
        let seek = SeekTable::new(spec.sample_rate, total_frames);
        output.write_all(b"fLaC")?;
        write_block(&mut output, STREAMINFO, &encoder.info().config)?;
        write_block(&mut output, SEEKTABLE, &seek.to_bytes())?;
        let mut blocks = vec![(VORBIS_COMMENT, comments::block(tags))];
        let pictures = tags.pictures().iter();
        blocks.extend(pictures.map(|picture| (PICTURE, picture.to_block())));
        if blocks.iter().any(|(_, block)| block.len() >= 1 << 24) {
            return Err(Error::invalid(
                "tags",
                "they are larger than a FLAC file can hold (16 MiB)",
            ));
        }
        let last = blocks.len() - 1;
        for (place, (kind, block)) in blocks.iter().enumerate() {
            let mark = if place == last { LAST } else { 0 };
            write_block(&mut output, kind | mark, block)?;
        }
        Ok(Self {
            encoder,
            output,
            packets: Vec::new(),
            start,
            written: (0, 0),
            seek,
        })
    }

    fn write_packets(&mut self) -> Result<()> {
        for packet in self.packets.drain(..) {
            let (frames, bytes) = self.written;
            self.seek.offer(Point {
                frame: frames,
                offset: bytes,
                frames: packet.frames as u16,
            });
            self.output.write_all(&packet.data)?;
            self.written = (
                frames + u64::from(packet.frames),
                bytes + packet.data.len() as u64,
            );
        }
        Ok(())
    }
}

impl AudioSink for FlacWriter {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        self.encoder.encode(block, &mut self.packets)?;
        self.write_packets()
    }
}

impl FileEncoder for FlacWriter {
    fn finish(mut self: Box<Self>) -> Result<()> {
        self.encoder.finish(&mut self.packets)?;
        self.write_packets()?;
        if self.written.0 == 0 {
            return Err(Error::Empty);
        }
        let end = self.output.stream_position()?;
        self.output.seek(SeekFrom::Start(self.start + 4))?;
        write_block(&mut self.output, STREAMINFO, &self.encoder.info().config)?;
        write_block(&mut self.output, SEEKTABLE, &self.seek.to_bytes())?;
        self.output.seek(SeekFrom::Start(end))?;
        self.output.flush()?;
        Ok(())
    }
}

fn write_block(output: &mut dyn SeekWrite, kind: u8, content: &[u8]) -> Result<()> {
    let mut header = (content.len() as u32).to_be_bytes();
    header[0] = kind;
    output.write_all(&header)?;
    output.write_all(content)?;
    Ok(())
}

/// Where a frame lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    /// Its first sample.
    frame: u64,
    /// Its first byte, counted from the first frame.
    offset: u64,
    /// Its samples of each channel.
    frames: u16,
}

/// A seek table of a fixed size, whatever the length turns out to be: when it is full every other
/// point goes, and points are taken half as often from then on.
#[derive(Debug)]
struct SeekTable {
    points: Vec<Point>,
    room: usize,
    spacing: u64,
    due: u64,
}

impl SeekTable {
    fn new(sample_rate: u32, total_frames: Option<u64>) -> Self {
        let spacing = SPACING * u64::from(sample_rate);
        let room = total_frames.map_or(128, |frames| frames.div_ceil(spacing).clamp(1, 512));
        Self {
            points: Vec::new(),
            room: room as usize,
            spacing,
            due: 0,
        }
    }

    /// Keeps the point if one is due.
    fn offer(&mut self, point: Point) {
        if point.frame < self.due {
            return;
        }
        if self.points.len() == self.room {
            let mut index = 0;
            self.points.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing *= 2;
            if let Some(last) = self.points.last() {
                self.due = last.frame + self.spacing;
            }
            if point.frame < self.due || self.points.len() == self.room {
                return;
            }
        }
        self.points.push(point);
        self.due = point.frame + self.spacing;
    }

    /// The content of the block (RFC 9639, 8.5); what is left of it are placeholders.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.room * POINT);
        for point in &self.points {
            bytes.extend_from_slice(&point.frame.to_be_bytes());
            bytes.extend_from_slice(&point.offset.to_be_bytes());
            bytes.extend_from_slice(&point.frames.to_be_bytes());
        }
        while bytes.len() < self.room * POINT {
            bytes.extend_from_slice(&u64::MAX.to_be_bytes());
            bytes.extend_from_slice(&[0; 10]);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seek_table_stays_within_its_room_and_spans_the_sound() {
        let mut table = SeekTable::new(1000, None);
        for n in 0..2_000_000u64 {
            table.offer(Point {
                frame: n * 4096,
                offset: n * 100,
                frames: 4096,
            });
        }
        assert!(table.points.len() <= 128 && table.points.len() >= 63);
        assert_eq!(table.points[0].frame, 0);
        assert!(table.points.last().unwrap().frame > 2_000_000 * 4096 / 4 * 3);
        assert!(
            table
                .points
                .windows(2)
                .all(|pair| pair[0].frame < pair[1].frame)
        );
        assert_eq!(table.to_bytes().len(), 128 * POINT);
    }

    #[test]
    fn a_known_length_gives_a_point_every_ten_seconds() {
        let mut table = SeekTable::new(44_100, Some(44_100 * 60));
        for n in 0..44_100 * 60 / 4096 {
            table.offer(Point {
                frame: n * 4096,
                offset: n,
                frames: 4096,
            });
        }
        assert_eq!((table.room, table.points.len()), (6, 6));
    }
}
