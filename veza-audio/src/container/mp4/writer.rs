//! A progressive `.m4a`, written as the sound comes.

use std::io::{Seek, SeekFrom, Write};

use super::boxes::Boxes;
use super::ilst;
use super::movie::Track;
use crate::container::{BitRates, bit_rate, check_aac};
use crate::encode::{FileEncoder, Packet, PacketEncoder, StreamInfo};
use crate::tags::Tags;
use crate::{AudioBuffer, AudioSink, Error, Result};

/// Packets that lie together: about three quarters of a second.
const CHUNK_PACKETS: usize = 32;

/// The longest stream for which room is kept in front, in packets: more than a day at 48 kHz.
const MAX_RESERVED_PACKETS: u64 = 1 << 22;

/// Writes an `.m4a`: `ftyp`, `moov`, `mdat`.
///
/// The edit list begins the presentation after the encoder's priming and ends it with the last
/// frame of the sound, so that a reader gets back exactly the frames that went in; `iTunSMPB`
/// says the same to players which read only that.
///
/// The movie box stands in front, where a player over HTTP finds it at once, when the length of
/// the sound was known before and came true; else it stands at the end. Memory: one `u32` for
/// each packet and one `u64` for each 32.
pub struct M4aWriter<W> {
    output: W,
    encoder: Box<dyn PacketEncoder>,
    tags: Tags,
    /// Where room for the movie box is, and how much.
    reserved: Option<(u64, usize)>,
    /// Where the length of `mdat` is to be filled in.
    mdat: u64,
    samples: Samples,
    /// Frames of sound so far.
    frames: u64,
    packets: Vec<Packet>,
}

/// What the sample table tells: where each packet lies and how long it is.
#[derive(Default)]
struct Samples {
    sizes: Vec<u32>,
    chunks: Vec<u64>,
    /// The byte after the last packet.
    end: u64,
}

impl<W: Write + Seek + Send> M4aWriter<W> {
    /// Begins a file at the output's position, which should be its start. `expected_frames` is
    /// how long the sound is going to be, where that is known.
    ///
    /// # Errors
    /// [`Error::UnsupportedCodec`] for a codec other than AAC-LC, and those of the output.
    pub fn new(
        mut output: W,
        encoder: Box<dyn PacketEncoder>,
        tags: &Tags,
        expected_frames: Option<u64>,
    ) -> Result<Self> {
        check_aac(encoder.info(), "MPEG-4")?;
        let mut boxes = Boxes::default();
        boxes.boxed(b"ftyp", |boxes| boxes.bytes(b"M4A \0\0\x02\0M4A mp42isom"));
        let start = output.stream_position()?;
        let mut reserved = None;
        if let Some(frames) = expected_frames {
            let packets = encoder.info().packets_for(frames);
            if frames > 0 && packets <= MAX_RESERVED_PACKETS {
                let planned = Samples::planned(packets as usize);
                let movie = movie(encoder.info(), &planned, frames, tags);
                reserved = Some((start + boxes.len() as u64, movie.len()));
                boxes.boxed(b"free", |boxes| boxes.zeros(movie.len() - 8));
            }
        }
        // Room for the longer header which an `mdat` of 4 GiB or more needs.
        boxes.boxed(b"free", |_| {});
        let mdat = start + boxes.len() as u64;
        boxes.boxed(b"mdat", |_| {});
        output.write_all(&boxes.into_bytes())?;
        Ok(Self {
            output,
            encoder,
            tags: tags.clone(),
            reserved,
            mdat,
            samples: Samples {
                end: mdat + 8,
                ..Samples::default()
            },
            frames: 0,
            packets: Vec::new(),
        })
    }

    fn write_packets(&mut self) -> Result<()> {
        for packet in self.packets.drain(..) {
            self.output.write_all(&packet.data)?;
            self.samples.push(packet.data.len() as u32);
        }
        Ok(())
    }

    /// Completes the header of `mdat`.
    fn write_length(&mut self) -> Result<()> {
        let length = self.samples.end - self.mdat;
        if let Ok(length) = u32::try_from(length) {
            self.output.seek(SeekFrom::Start(self.mdat))?;
            self.output.write_all(&length.to_be_bytes())?;
        } else {
            self.output.seek(SeekFrom::Start(self.mdat - 8))?;
            self.output.write_all(b"\0\0\0\x01mdat")?;
            self.output.write_all(&(length + 8).to_be_bytes())?;
        }
        Ok(())
    }
}

impl<W: Write + Seek + Send> AudioSink for M4aWriter<W> {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        self.frames += block.frames() as u64;
        self.encoder.encode(block, &mut self.packets)?;
        self.write_packets()
    }
}

impl<W: Write + Seek + Send> FileEncoder for M4aWriter<W> {
    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.frames == 0 {
            return Err(Error::Empty);
        }
        self.encoder.finish(&mut self.packets)?;
        self.write_packets()?;
        self.samples
            .cut(self.encoder.info().packets_for(self.frames) as usize)?;
        self.write_length()?;
        let movie = movie(self.encoder.info(), &self.samples, self.frames, &self.tags);
        match self.reserved {
            Some((position, room)) if room == movie.len() => {
                self.output.seek(SeekFrom::Start(position))?;
            }
            _ => {
                self.output.seek(SeekFrom::Start(self.samples.end))?;
            }
        }
        self.output.write_all(&movie)?;
        self.output.flush()?;
        Ok(())
    }
}

impl Samples {
    /// Tables as long as those of so many packets.
    fn planned(packets: usize) -> Self {
        Self {
            sizes: vec![0; packets],
            chunks: vec![0; packets.div_ceil(CHUNK_PACKETS)],
            end: 0,
        }
    }

    fn push(&mut self, bytes: u32) {
        if self.sizes.len().is_multiple_of(CHUNK_PACKETS) {
            self.chunks.push(self.end);
        }
        self.sizes.push(bytes);
        self.end += u64::from(bytes);
    }

    /// Keeps the packets that the sound needs.
    fn cut(&mut self, packets: usize) -> Result<()> {
        if self.sizes.len() < packets {
            return Err(Error::Encoder {
                codec: "AAC",
                reason: format!(
                    "it gave {} packets where {packets} are due",
                    self.sizes.len()
                ),
            });
        }
        self.sizes.truncate(packets);
        self.chunks.truncate(packets.div_ceil(CHUNK_PACKETS));
        Ok(())
    }

    /// `stts` to `stco`. The last packet lasts only as long as the sound goes on.
    fn write(&self, boxes: &mut Boxes, packet_frames: u32, media_frames: u64) {
        let packets = self.sizes.len() as u32;
        let before_last = u64::from(packets.saturating_sub(1)) * u64::from(packet_frames);
        let last = (media_frames.saturating_sub(before_last) as u32).min(packet_frames);
        boxes.full(b"stts", 0, 0, |boxes| {
            boxes.u32(2);
            for (count, frames) in [(packets - 1, packet_frames), (1, last)] {
                boxes.u32(count);
                boxes.u32(frames);
            }
        });
        boxes.full(b"stsc", 0, 0, |boxes| {
            // Whole chunks, then one of what is left; `(first chunk, packets in each)`.
            let (whole, rest) = (
                packets / CHUNK_PACKETS as u32,
                packets % CHUNK_PACKETS as u32,
            );
            let mut runs = Vec::new();
            if whole > 0 {
                runs.push((1, CHUNK_PACKETS as u32));
            }
            if rest > 0 {
                runs.push((whole + 1, rest));
            }
            boxes.u32(runs.len() as u32);
            for (first_chunk, count) in runs {
                boxes.u32(first_chunk);
                boxes.u32(count);
                boxes.u32(1); // the sample description
            }
        });
        boxes.full(b"stsz", 0, 0, |boxes| {
            boxes.u32(0); // they differ
            boxes.u32(packets);
            for size in &self.sizes {
                boxes.u32(*size);
            }
        });
        if self
            .chunks
            .last()
            .is_some_and(|offset| u32::try_from(*offset).is_err())
        {
            boxes.full(b"co64", 0, 0, |boxes| {
                boxes.u32(self.chunks.len() as u32);
                for offset in &self.chunks {
                    boxes.u64(*offset);
                }
            });
        } else {
            boxes.full(b"stco", 0, 0, |boxes| {
                boxes.u32(self.chunks.len() as u32);
                for offset in &self.chunks {
                    boxes.u32(*offset as u32);
                }
            });
        }
        write_roll(boxes, packets);
    }
}

/// `sgpd` and `sbgp`: whoever begins at a packet of AAC has to decode the one before it too
/// (ISO/IEC 14496-12, 10.1).
fn write_roll(boxes: &mut Boxes, packets: u32) {
    boxes.full(b"sgpd", 1, 0, |boxes| {
        boxes.bytes(b"roll");
        boxes.u32(2);
        boxes.u32(1);
        boxes.bytes(&(-1i16).to_be_bytes());
    });
    boxes.full(b"sbgp", 0, 0, |boxes| {
        boxes.bytes(b"roll");
        boxes.u32(1);
        boxes.u32(packets);
        boxes.u32(1);
    });
}

fn movie(info: &StreamInfo, samples: &Samples, frames: u64, tags: &Tags) -> Vec<u8> {
    let media_frames = frames + u64::from(info.priming);
    let bytes: u64 = samples.sizes.iter().map(|size| u64::from(*size)).sum();
    let average = bit_rate(bytes, info.spec.seconds(media_frames));
    let bit_rates = BitRates {
        peak: average.max(info.bit_rate.unwrap_or(0)),
        average,
    };
    let track = Track {
        info,
        sound_frames: Some(frames),
        bit_rates: Some(bit_rates),
        loudness: None,
        protection: None,
    };
    let gapless = ilst::gapless_info(info.priming, info.padding(frames), frames);
    let mut boxes = Boxes::default();
    boxes.boxed(b"moov", |boxes| {
        track.write_movie_header(boxes);
        track.write_track(boxes, |boxes| {
            samples.write(boxes, info.packet_frames, media_frames)
        });
        ilst::write_tags(boxes, tags, &gapless);
    });
    boxes.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AudioSpec, ChannelLayout};
    use std::collections::BTreeMap;
    use std::io::{self, Cursor};
    use std::sync::{Arc, Mutex};

    /// Keeps what is written in small pieces, and forgets large ones.
    #[derive(Clone, Default)]
    struct Sparse {
        pieces: Arc<Mutex<BTreeMap<u64, Vec<u8>>>>,
        position: u64,
    }

    impl Write for Sparse {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if bytes.len() < 100_000 {
                self.pieces
                    .lock()
                    .unwrap()
                    .insert(self.position, bytes.to_vec());
            }
            self.position += bytes.len() as u64;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Sparse {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            match to {
                SeekFrom::Start(position) => self.position = position,
                SeekFrom::Current(0) => {}
                other => panic!("{other:?}"),
            }
            Ok(self.position)
        }
    }

    /// Puts out one packet of so many zeros for each block.
    struct Fake {
        info: StreamInfo,
        packet_bytes: usize,
    }

    impl Fake {
        fn new(packet_bytes: usize) -> Self {
            let info = StreamInfo {
                spec: AudioSpec::new(48_000, ChannelLayout::Stereo),
                codec: "mp4a.40.2",
                packet_frames: 1024,
                priming: 0,
                bit_rate: None,
                config: vec![0x11, 0x90],
            };
            Self { info, packet_bytes }
        }
    }

    impl PacketEncoder for Fake {
        fn info(&self) -> &StreamInfo {
            &self.info
        }

        fn encode(&mut self, _block: &AudioBuffer, out: &mut Vec<Packet>) -> Result<()> {
            out.push(Packet {
                data: vec![0; self.packet_bytes],
                frames: 1024,
            });
            Ok(())
        }

        fn finish(&mut self, _out: &mut Vec<Packet>) -> Result<()> {
            Ok(())
        }
    }

    fn block(frames: usize) -> AudioBuffer {
        AudioBuffer::from_planes(vec![vec![0.0; frames]; 2])
    }

    #[test]
    fn a_file_over_4_gib_has_long_offsets_and_a_long_mdat() {
        let output = Sparse::default();
        let encoder = Box::new(Fake::new(1 << 27));
        let mut writer =
            Box::new(M4aWriter::new(output.clone(), encoder, &Tags::new(), None).unwrap());
        for _ in 0..40 {
            writer.write(&block(1024)).unwrap();
        }
        writer.finish().unwrap();
        let pieces = output.pieces.lock().unwrap();
        let start = pieces[&0].len() as u64;
        // The header of 16 bytes took the place of the `free` box in front of `mdat`.
        assert_eq!(pieces[&(start - 16)], b"\0\0\0\x01mdat");
        let length = (40u64 << 27) + 16;
        assert_eq!(pieces[&(start - 8)], length.to_be_bytes());
        let movie = &pieces[&(start - 16 + length)];
        let table = movie.windows(4).position(|name| name == b"co64").unwrap();
        let second = &movie[table + 20..table + 28];
        assert_eq!(second, (start + (32u64 << 27)).to_be_bytes());
    }

    #[test]
    fn an_encoder_which_keeps_packets_back_is_an_error() {
        let encoder = Box::new(Fake::new(10));
        let output = Cursor::new(Vec::new());
        let mut writer = Box::new(M4aWriter::new(output, encoder, &Tags::new(), None).unwrap());
        writer.write(&block(5_000)).unwrap();
        let error = writer.finish().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the AAC encoder failed: it gave 1 packets where 5 are due"
        );
    }
}
