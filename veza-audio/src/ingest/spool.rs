//! The decoded sound, put aside between the pass which measures and the pass which encodes.
//!
//! Normalisation needs the loudness of the whole before the first packet can be encoded. Rather
//! than decode twice or hold the sound in memory, it is written to a [`Spool`] as it is decoded.

use std::io::{Read, Seek, SeekFrom, Write};

use crate::{AudioBuffer, AudioSource, AudioSpec, Error, MAX_BLOCK_FRAMES, Result};

/// Room for decoded sound: a temporary file, or a cursor over memory where sounds are short.
/// Four bytes for each sample, two where the source has no more than 16 bits.
pub trait Spool: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Spool for T {}

/// How a sample is kept. Both give back exactly what the decoder put out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sample {
    /// Integer sources of up to 16 bits.
    Int16,
    /// Everything else.
    Float32,
}

impl Sample {
    fn bytes(self) -> usize {
        match self {
            Self::Int16 => 2,
            Self::Float32 => 4,
        }
    }
}

const INT16_SCALE: f32 = 32_768.0;

/// Puts blocks aside: each plane of each block after the other, so that nothing is interleaved
/// only to be taken apart again.
pub(super) struct SpoolWriter<S> {
    spool: S,
    sample: Sample,
    spec: AudioSpec,
    frames: u64,
    blocks: Vec<u32>,
    bytes: Vec<u8>,
}

impl<S: Spool> SpoolWriter<S> {
    pub(super) fn new(spool: S, spec: AudioSpec, sample: Sample) -> Self {
        Self {
            spool,
            sample,
            spec,
            frames: 0,
            blocks: Vec::new(),
            bytes: Vec::new(),
        }
    }

    pub(super) fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        self.bytes.clear();
        for plane in block.planes() {
            match self.sample {
                Sample::Int16 => self
                    .bytes
                    .extend(plane.iter().flat_map(|x| to_int16(*x).to_le_bytes())),
                Sample::Float32 => self
                    .bytes
                    .extend(plane.iter().flat_map(|x| x.to_le_bytes())),
            }
        }
        self.spool.write_all(&self.bytes)?;
        self.frames += block.frames() as u64;
        self.blocks.push(block.frames() as u32);
        Ok(())
    }

    /// How many frames have been put aside.
    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// Turns round: what was written is now read.
    pub(super) fn into_source(mut self) -> Result<SpoolSource<S>> {
        self.spool.flush()?;
        self.spool.seek(SeekFrom::Start(0))?;
        Ok(SpoolSource {
            spool: self.spool,
            sample: self.sample,
            spec: self.spec,
            frames: self.frames,
            blocks: self.blocks.into_iter(),
            bytes: self.bytes,
        })
    }
}

fn to_int16(sample: f32) -> i16 {
    // Exact: the decoder made the sample by dividing a 16-bit integer by the same number.
    (sample * INT16_SCALE) as i16
}

/// The sound that was put aside.
pub(super) struct SpoolSource<S> {
    spool: S,
    sample: Sample,
    spec: AudioSpec,
    frames: u64,
    blocks: std::vec::IntoIter<u32>,
    bytes: Vec<u8>,
}

impl<S: Spool> AudioSource for SpoolSource<S> {
    fn spec(&self) -> AudioSpec {
        self.spec
    }

    fn frames(&self) -> Option<u64> {
        Some(self.frames)
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        let channels = self.spec.channels();
        block.reset(channels);
        let Some(frames) = self.blocks.next() else {
            return Ok(false);
        };
        let frames = frames as usize;
        debug_assert!(frames <= MAX_BLOCK_FRAMES);
        let plane_bytes = frames * self.sample.bytes();
        self.bytes.resize(plane_bytes * channels, 0);
        self.spool.read_exact(&mut self.bytes).map_err(Error::Io)?;
        block.resize(frames);
        for (channel, bytes) in self.bytes.chunks_exact(plane_bytes.max(1)).enumerate() {
            let plane = block.plane_mut(channel).iter_mut();
            match self.sample {
                Sample::Int16 => plane.zip(bytes.as_chunks::<2>().0).for_each(|(to, from)| {
                    *to = f32::from(i16::from_le_bytes(*from)) / INT16_SCALE;
                }),
                Sample::Float32 => plane.zip(bytes.as_chunks::<4>().0).for_each(|(to, from)| {
                    *to = f32::from_le_bytes(*from);
                }),
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::{ChannelLayout, read_all};

    fn there_and_back(sample: Sample, planes: Vec<Vec<f32>>) {
        let spec = AudioSpec::new(48_000, ChannelLayout::Stereo);
        let sound = AudioBuffer::from_planes(planes);
        let mut writer = SpoolWriter::new(Cursor::new(Vec::new()), spec, sample);
        writer.write(&sound).unwrap();
        writer.write(&sound).unwrap();
        assert_eq!(writer.frames(), 2 * sound.frames() as u64);
        let mut twice = sound.clone();
        twice.extend_from(&sound, 0, sound.frames());
        assert_eq!(read_all(&mut writer.into_source().unwrap()).unwrap(), twice);
    }

    #[test]
    fn every_16_bit_value_comes_back_as_it_was() {
        let every: Vec<f32> = (0..MAX_BLOCK_FRAMES as i32)
            .map(|n| (n * 4 - 32_768) as f32 / INT16_SCALE)
            .collect();
        let last: Vec<f32> = (0..MAX_BLOCK_FRAMES as i32)
            .map(|n| (32_767 - n) as f32 / INT16_SCALE)
            .collect();
        there_and_back(Sample::Int16, vec![every, last]);
    }

    #[test]
    fn floats_come_back_to_the_bit_beyond_full_scale_too() {
        there_and_back(
            Sample::Float32,
            vec![vec![1.5, -0.1, 1e-9], vec![-2.0, 0.3, 0.0]],
        );
    }
}
