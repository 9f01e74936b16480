//! A tile at a time: look, decide, delay, multiply.

use super::detector::{Interpolator, LAG, Line};
use super::gain_curve::GainCurve;
use crate::effects::Delay;
use crate::{AudioBuffer, AudioSpec, parameter};

pub(super) use super::detector::TILE;

/// Frames around a peak for which the gain is low enough for it, on each side: most of what makes
/// a point between samples lies within.
const GUARD: usize = 12;

#[derive(Debug)]
pub(super) struct Stage {
    ceiling: f32,
    interpolator: Interpolator,
    lines: Vec<Line>,
    curve: GainCurve,
    delay: Delay,
    latency: usize,
    gains: [f32; TILE],
}

impl Stage {
    pub(super) fn new(spec: AudioSpec, ceiling: f64, lookahead_ms: f64, release_ms: f64) -> Self {
        let lookahead = parameter::frames(lookahead_ms / 1_000.0, spec.sample_rate);
        // Below, the gain would move so fast that it bends what lies between samples.
        let length = lookahead.max(16);
        let latency = LAG + length - 1 + GUARD;
        let decay = parameter::decay(release_ms, spec.sample_rate);
        Self {
            ceiling: ceiling as f32,
            interpolator: Interpolator::new(),
            lines: vec![Line::default(); spec.channels()],
            // The guard on both sides, and the sample after the peak.
            curve: GainCurve::new(length, 2 * GUARD + 1, decay),
            delay: Delay::new(latency, spec.channels()),
            latency,
            gains: [1.0; TILE],
        }
    }

    pub(super) fn latency(&self) -> usize {
        self.latency
    }

    /// Limits frames `start..end`, a tile of them at most; gives the gains it applied.
    pub(super) fn run(&mut self, block: &mut AudioBuffer, start: usize, end: usize) -> &[f32] {
        let count = end - start;
        let mut levels = [0.0; TILE];
        for (channel, line) in self.lines.iter_mut().enumerate() {
            let samples = &block.plane(channel)[start..end];
            self.interpolator
                .levels(line, samples, self.ceiling, &mut levels[..count]);
        }
        for (gain, level) in self.gains[..count].iter_mut().zip(levels) {
            let needed = if level > self.ceiling {
                self.ceiling / level
            } else {
                1.0
            };
            *gain = self.curve.next(needed);
        }
        self.delay.run(block, start, end);
        let gains = &self.gains[..count];
        if gains.iter().any(|gain| *gain != 1.0) {
            for plane in block.planes_mut() {
                for (sample, gain) in plane[start..end].iter_mut().zip(gains) {
                    *sample *= gain;
                }
            }
        }
        gains
    }

    pub(super) fn reset(&mut self) {
        self.lines.fill(Line::default());
        self.curve.reset();
        self.delay.fill(0.0);
    }
}
