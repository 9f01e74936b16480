//! How much each note belongs to a key.

use super::{Key, Mode};
use crate::analysis::PITCH_CLASSES;

/// The weights of the twelve notes of a key, from its tonic on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyProfile {
    /// How well listeners found notes to fit (Krumhansl and Kessler, *Tracing the dynamic changes
    /// in perceived tonal organization*, 1982).
    Krumhansl,
    /// The same, revised for composed music (Temperley, *What's key for key?*, 1999).
    Temperley,
    /// Means over electronic dance music (Faraldo et al., *Key estimation in electronic dance
    /// music*, 2016).
    Edma,
    /// Means over such music, the weakest notes left out (Faraldo, *Tonality estimation in
    /// electronic dance music*, 2017).
    #[default]
    Bgate,
}

impl KeyProfile {
    /// The weights of the notes from the tonic on.
    pub fn weights(self, mode: Mode) -> [f64; PITCH_CLASSES] {
        use Mode::{Major, Minor};
        match (self, mode) {
            (Self::Krumhansl, Major) => [
                6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88,
            ],
            (Self::Krumhansl, Minor) => [
                6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17,
            ],
            (Self::Temperley, Major) => {
                [5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0]
            }
            (Self::Temperley, Minor) => {
                [5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0]
            }
            (Self::Edma, Major) => [
                1.0, 0.29, 0.50, 0.40, 0.60, 0.56, 0.32, 0.80, 0.31, 0.45, 0.42, 0.39,
            ],
            (Self::Edma, Minor) => [
                1.0, 0.31, 0.44, 0.58, 0.33, 0.49, 0.29, 0.78, 0.43, 0.29, 0.53, 0.32,
            ],
            (Self::Bgate, Major) => [
                1.0, 0.0, 0.42, 0.0, 0.53, 0.37, 0.0, 0.77, 0.0, 0.38, 0.21, 0.30,
            ],
            (Self::Bgate, Minor) => [
                1.0, 0.0, 0.36, 0.39, 0.0, 0.38, 0.0, 0.74, 0.27, 0.0, 0.42, 0.23,
            ],
        }
    }

    /// How well the strengths of the notes from C on fit each of the 24 keys: Pearson's
    /// correlation, best first. All are 0 where no note is stronger than another.
    pub fn fits(self, chroma: &[f64; PITCH_CLASSES]) -> [(Key, f64); 24] {
        let mut fits: [(Key, f64); 24] = std::array::from_fn(|n| {
            let mode = if n < 12 { Mode::Major } else { Mode::Minor };
            let key = Key::new(n as u32 % 12, mode);
            let from_tonic = std::array::from_fn(|note| chroma[(note + n) % 12]);
            (key, correlation(&from_tonic, &self.weights(mode)))
        });
        fits.sort_by(|a, b| b.1.total_cmp(&a.1));
        fits
    }
}

fn correlation(a: &[f64; PITCH_CLASSES], b: &[f64; PITCH_CLASSES]) -> f64 {
    let mean = |x: &[f64; PITCH_CLASSES]| x.iter().sum::<f64>() / 12.0;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut product, mut squares_a, mut squares_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        product += (a - mean_a) * (b - mean_b);
        squares_a += (a - mean_a).powi(2);
        squares_b += (b - mean_b).powi(2);
    }
    let scale = (squares_a * squares_b).sqrt();
    if scale > 0.0 && scale.is_finite() {
        product / scale
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_fits_itself_best() {
        for profile in [
            KeyProfile::Krumhansl,
            KeyProfile::Temperley,
            KeyProfile::Edma,
            KeyProfile::Bgate,
        ] {
            for tonic in 0..12 {
                for mode in [Mode::Major, Mode::Minor] {
                    let weights = profile.weights(mode);
                    let chroma = std::array::from_fn(|note| weights[(note + 12 - tonic) % 12]);
                    let (key, fit) = profile.fits(&chroma)[0];
                    assert_eq!(key, Key::new(tonic as u32, mode), "{profile:?}");
                    assert!((fit - 1.0).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn what_has_no_notes_fits_nothing() {
        for value in [0.0, 1.0, f64::NAN, f64::INFINITY] {
            assert!(
                KeyProfile::Bgate
                    .fits(&[value; 12])
                    .iter()
                    .all(|(_, fit)| *fit == 0.0)
            );
        }
    }
}
