//! True peak: the highest value of the signal between its samples (ITU-R BS.1770-4 Annex 2).

use crate::samples;

/// Samples that one point between two others is computed from.
const TAPS: usize = 12;

/// Points that are computed, or proven needless, together.
const TILE: usize = 32;

/// Follows the highest true peak of several channels.
///
/// The signal is interpolated to at least 176.4 kHz by a windowed sinc. Most of the work is
/// proven needless: a point between samples can't be higher than the highest sample near it times
/// the sum of the filter's absolute coefficients.
#[derive(Debug)]
pub(crate) struct TruePeakMeter {
    phases: Vec<[f32; TAPS]>,
    /// The most by which interpolation can raise the highest sample.
    overshoot: f32,
    /// For each channel, the last samples of the block before.
    tails: Vec<[f32; TAPS - 1]>,
    line: Vec<f32>,
    sample_peak: f32,
    peak: f32,
}

impl TruePeakMeter {
    /// A meter of so many channels at `sample_rate` Hz: four-fold below 96 kHz, two-fold below
    /// 192 kHz, the samples themselves from there on.
    pub(crate) fn new(sample_rate: u32, channels: usize) -> Self {
        let factor = match sample_rate {
            0..96_000 => 4,
            96_000..192_000 => 2,
            _ => 1,
        };
        let phases: Vec<_> = (1..factor)
            .map(|n| phase(f64::from(n) / f64::from(factor)))
            .collect();
        let overshoot = phases
            .iter()
            .map(|taps| taps.iter().map(|tap| tap.abs()).sum::<f32>())
            .fold(1.0, f32::max);
        Self {
            phases,
            // A little more, for what rounding adds.
            overshoot: overshoot * 1.000_01,
            tails: vec![[0.0; TAPS - 1]; channels],
            line: Vec::new(),
            sample_peak: 0.0,
            peak: 0.0,
        }
    }

    /// Takes the next finite samples of one channel, which peak at `sample_peak`.
    pub(crate) fn write(&mut self, channel: usize, samples: &[f32], sample_peak: f32) {
        self.sample_peak = self.sample_peak.max(sample_peak);
        self.peak = self.peak.max(sample_peak);
        self.line.clear();
        self.line.extend_from_slice(&self.tails[channel]);
        self.line.extend_from_slice(samples);
        if let Some(tail) = self.line.last_chunk::<{ TAPS - 1 }>() {
            self.tails[channel] = *tail;
        }
        let around = samples::peak(&self.line);
        if around * self.overshoot > self.peak {
            self.interpolate();
        }
    }

    /// The true peak so far, as an amplitude.
    pub(crate) fn peak(&self) -> f64 {
        self.peak.into()
    }

    /// The true peak and the sample peak, as amplitudes, once the last samples are followed by
    /// silence.
    pub(crate) fn finish(mut self) -> (f64, f64) {
        for channel in 0..self.tails.len() {
            self.write(channel, &[0.0; TAPS - 1], 0.0);
        }
        (self.peak.into(), self.sample_peak.into())
    }

    fn interpolate(&mut self) {
        let points = self.line.len() - (TAPS - 1);
        for start in (0..points).step_by(TILE) {
            let count = TILE.min(points - start);
            let near = &self.line[start..start + count + TAPS - 1];
            if samples::peak(near) * self.overshoot <= self.peak {
                continue;
            }
            for taps in &self.phases {
                let mut tile = [0.0_f32; TILE];
                for (offset, tap) in taps.iter().enumerate() {
                    for (point, sample) in tile[..count].iter_mut().zip(&near[offset..]) {
                        *point += tap * sample;
                    }
                }
                // Samples near the limits of f32 can add up to infinity; the peak stays a number.
                self.peak = self.peak.max(samples::peak(&tile[..count]).min(f32::MAX));
            }
        }
    }
}

/// The coefficients for the point which lies `fraction` of the way from one sample to the next:
/// a sinc under a raised-cosine window, with a gain of 1 for a steady signal.
fn phase(fraction: f64) -> [f32; TAPS] {
    let half = TAPS as f64 / 2.0;
    let taps: [f64; TAPS] = std::array::from_fn(|n| {
        let distance = n as f64 - (half - 1.0) - fraction;
        let angle = std::f64::consts::PI * distance;
        angle.sin() / angle * 0.5 * (1.0 + (angle / half).cos())
    });
    let sum: f64 = taps.iter().sum();
    taps.map(|tap| (tap / sum) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn true_peak(sample_rate: u32, samples: &[f32]) -> f64 {
        let mut meter = TruePeakMeter::new(sample_rate, 1);
        meter.write(0, samples, samples::peak(samples));
        meter.finish().0
    }

    /// The same filter with no shortcut and no tiles.
    fn plainly(sample_rate: u32, samples: &[f32]) -> f64 {
        let meter = TruePeakMeter::new(sample_rate, 1);
        let mut line = vec![0.0; TAPS - 1];
        line.extend_from_slice(samples);
        line.extend([0.0; TAPS - 1]);
        let mut highest = samples::peak(samples);
        for near in line.windows(TAPS) {
            for taps in &meter.phases {
                let point: f32 = taps
                    .iter()
                    .zip(near)
                    .map(|(tap, sample)| tap * sample)
                    .sum();
                highest = highest.max(point.abs());
            }
        }
        highest.into()
    }

    #[test]
    fn the_shortcut_changes_nothing() {
        let mut state = 1_u32;
        let noise: Vec<f32> = (0..5_000)
            .map(|n| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state as f32 / u32::MAX as f32 - 0.5) * (n as f32 / 800.0).sin()
            })
            .collect();
        for sample_rate in [44_100, 96_000, 192_000] {
            let (fast, plain) = (true_peak(sample_rate, &noise), plainly(sample_rate, &noise));
            assert!(
                (fast - plain).abs() < 1e-6,
                "{sample_rate} Hz: {fast} {plain}"
            );
        }
    }

    #[test]
    fn a_peak_after_the_last_sample_counts() {
        // Two equal samples at the very end peak between them and ring beyond.
        let peak = true_peak(48_000, &[0.0, 0.0, 1.0, 1.0]);
        assert!(peak > 1.15, "{peak}");
    }

    #[test]
    fn huge_samples_leave_a_number() {
        let samples = [f32::MAX; 64];
        assert_eq!(true_peak(48_000, &samples), f64::from(f32::MAX));
    }
}
