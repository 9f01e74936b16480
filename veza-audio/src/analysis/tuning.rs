//! How far music is tuned from 440 Hz.

use super::chroma::semitones;
use super::vector::{highest, median};
use crate::{Error, Result};

/// Steps of a semitone: estimates are whole hundredths.
const STEPS: usize = 100;
/// Peaks below this part of a frame's highest bin are left out.
const THRESHOLD: f32 = 0.1;
/// Where peaks are looked for, in Hz.
const RANGE: std::ops::Range<f64> = 150.0..4_000.0;
/// Peaks kept; from there on the weaker half is forgotten.
const MAX_PEAKS: usize = 1 << 21;

/// Finds the tuning most partials agree on: local maxima of spectra between 150 Hz and 4 kHz,
/// interpolated by a parabola; of those at least as strong as their median, the commonest
/// deviation from equal temperament. The same as `librosa.estimate_tuning`, which takes
/// magnitudes, and powers where it serves `chroma_stft`.
///
/// It keeps some bytes for each peak, and is exact up to two million of them (hours of music);
/// then the weaker half is dropped.
#[derive(Clone, Debug)]
pub struct TuningEstimator {
    bin_hz: f64,
    /// Strengths of peaks, and their deviations in steps.
    strengths: Vec<f32>,
    steps: Vec<u8>,
    first: usize,
    last: usize,
}

impl TuningEstimator {
    /// An estimator for spectra of `fft_size / 2 + 1` bins.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate or a size of 0.
    pub fn new(sample_rate: u32, fft_size: usize) -> Result<Self> {
        if sample_rate == 0 || fft_size == 0 {
            let reason = format!("{sample_rate} Hz, {fft_size} samples");
            return Err(Error::invalid("sample rate and FFT size", reason));
        }
        let bin_hz = f64::from(sample_rate) / fft_size as f64;
        let nyquist = f64::from(sample_rate) / 2.0;
        Ok(Self {
            bin_hz,
            strengths: Vec::new(),
            steps: Vec::new(),
            first: (RANGE.start / bin_hz).ceil().max(1.0) as usize,
            last: (RANGE.end.min(nyquist) / bin_hz).ceil() as usize,
        })
    }

    /// Takes the next spectrum, of magnitudes or of powers.
    pub fn push(&mut self, spectrum: &[f32]) {
        let floor = highest(spectrum) * THRESHOLD;
        let end = self.last.min(spectrum.len().saturating_sub(1));
        // Its own neighbours below the floor count as zero, as they do for librosa.
        for bin in self.first..end {
            let (left, here, right) = (spectrum[bin - 1], spectrum[bin], spectrum[bin + 1]);
            if here > floor && here > left && here >= right && here.is_finite() {
                self.add(bin, left, here, right);
            }
        }
        if self.strengths.len() > MAX_PEAKS {
            self.forget_the_weaker_half();
        }
    }

    fn add(&mut self, bin: usize, left: f32, here: f32, right: f32) {
        let (curve, slope) = (right + left - 2.0 * here, (right - left) / 2.0);
        let shift = if slope.abs() >= curve.abs() {
            0.0
        } else {
            -slope / curve
        };
        let hz = (bin as f64 + f64::from(shift)) * self.bin_hz;
        // The fraction of a semitone, counted from -0.5 in steps.
        let deviation = (semitones(hz, 0.0) + 0.5).rem_euclid(1.0);
        self.strengths.push(here + 0.5 * slope * shift);
        self.steps
            .push(((deviation * STEPS as f64) as usize).min(STEPS - 1) as u8);
    }

    fn forget_the_weaker_half(&mut self) {
        let middle = median(&mut self.strengths.clone());
        let mut kept = self.strengths.iter().map(|strength| *strength > middle);
        self.steps.retain(|_| kept.next().unwrap_or(false));
        self.strengths.retain(|strength| *strength > middle);
    }

    /// The tuning in semitones, from -0.5 up to 0.49; 0 where there was no peak.
    pub fn tuning(&self) -> f64 {
        let middle = median(&mut self.strengths.clone());
        let mut counts = [0_u32; STEPS];
        for (strength, step) in self.strengths.iter().zip(&self.steps) {
            if *strength >= middle {
                counts[usize::from(*step)] += 1;
            }
        }
        // The first of the commonest, as a search from the left finds it.
        let best = (0..STEPS).rev().max_by_key(|step| counts[*step]);
        match best {
            Some(step) if counts[step] > 0 => step as f64 / STEPS as f64 - 0.5,
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Stft, StftSettings, magnitude};

    fn tuning(cents: f64) -> f64 {
        let settings = StftSettings::new(4_096, 1_024);
        let mut stft = Stft::new(settings).unwrap();
        let mut estimator = TuningEstimator::new(22_050, 4_096).unwrap();
        let mut magnitudes = vec![0.0; settings.bins()];
        for note in [0.0, 4.0, 7.0, 12.0, 16.0] {
            let hz = 440.0 * 2_f64.powf((note + cents / 100.0) / 12.0);
            let turn = std::f64::consts::TAU * hz / 22_050.0;
            let tone: Vec<f32> = (0..44_100)
                .map(|n| (turn * f64::from(n)).sin() as f32)
                .collect();
            stft.push(&tone, |spectrum| {
                magnitude(spectrum, &mut magnitudes);
                estimator.push(&magnitudes);
            });
        }
        estimator.tuning()
    }

    #[test]
    fn notes_beside_the_scale_are_found_there() {
        for cents in [-40.0, -12.0, 0.0, 25.0, 45.0] {
            let found = tuning(cents) * 100.0;
            assert!((found - cents).abs() < 4.0, "{cents}: {found}");
        }
    }

    #[test]
    fn nothing_is_in_tune() {
        let mut estimator = TuningEstimator::new(44_100, 2_048).unwrap();
        assert_eq!(estimator.tuning(), 0.0);
        estimator.push(&[0.0; 1_025]);
        estimator.push(&[f32::NAN; 1_025]);
        estimator.push(&[f32::INFINITY; 1_025]);
        estimator.push(&[1.0]);
        estimator.push(&[]);
        assert_eq!(estimator.tuning(), 0.0);
        assert!(TuningEstimator::new(0, 2_048).is_err());
    }

    #[test]
    fn the_weaker_half_may_be_forgotten() {
        let mut estimator = TuningEstimator::new(22_050, 2_048).unwrap();
        for n in 0..100_u8 {
            estimator.strengths.push(f32::from(n));
            estimator.steps.push(if n < 60 { 10 } else { 70 });
        }
        estimator.forget_the_weaker_half();
        assert_eq!((estimator.steps.len(), estimator.strengths.len()), (50, 50));
        assert!((estimator.tuning() - 0.2).abs() < 1e-9);
    }
}
