//! Filters: one call, one sample.

use std::f32::consts::PI;

use crate::RATE;

/// A state-variable filter of two poles, which may be swept while it sounds (Zavalishin, "The Art
/// of VA Filter Design", chapter 4: topology-preserving transform).
#[derive(Clone, Copy, Default)]
pub(crate) struct StateVariable {
    first: f32,
    second: f32,
}

/// The outputs of a [`StateVariable`] filter for one sample.
pub(crate) struct Outputs {
    pub(crate) low: f32,
    pub(crate) band: f32,
    pub(crate) high: f32,
}

impl StateVariable {
    /// Filters one sample at a cutoff in hertz; `q` is the resonance, 0.7 for none.
    pub(crate) fn run(&mut self, input: f32, cutoff: f32, q: f32) -> Outputs {
        let g = (PI * cutoff.clamp(10.0, RATE * 0.45) / RATE).tan();
        let damping = 1.0 / q;
        let high = (input - (damping + g) * self.first - self.second) / (1.0 + g * (g + damping));
        let band = g * high + self.first;
        self.first = g * high + band;
        let low = g * band + self.second;
        self.second = g * band + low;
        Outputs { low, band, high }
    }
}

/// A low-pass filter of one pole.
#[derive(Clone, Copy, Default)]
pub(crate) struct OnePole(f32);

impl OnePole {
    /// Filters one sample; `keep` is how much of the past stays, from 0 (all passes) to 1.
    pub(crate) fn run(&mut self, input: f32, keep: f32) -> f32 {
        self.0 = input + (self.0 - input) * keep;
        self.0
    }
}
