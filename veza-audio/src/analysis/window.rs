//! The weights under which a frame is transformed.

use std::f64::consts::TAU;

/// A window function. All are periodic (of the form that repeats after `length` samples), as
/// suits transforms of overlapping frames; `scipy.signal.get_window` makes the same.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Window {
    /// Raised cosine: the usual one.
    #[default]
    Hann,
    /// Raised cosine that does not reach zero: 0.54 and 0.46.
    Hamming,
    /// Three terms: 0.42, 0.5 and 0.08.
    Blackman,
    /// Four terms, side lobes below -92 dB (Harris, *On the use of windows for harmonic
    /// analysis with the discrete Fourier transform*, 1978).
    BlackmanHarris,
    /// No weighting at all.
    Rectangular,
    /// Kaiser's, of the given β: 0 is rectangular, 8.6 has side lobes near -90 dB.
    Kaiser(f64),
}

impl Window {
    /// The weights of a window of `length` samples.
    pub fn weights(self, length: usize) -> Vec<f32> {
        let turn = TAU / length.max(1) as f64;
        let cosines = |terms: &[f64], n: usize| -> f64 {
            let angle = turn * n as f64;
            let term = |(k, a): (usize, &f64)| a * (k as f64 * angle).cos();
            terms.iter().enumerate().map(term).sum()
        };
        (0..length)
            .map(|n| match self {
                Self::Hann => cosines(&[0.5, -0.5], n),
                Self::Hamming => cosines(&[0.54, -0.46], n),
                Self::Blackman => cosines(&[0.42, -0.5, 0.08], n),
                Self::BlackmanHarris => cosines(&[0.358_75, -0.488_29, 0.141_28, -0.011_68], n),
                Self::Rectangular => 1.0,
                Self::Kaiser(beta) => {
                    let x = 2.0 * n as f64 / length as f64 - 1.0;
                    bessel(beta * (1.0 - x * x).max(0.0).sqrt()) / bessel(beta)
                }
            } as f32)
            .collect()
    }
}

/// The modified Bessel function of the first kind and order zero, by its power series.
pub(super) fn bessel(x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    let quarter = x * x / 4.0;
    for k in 1..500 {
        term *= quarter / f64::from(k * k);
        sum += term;
        if term <= sum * 1e-17 {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Window; 6] = [
        Window::Hann,
        Window::Hamming,
        Window::Blackman,
        Window::BlackmanHarris,
        Window::Rectangular,
        Window::Kaiser(8.6),
    ];

    #[test]
    fn a_window_is_one_in_its_middle_and_symmetric_about_it() {
        for window in ALL {
            let weights = window.weights(64);
            assert!((weights[32] - 1.0).abs() < 1e-6, "{window:?}");
            for n in 1..32 {
                assert!(
                    (weights[32 - n] - weights[32 + n]).abs() < 1e-6,
                    "{window:?}"
                );
            }
        }
    }

    #[test]
    fn half_overlapping_hann_windows_add_up_to_one() {
        let weights = Window::Hann.weights(100);
        for n in 0..50 {
            assert!((weights[n] + weights[n + 50] - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn the_bessel_function_has_its_tabled_values() {
        assert!((bessel(1.0) - 1.266_065_877_752_008).abs() < 1e-14);
        assert!((bessel(8.6) / 750.550_460_264_273 - 1.0).abs() < 0.02);
    }

    #[test]
    fn a_window_of_nothing_is_nothing() {
        assert!(ALL.iter().all(|window| window.weights(0).is_empty()));
    }
}
