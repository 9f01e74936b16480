//! Chroma: how strong each of the twelve pitch classes is.

use super::vector::{dot, highest};
use crate::{Error, Result};

/// The pitch classes of an octave.
pub const PITCH_CLASSES: usize = 12;

/// Notes from C to B, by the number of semitones above C.
pub const PITCH_NAMES: [&str; PITCH_CLASSES] = [
    "C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B",
];

/// Projects spectra onto pitch classes, from C on: every bin's pitch is spread over its
/// neighbours by a Gaussian as wide as the bin, and octaves far from 440 Hz count less (Ellis,
/// *Chroma feature analysis and synthesis*, 2007). The same as `librosa.filters.chroma`.
#[derive(Clone, Debug)]
pub struct ChromaBank {
    bins: usize,
    /// A row of `bins` weights for each pitch class.
    weights: Vec<f32>,
}

impl ChromaBank {
    /// A bank for spectra of `fft_size / 2 + 1` bins. `tuning` is how far the music is above
    /// 440 Hz, in semitones: what a [`super::TuningEstimator`] finds.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate of 0, no bins, or a tuning that is not a number.
    pub fn new(sample_rate: u32, fft_size: usize, tuning: f64) -> Result<Self> {
        if sample_rate == 0 {
            return Err(Error::invalid("sample rate", "it is 0"));
        }
        if !(2..=1 << 20).contains(&fft_size) {
            let reason = format!("{fft_size}; 2 to {} samples can be", 1 << 20);
            return Err(Error::invalid("FFT size", reason));
        }
        if !tuning.is_finite() {
            return Err(Error::invalid("tuning", format!("{tuning}")));
        }
        let bins = fft_size / 2 + 1;
        let mut weights = vec![0.0; PITCH_CLASSES * bins];
        let bin_hz = f64::from(sample_rate) / fft_size as f64;
        // Semitones above the A which is four octaves below 440 Hz; the bin at 0 Hz counts as an
        // octave and a half below the next.
        let pitch = |bin: usize| match bin {
            0 => semitones(bin_hz, tuning) - 18.0,
            _ => semitones(bin as f64 * bin_hz, tuning),
        };
        for bin in 0..bins {
            let here = pitch(bin);
            let width = (pitch(bin + 1) - here).max(1.0);
            let octave = (here / 12.0 - 5.0) / 2.0;
            let loudness = (-0.5 * octave * octave).exp();
            let mut column = [0.0; PITCH_CLASSES];
            for (class, weight) in column.iter_mut().enumerate() {
                let distance = (here - class as f64 + 126.0).rem_euclid(12.0) - 6.0;
                *weight = (-0.5 * (2.0 * distance / width).powi(2)).exp();
            }
            let length = column
                .iter()
                .map(|weight| weight * weight)
                .sum::<f64>()
                .sqrt();
            for (class, weight) in column.iter().enumerate() {
                // Classes are counted from A above, and from C in what is given.
                let row = (class + 9) % PITCH_CLASSES;
                weights[row * bins + bin] = (weight / length * loudness) as f32;
            }
        }
        Ok(Self { bins, weights })
    }

    /// The strength of each pitch class in a spectrum of powers, the strongest being 1; zeros for
    /// silence. Bins that are missing count as zero.
    pub fn apply(&self, powers: &[f32]) -> [f32; PITCH_CLASSES] {
        let mut chroma = self.project(powers);
        let strongest = highest(&chroma);
        if strongest >= f32::MIN_POSITIVE && strongest.is_finite() {
            for class in &mut chroma {
                *class /= strongest;
            }
        }
        chroma
    }

    /// The same without making the strongest 1.
    pub fn project(&self, powers: &[f32]) -> [f32; PITCH_CLASSES] {
        let shared = powers.len().min(self.bins);
        std::array::from_fn(|class| {
            let row = &self.weights[class * self.bins..(class + 1) * self.bins];
            dot(&row[..shared], &powers[..shared])
        })
    }
}

/// Semitones of `hz` above the A of 27.5 Hz, were it at 440 Hz times `2^(tuning / 12)` / 16.
pub(super) fn semitones(hz: f64, tuning: f64) -> f64 {
    12.0 * (hz / 27.5).log2() - tuning
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(hz: f64, tuning: f64) -> [f32; PITCH_CLASSES] {
        let bank = ChromaBank::new(22_050, 8_192, tuning).unwrap();
        let mut powers = vec![0.0; 4_097];
        powers[(hz * 8_192.0 / 22_050.0).round() as usize] = 1.0;
        bank.apply(&powers)
    }

    #[test]
    fn a_note_is_its_pitch_class_in_every_octave() {
        for (class, semitone) in [(9, 0.0), (0, 3.0), (4, 7.0), (8, 11.0)] {
            for octave in [220.0, 440.0, 880.0, 1_760.0] {
                let chroma = line(octave * 2_f64.powf(semitone / 12.0), 0.0);
                assert_eq!(chroma[class], 1.0, "{chroma:?}");
            }
        }
    }

    #[test]
    fn tuning_moves_the_classes() {
        // Nearly half a semitone above A, which is A in music tuned so.
        let hz = 880.0 * 2_f64.powf(0.45 / 12.0);
        let (plain, tuned) = (line(hz, 0.0), line(hz, 0.45));
        assert!(plain[10] > 0.5 && tuned[10] < 0.2, "{plain:?} {tuned:?}");
    }

    #[test]
    fn silence_has_no_pitch_and_bad_settings_are_refused() {
        let bank = ChromaBank::new(8_000, 512, 0.0).unwrap();
        assert_eq!(bank.apply(&[0.0; 257]), [0.0; 12]);
        assert_eq!(bank.apply(&[]), [0.0; 12]);
        assert!(ChromaBank::new(0, 512, 0.0).is_err());
        assert!(ChromaBank::new(8_000, 1, 0.0).is_err());
        let error = ChromaBank::new(8_000, 512, f64::NAN).unwrap_err();
        assert_eq!(error.to_string(), "tuning: NaN");
    }
}
