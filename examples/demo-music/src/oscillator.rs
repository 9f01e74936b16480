//! Waveforms: one call, one sample.

use std::f32::consts::TAU;

use crate::RATE;

/// A phase that runs from 0 to 1 once a cycle.
#[derive(Clone, Copy, Default)]
pub(crate) struct Phase(f32);

impl Phase {
    /// Starts `at` this part of a cycle.
    pub(crate) fn at(at: f32) -> Self {
        Self(at.rem_euclid(1.0))
    }

    fn step(&mut self, increment: f32) -> f32 {
        let now = self.0;
        self.0 = (now + increment).fract();
        now
    }

    /// A sine.
    pub(crate) fn sine(&mut self, hertz: f32) -> f32 {
        (self.step(hertz / RATE) * TAU).sin()
    }

    /// A sine whose phase is moved by `by` cycles: phase modulation, known as FM.
    pub(crate) fn sine_modulated(&mut self, hertz: f32, by: f32) -> f32 {
        ((self.step(hertz / RATE) + by) * TAU).sin()
    }

    /// A triangle; its harmonics fall fast enough to need no smoothing.
    pub(crate) fn triangle(&mut self, hertz: f32) -> f32 {
        4.0 * (self.step(hertz / RATE) - 0.5).abs() - 1.0
    }

    /// A sawtooth without audible aliases.
    pub(crate) fn saw(&mut self, hertz: f32) -> f32 {
        let increment = hertz / RATE;
        let phase = self.step(increment);
        2.0 * phase - 1.0 - smooth_step(phase, increment)
    }

    /// A pulse which is high for the part `width` of its cycle, without audible aliases.
    pub(crate) fn pulse(&mut self, hertz: f32, width: f32) -> f32 {
        let increment = hertz / RATE;
        let phase = self.step(increment);
        let level = if phase < width { 1.0 } else { -1.0 };
        let falling = (phase + 1.0 - width).fract();
        level + smooth_step(phase, increment) - smooth_step(falling, increment)
    }
}

/// What rounds the step at the start of a cycle (PolyBLEP; Valimaki and Huovilainen, "Antialiasing
/// oscillators in subtractive synthesis", 2007).
fn smooth_step(phase: f32, increment: f32) -> f32 {
    if phase < increment {
        let t = phase / increment;
        2.0 * t - t * t - 1.0
    } else if phase > 1.0 - increment {
        let t = (phase - 1.0) / increment;
        t * t + 2.0 * t + 1.0
    } else {
        0.0
    }
}
