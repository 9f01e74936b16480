//! One section of the second order as a state-variable filter.
//!
//! The state-variable form, discretised by the trapezoidal rule (A. Simper, "Linear Trapezoidal
//! Integrated SVF", 2013), has exactly the responses of the bilinear transform and stays stable
//! however its coefficients move, since its state are the charges of the analogue circuit's two
//! capacitors.

use std::f64::consts::PI;

/// Channels that are filtered side by side, one in each half of a vector register.
pub(crate) const LANES: usize = 2;

/// One value of each channel of a pair.
pub(crate) type Lanes = [f64; LANES];

/// The coefficients of a section: cutoff, damping, and how much of the input, of the band-pass
/// and of the low-pass make the output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Section {
    /// The tangent of half the cutoff's angle.
    pub(crate) g: f64,
    /// The damping, 1/Q.
    pub(crate) k: f64,
    /// Parts of input, band-pass, low-pass.
    pub(crate) mix: [f64; 3],
}

/// What a section remembers of a pair of channels.
pub(crate) type Memory = [Lanes; 2];

impl Section {
    /// A section whose cutoff is at `frequency` of a stream of `sample_rate` Hz.
    pub(crate) fn new(frequency: f64, sample_rate: u32, k: f64, mix: [f64; 3]) -> Self {
        Self {
            g: (PI * frequency / f64::from(sample_rate)).tan(),
            k,
            mix,
        }
    }

    /// The same place in the spectrum, passing everything unchanged.
    pub(crate) fn flat(self) -> Self {
        Self {
            mix: [1.0, 0.0, 0.0],
            ..self
        }
    }

    /// The section which lies `part` of the way to another.
    pub(crate) fn towards(self, other: Self, part: f64) -> Self {
        // Exactly the other one, at the end.
        let between = |from: f64, to: f64| from * (1.0 - part) + to * part;
        Self {
            g: between(self.g, other.g),
            k: between(self.k, other.k),
            mix: std::array::from_fn(|n| between(self.mix[n], other.mix[n])),
        }
    }

    /// The factor by which a sine of `frequency` changes in level.
    pub(crate) fn magnitude(self, frequency: f64, sample_rate: u32) -> f64 {
        // At this point of the imaginary axis is the analogue circuit read, by the bilinear
        // transform; its cutoff is at 1.
        let w = (PI * frequency / f64::from(sample_rate)).tan() / self.g;
        let [input, band, low] = self.mix;
        if !w.is_finite() || w > 1e150 {
            return input.abs();
        }
        let below = (1.0 - w * w).hypot(self.k * w);
        (input * (1.0 - w * w) + low).hypot((input * self.k + band) * w) / below
    }

    /// Filters frames of a pair of channels in place.
    pub(crate) fn run(self, memory: &mut Memory, frames: &mut [Lanes]) {
        let a1 = 1.0 / (1.0 + self.g * (self.g + self.k));
        let a2 = self.g * a1;
        let a3 = self.g * a2;
        let [m0, m1, m2] = self.mix;
        let [mut s1, mut s2] = *memory;
        for frame in frames {
            for lane in 0..LANES {
                let input = frame[lane];
                let v3 = input - s2[lane];
                let v1 = a1 * s1[lane] + a2 * v3;
                let v2 = s2[lane] + a2 * s1[lane] + a3 * v3;
                s1[lane] = 2.0 * v1 - s1[lane];
                s2[lane] = 2.0 * v2 - s2[lane];
                frame[lane] = m0 * input + m1 * v1 + m2 * v2;
            }
        }
        *memory = [s1, s2];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_impulse_response_has_the_stated_magnitude() {
        let section = Section::new(3_000.0, 48_000, 0.8, [0.5, 0.3, 2.0]);
        let mut frames = vec![[0.0; LANES]; 20_000];
        frames[0] = [1.0, -2.0];
        section.run(&mut Memory::default(), &mut frames);
        for frequency in [10.0, 700.0, 3_000.0, 11_000.0, 23_900.0] {
            let turn = std::f64::consts::TAU * frequency / 48_000.0;
            for (lane, level) in [(0, 1.0), (1, 2.0)] {
                let (mut re, mut im) = (0.0, 0.0);
                for (n, frame) in frames.iter().enumerate() {
                    re += frame[lane] * (turn * n as f64).cos();
                    im += frame[lane] * (turn * n as f64).sin();
                }
                let measured = re.hypot(im) / level;
                let stated = section.magnitude(frequency, 48_000);
                assert!(
                    (measured - stated).abs() < 1e-9,
                    "{frequency} Hz: {measured} {stated}"
                );
            }
        }
    }

    #[test]
    fn a_flat_section_changes_nothing() {
        let section = Section::new(100.0, 8_000, 0.1, [0.0, 0.0, 1.0]).flat();
        let mut frames = [[0.5, -0.25], [1.0, 3.0]];
        section.run(&mut Memory::default(), &mut frames);
        assert_eq!(frames, [[0.5, -0.25], [1.0, 3.0]]);
    }
}
