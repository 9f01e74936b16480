//! Mel-frequency cepstral coefficients.

use std::f64::consts::PI;

use super::vector::dot;
use crate::{Error, Result};

/// The discrete cosine transform, of type II and orthonormal, of levels of mel bands (Davis and
/// Mermelstein, *Comparison of parametric representations for monosyllabic word recognition*,
/// 1980); what `librosa.feature.mfcc` gives for levels in dB.
#[derive(Clone, Debug)]
pub struct Mfcc {
    bands: usize,
    /// A row of `bands` cosines for each coefficient.
    cosines: Vec<f32>,
}

impl Mfcc {
    /// The first `coefficients` of `bands` bands. A `lifter` above 0 raises the higher ones by
    /// `1 + lifter / 2 · sin(π (n + 1) / lifter)`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for more coefficients than bands, none, or a lifter that is
    /// negative or not a number.
    pub fn new(bands: usize, coefficients: usize, lifter: f64) -> Result<Self> {
        if coefficients == 0 || coefficients > bands || bands > 4_096 {
            let reason = format!("{coefficients} of {bands} bands");
            return Err(Error::invalid("coefficients", reason));
        }
        if !(lifter >= 0.0 && lifter.is_finite()) {
            return Err(Error::invalid("lifter", format!("{lifter}; 0 is none")));
        }
        let mut cosines = Vec::with_capacity(coefficients * bands);
        for n in 0..coefficients {
            let scale = if n == 0 { 1.0 } else { 2.0 } / bands as f64;
            let lift = if lifter > 0.0 {
                1.0 + lifter / 2.0 * (PI * (n + 1) as f64 / lifter).sin()
            } else {
                1.0
            };
            for band in 0..bands {
                let angle = PI * n as f64 * (2 * band + 1) as f64 / (2 * bands) as f64;
                cosines.push((scale.sqrt() * lift * angle.cos()) as f32);
            }
        }
        Ok(Self { bands, cosines })
    }

    /// The number of coefficients.
    pub fn coefficients(&self) -> usize {
        self.cosines.len() / self.bands
    }

    /// Writes the coefficients of one frame of levels, in dB, over `out`, as far as both go.
    pub fn apply(&self, levels: &[f32], out: &mut [f32]) {
        let shared = levels.len().min(self.bands);
        for (coefficient, cosines) in out.iter_mut().zip(self.cosines.chunks_exact(self.bands)) {
            *coefficient = dot(&cosines[..shared], &levels[..shared]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_is_orthonormal() {
        let mfcc = Mfcc::new(40, 40, 0.0).unwrap();
        for a in 0..40 {
            for b in 0..40 {
                let row = |n: usize| &mfcc.cosines[n * 40..(n + 1) * 40];
                let expected = if a == b { 1.0 } else { 0.0 };
                assert!((dot(row(a), row(b)) - expected).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn equal_levels_have_only_the_first_coefficient() {
        let mut out = [0.0; 13];
        Mfcc::new(40, 13, 0.0)
            .unwrap()
            .apply(&[-20.0; 40], &mut out);
        assert!((out[0] + 20.0 * 40_f32.sqrt()).abs() < 1e-4);
        assert!(out[1..].iter().all(|coefficient| coefficient.abs() < 1e-4));
    }

    #[test]
    fn more_coefficients_than_bands_are_refused() {
        let error = Mfcc::new(40, 41, 0.0).unwrap_err();
        assert_eq!(error.to_string(), "coefficients: 41 of 40 bands");
        assert!(Mfcc::new(40, 0, 0.0).is_err());
        assert!(Mfcc::new(40, 13, -1.0).is_err());
    }
}
