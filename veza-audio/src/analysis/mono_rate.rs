//! One channel at the rate of the analysis.

use super::vector::dot;
use super::window::bessel;

/// Zero crossings of the filter on each side of its middle.
const CROSSINGS: f64 = 12.0;
/// Kaiser's β: what is folded down lies 60 dB below.
const BETA: f64 = 6.0;
/// The part of the band that is kept.
const BAND: f64 = 0.9;
/// Most places between samples at which the filter is tabled.
const MAX_PHASES: u64 = 1_024;
/// Samples that are converted at once.
const CHUNK: usize = 4_096;

/// Converts a stream to another rate by a windowed sinc, without delay: good enough to measure,
/// not to listen.
#[derive(Clone, Debug)]
pub(super) struct MonoRate {
    from: u64,
    to: u64,
    phases: u64,
    half: usize,
    /// A row of `2 · half` weights for each phase.
    table: Vec<f32>,
    /// Samples from `base` on, of the sound with `half` zeros before it.
    pending: Vec<f32>,
    base: u64,
    taken: u64,
    given: u64,
    out: Vec<f32>,
}

impl MonoRate {
    /// From and to rates in Hz, of which neither is 0.
    pub(super) fn new(from: u32, to: u32) -> Self {
        let common = gcd(from, to);
        let phases = u64::from(to / common).min(MAX_PHASES);
        let ratio = f64::from(to) / f64::from(from);
        let band = ratio.min(1.0) * BAND;
        let half = ((CROSSINGS / band).ceil() as usize).next_multiple_of(8);
        let mut table = Vec::with_capacity(phases as usize * 2 * half);
        for phase in 0..phases {
            let fraction = phase as f64 / phases as f64;
            let start = table.len();
            for tap in 0..2 * half {
                let x = tap as f64 - (half - 1) as f64 - fraction;
                let place = x / half as f64;
                let window = bessel(BETA * (1.0 - place * place).max(0.0).sqrt()) / bessel(BETA);
                let angle = std::f64::consts::PI * x * band;
                let sinc = if angle.abs() < 1e-9 {
                    1.0
                } else {
                    angle.sin() / angle
                };
                table.push((sinc * window * band) as f32);
            }
            // What does not move passes unchanged.
            let sum: f32 = table[start..].iter().sum();
            for weight in &mut table[start..] {
                *weight /= sum;
            }
        }
        Self {
            from: from.into(),
            to: to.into(),
            phases,
            half,
            table,
            pending: vec![0.0; half],
            base: 0,
            taken: 0,
            given: 0,
            out: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, samples: &[f32], each: &mut impl FnMut(&[f32])) {
        if self.from == self.to {
            each(samples);
            return;
        }
        for chunk in samples.chunks(CHUNK) {
            self.pending.extend_from_slice(chunk);
            self.taken += chunk.len() as u64;
            self.convert(u64::MAX, each);
        }
    }

    /// Gives what is left: `taken · to / from` samples in all, rounded up.
    pub(super) fn finish(&mut self, each: &mut impl FnMut(&[f32])) {
        if self.from != self.to {
            self.pending.resize(self.pending.len() + self.half, 0.0);
            let total = u128::from(self.taken) * u128::from(self.to);
            self.convert(total.div_ceil(u128::from(self.from)) as u64, each);
        }
    }

    fn convert(&mut self, total: u64, each: &mut impl FnMut(&[f32])) {
        self.out.clear();
        let taps = 2 * self.half;
        while self.given < total {
            let place = u128::from(self.given) * u128::from(self.from);
            let index = (place / u128::from(self.to)) as u64;
            let rest = (place % u128::from(self.to)) as u64;
            // The sample after the one before the place stands `half` zeros later here.
            let start = (index + 1 - self.base) as usize;
            let Some(samples) = self.pending.get(start..start + taps) else {
                break;
            };
            let phase = (rest * self.phases / self.to) as usize;
            let weights = &self.table[phase * taps..(phase + 1) * taps];
            self.out.push(dot(samples, weights));
            self.given += 1;
        }
        let next = (u128::from(self.given) * u128::from(self.from) / u128::from(self.to)) as u64;
        let done = ((next + 1 - self.base) as usize).min(self.pending.len());
        self.pending.drain(..done);
        self.base += done as u64;
        if !self.out.is_empty() {
            each(&self.out);
        }
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn converted(from: u32, to: u32, hz: f64, block: usize) -> Vec<f32> {
        let sine: Vec<f32> = (0..from / 2)
            .map(|n| (TAU * hz * f64::from(n) / f64::from(from)).sin() as f32)
            .collect();
        let mut rate = MonoRate::new(from, to);
        let mut out = Vec::new();
        for chunk in sine.chunks(block) {
            rate.push(chunk, &mut |samples| out.extend_from_slice(samples));
        }
        rate.finish(&mut |samples| out.extend_from_slice(samples));
        out
    }

    #[test]
    fn tones_stay_where_they_are_in_time_and_pitch() {
        for from in [8_000, 22_050, 44_100, 48_000, 44_101, 192_000] {
            let out = converted(from, 22_050, 1_000.0, 999);
            assert!(out.len().abs_diff(11_025) <= 2, "{from}: {}", out.len());
            for (n, sample) in out.iter().enumerate().take(10_900).skip(100) {
                let expected = (TAU * 1_000.0 * n as f64 / 22_050.0).sin() as f32;
                assert!((sample - expected).abs() < 0.01, "{from} {n}");
            }
        }
    }

    #[test]
    fn what_the_new_rate_cannot_hold_is_gone() {
        let out = converted(48_000, 22_050, 14_000.0, 48_000);
        assert!(out[100..10_900].iter().all(|sample| sample.abs() < 0.004));
    }

    #[test]
    fn lengths_of_blocks_do_not_matter() {
        assert_eq!(
            converted(48_000, 22_050, 440.0, 7),
            converted(48_000, 22_050, 440.0, 24_000)
        );
    }
}
