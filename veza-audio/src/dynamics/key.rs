//! The level that decides: what a compressor or gate listens to.

use serde::{Deserialize, Serialize};

use super::decibel;
use crate::filter::{Cascade, Filter};
use crate::{AudioBuffer, AudioSpec, Error, Result, parameter};

/// Frames whose levels are taken together.
pub(super) const TILE: usize = 64;
/// The time over which the square of the signal is averaged, in milliseconds.
const RMS_MS: f64 = 10.0;

/// What counts as the level of a sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Detector {
    /// The absolute value of each sample: nothing escapes it. A sine reads its amplitude.
    #[default]
    Peak,
    /// The root of the mean square of the last 10 ms (exponentially weighted), near to loudness.
    /// A sine reads 3 dB below its amplitude.
    Rms,
}

/// Listens to the channels, each for itself or all together.
#[derive(Debug)]
pub(super) struct Key {
    high_pass: Option<Cascade>,
    heard: AudioBuffer,
    detector: Detector,
    decay: f32,
    /// The mean squares, one for each channel.
    squares: Vec<f32>,
    /// The levels of the tile in dB: one row for each channel, or one for all.
    levels: Vec<[f32; TILE]>,
}

impl Key {
    /// Listens to `spec`, above `high_pass` Hz when it is given.
    pub(super) fn new(
        spec: AudioSpec,
        detector: Detector,
        link: bool,
        high_pass: Option<f64>,
    ) -> Result<Self> {
        let channels = spec.channels();
        let high_pass = match high_pass {
            None => None,
            Some(frequency) => {
                let filter = Filter::high_pass(frequency);
                filter
                    .check(spec.sample_rate)
                    .map_err(|error| Error::invalid("sideChainHighPass", error.to_string()))?;
                Some(Cascade::of(&[filter], spec.sample_rate, channels))
            }
        };
        let mut heard = AudioBuffer::new(channels);
        heard.resize(TILE);
        Ok(Self {
            high_pass,
            heard,
            detector,
            decay: parameter::decay(RMS_MS, spec.sample_rate) as f32,
            squares: vec![0.0; channels],
            levels: vec![[0.0; TILE]; if link { 1 } else { channels }],
        })
    }

    /// The levels of frames `start..end` of the block, a tile of them at most, in dB.
    pub(super) fn listen(
        &mut self,
        block: &AudioBuffer,
        start: usize,
        end: usize,
    ) -> &mut [[f32; TILE]] {
        let count = end - start;
        self.heard.resize(count);
        for (channel, plane) in block.planes().iter().enumerate() {
            self.heard
                .plane_mut(channel)
                .copy_from_slice(&plane[start..end]);
        }
        if let Some(high_pass) = &mut self.high_pass {
            high_pass.run(&mut self.heard);
        }
        for (plane, square) in self.heard.planes_mut().zip(&mut self.squares) {
            match self.detector {
                Detector::Peak => plane.iter_mut().for_each(|sample| *sample = sample.abs()),
                Detector::Rms => mean_square(plane, square, self.decay),
            }
        }
        let rows = self.levels.len();
        for row in &mut self.levels {
            row.fill(0.0);
        }
        for (channel, plane) in self.heard.planes().iter().enumerate() {
            // All channels fall into the one row when they are linked.
            let row = &mut self.levels[channel.min(rows.saturating_sub(1))];
            for (level, sample) in row.iter_mut().zip(plane) {
                *level = level.max(*sample);
            }
        }
        for row in &mut self.levels {
            decibel::from_amplitudes(&mut row[..count]);
        }
        &mut self.levels
    }

    pub(super) fn reset(&mut self) {
        if let Some(high_pass) = &mut self.high_pass {
            high_pass.reset();
        }
        self.squares.fill(0.0);
    }
}

/// Replaces samples by the root of their mean square so far.
fn mean_square(plane: &mut [f32], mean: &mut f32, decay: f32) {
    for sample in plane {
        let clipped = sample.clamp(-decibel::LOUDEST, decibel::LOUDEST);
        let square = clipped * clipped;
        *mean = square + (*mean - square) * decay;
        *sample = mean.max(0.0).sqrt();
    }
    if *mean < 1e-30 {
        *mean = 0.0;
    }
}

/// Multiplies frames `start..end` by the gains (in dB) of their rows: one for each channel, or one
/// for all.
pub(super) fn apply(block: &mut AudioBuffer, start: usize, end: usize, gains: &mut [[f32; TILE]]) {
    for row in &mut *gains {
        decibel::to_amplitudes(&mut row[..end - start]);
    }
    let last = gains.len().saturating_sub(1);
    for (channel, plane) in block.planes_mut().enumerate() {
        let row = &gains[channel.min(last)];
        for (sample, gain) in plane[start..end].iter_mut().zip(row) {
            *sample *= gain;
        }
    }
}
