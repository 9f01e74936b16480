//! The conversion in chunks of a fixed size, and the queues around it.

use audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

use super::converted;
use crate::samples::Scrubber;
use crate::{AudioBuffer, AudioSource, Error, MAX_BLOCK_FRAMES, Result};

/// Fewest frames of a chunk, at the lower of both rates. The filter is as long as a chunk: a
/// longer one passes more of the highest frequencies and rings longer.
const MIN_CHUNK: u32 = 1_024;

type Sample = f64;

#[derive(Debug)]
pub(super) struct Engine {
    fft: Fft<Sample>,
    rates: (u32, u32),
    /// One chunk of input and one of output, `(channels, frames)`.
    input: Vec<Vec<Sample>>,
    output: Vec<Vec<Sample>>,
    chunk_in: usize,
    chunk_out: usize,
    /// A block of the source, and how much of it has been taken.
    block: AudioBuffer,
    taken: usize,
    scrubber: Scrubber,
    frames_in: u64,
    frames_out: u64,
    /// Frames of the filter's delay which are still to be dropped.
    delay: usize,
    /// How many frames there will be, once the source has ended.
    total: Option<u64>,
    /// Which frames of `output` are still to be given.
    ready: std::ops::Range<usize>,
}

impl Engine {
    pub(super) fn new(from: u32, to: u32, channels: usize) -> Result<Self> {
        let common = gcd(from, to);
        let (least_in, least_out) = (from / common, to / common);
        // An even number of the smallest chunks, so that half a filter is a whole number of
        // frames at both rates, and the delay can be removed exactly.
        let multiple = MIN_CHUNK
            .div_ceil(least_in.min(least_out))
            .next_multiple_of(2);
        let chunk_in = (least_in * multiple) as usize;
        let chunk_out = (least_out * multiple) as usize;
        let fft = Fft::new_custom(
            from as usize,
            to as usize,
            chunk_in,
            1,
            channels,
            WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .map_err(|error| Error::invalid("target rate", error.to_string()))?;
        Ok(Self {
            delay: fft.output_delay(),
            fft,
            rates: (from, to),
            input: vec![vec![0.0; chunk_in]; channels],
            output: vec![vec![0.0; chunk_out]; channels],
            chunk_in,
            chunk_out,
            block: AudioBuffer::new(channels),
            taken: 0,
            scrubber: Scrubber::default(),
            frames_in: 0,
            frames_out: 0,
            total: None,
            ready: 0..0,
        })
    }

    pub(super) fn read(
        &mut self,
        source: &mut impl AudioSource,
        block: &mut AudioBuffer,
    ) -> Result<bool> {
        block.reset(self.output.len());
        while self.ready.is_empty() {
            if self.total.is_some_and(|total| self.frames_out >= total) {
                return Ok(false);
            }
            self.fill(source)?;
            self.convert()?;
        }
        let frames = self.ready.len().min(MAX_BLOCK_FRAMES);
        block.resize(frames);
        for (channel, converted) in self.output.iter().enumerate() {
            for (to, from) in block
                .plane_mut(channel)
                .iter_mut()
                .zip(&converted[self.ready.start..])
            {
                *to = *from as f32;
            }
        }
        self.ready.start += frames;
        self.frames_out += frames as u64;
        Ok(true)
    }

    /// Fills the chunk of input: with silence from the source's end on.
    fn fill(&mut self, source: &mut impl AudioSource) -> Result<()> {
        let mut filled = 0;
        while filled < self.chunk_in {
            if self.taken == self.block.frames() {
                self.taken = 0;
                if self.total.is_some() || !source.read(&mut self.block)? {
                    self.block.reset(self.input.len());
                    let (from, to) = self.rates;
                    self.total = Some(converted(self.frames_in, from, to));
                    break;
                }
            }
            let frames = (self.chunk_in - filled).min(self.block.frames() - self.taken);
            let block = self.scrubber.scrub(&self.block);
            for (to, from) in self.input.iter_mut().zip(block.planes()) {
                for (to, from) in to[filled..filled + frames]
                    .iter_mut()
                    .zip(&from[self.taken..])
                {
                    *to = Sample::from(*from);
                }
            }
            filled += frames;
            self.taken += frames;
            self.frames_in += frames as u64;
        }
        for plane in &mut self.input {
            plane[filled..].fill(0.0);
        }
        Ok(())
    }

    fn convert(&mut self) -> Result<()> {
        let channels = self.input.len();
        let failed = |reason: String| Error::invalid("chunk", reason);
        let input = SequentialSliceOfVecs::new(&self.input, channels, self.chunk_in)
            .map_err(|error| failed(error.to_string()))?;
        let mut output = SequentialSliceOfVecs::new_mut(&mut self.output, channels, self.chunk_out)
            .map_err(|error| failed(error.to_string()))?;
        self.fft
            .process_into_buffer(&input, &mut output, None)
            .map_err(|error| failed(error.to_string()))?;
        let dropped = self.delay.min(self.chunk_out);
        self.delay -= dropped;
        let wanted = self.total.map_or(u64::MAX, |total| total - self.frames_out);
        let end = (self.chunk_out as u64).min((dropped as u64).saturating_add(wanted));
        self.ready = dropped..end as usize;
        Ok(())
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
