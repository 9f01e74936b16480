//! Descriptors of one spectrum.

use serde::{Deserialize, Serialize};

use super::vector::{highest, ln};

/// Sums that are kept side by side, so that the compiler uses vector instructions.
const LANES: usize = 8;

/// What the shape of a spectrum is, by its magnitudes `m(k)` at frequencies `f(k)`. All are 0 for
/// a spectrum of zeros or of what are no numbers, but for the flatness, which then is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpectralShape {
    /// Centre of gravity `c = Σ f m / Σ m`, in Hz (Peeters, *A large set of audio features*, 2004).
    pub centroid_hz: f32,
    /// Spread about it: `√(Σ (f - c)² m / Σ m)`, in Hz.
    pub bandwidth_hz: f32,
    /// The lowest frequency up to which 85 % of `Σ m` lies, in Hz (Tzanetakis and Cook, 2002).
    pub rolloff_hz: f32,
    /// Geometric over arithmetic mean of `m²`, each taken as at least 1e-10 (Dubnov,
    /// *Generalization of spectral flatness measure*, 2004).
    pub flatness: f32,
}

impl SpectralShape {
    /// The shape of a spectrum whose bins are `bin_hz` apart; the numbers of librosa's
    /// `spectral_centroid`, `_bandwidth`, `_rolloff` and `_flatness`.
    ///
    /// ```
    /// use veza_audio::analysis::SpectralShape;
    ///
    /// let mut line = vec![0.0; 1_025];
    /// line[100] = 2.0;
    /// let shape = SpectralShape::of(&line, 10.0);
    /// assert_eq!((shape.centroid_hz, shape.rolloff_hz), (1_000.0, 1_000.0));
    /// ```
    pub fn of(magnitudes: &[f32], bin_hz: f64) -> Self {
        let Some(place) = Place::of(magnitudes, ROLLOFF) else {
            return Self {
                flatness: 1.0,
                ..Self::default()
            };
        };
        Self {
            centroid_hz: (place.centroid * bin_hz) as f32,
            bandwidth_hz: (place.bandwidth * bin_hz) as f32,
            rolloff_hz: (place.rolloff * bin_hz) as f32,
            flatness: flatness(magnitudes.iter().map(|m| m * m), 1e-10),
        }
    }
}

/// The part of the spectrum below the roll-off.
pub(super) const ROLLOFF: f64 = 0.85;

/// Where a spectrum lies, in bins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) centroid: f64,
    pub(super) bandwidth: f64,
    pub(super) rolloff: f64,
}

impl Place {
    /// Nothing for a spectrum of zeros, or of what is no number.
    pub(super) fn of(magnitudes: &[f32], rolloff: f64) -> Option<Self> {
        let (mut weights, mut first, mut second) = ([0.0_f64; LANES], [0.0; LANES], [0.0; LANES]);
        let mut bins: [f64; LANES] = std::array::from_fn(|lane| lane as f64);
        let (groups, rest) = magnitudes.as_chunks::<LANES>();
        let mut add = |lane: usize, bin: f64, magnitude: f32| {
            let weighted = f64::from(magnitude) * bin;
            weights[lane] += f64::from(magnitude);
            first[lane] += weighted;
            second[lane] += weighted * bin;
        };
        for group in groups {
            for lane in 0..LANES {
                add(lane, bins[lane], group[lane]);
                bins[lane] += LANES as f64;
            }
        }
        for (lane, magnitude) in rest.iter().enumerate() {
            add(lane, bins[lane], *magnitude);
        }
        let total: f64 = weights.iter().sum();
        if total.is_nan() || total.is_infinite() || total <= 0.0 {
            return None;
        }
        let centroid = first.iter().sum::<f64>() / total;
        let variance = second.iter().sum::<f64>() / total - centroid * centroid;
        Some(Self {
            centroid,
            bandwidth: variance.max(0.0).sqrt(),
            rolloff: reached(magnitudes, rolloff * total) as f64,
        })
    }
}

/// The first bin up to which the magnitudes sum up to `part`.
fn reached(magnitudes: &[f32], part: f64) -> usize {
    let mut below = 0.0;
    for (index, group) in magnitudes.chunks(32).enumerate() {
        let sum: f64 = group.iter().map(|magnitude| f64::from(*magnitude)).sum();
        if below + sum >= part {
            for (bin, magnitude) in group.iter().enumerate() {
                below += f64::from(*magnitude);
                if below >= part {
                    return 32 * index + bin;
                }
            }
        } else {
            below += sum;
        }
    }
    magnitudes.len().saturating_sub(1)
}

/// Geometric over arithmetic mean of powers, each taken as at least `floor`.
pub(super) fn flatness(powers: impl Iterator<Item = f32> + Clone, floor: f32) -> f32 {
    let (mut logarithm, mut sum, mut count) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut rest = powers;
    // Logarithms are taken side by side, and sums kept exactly.
    loop {
        let mut lanes = [1.0_f32; 32];
        let mut filled = 0;
        for (lane, power) in lanes.iter_mut().zip(rest.by_ref()) {
            *lane = power.max(floor).min(f32::MAX);
            filled += 1;
        }
        if filled == 0 {
            break;
        }
        let logarithms = lanes.map(ln);
        logarithm += logarithms.iter().map(|x| f64::from(*x)).sum::<f64>();
        sum += lanes[..filled].iter().map(|x| f64::from(*x)).sum::<f64>();
        count += filled as f64;
    }
    ((logarithm / count).exp() / (sum / count)).min(1.0) as f32
}

/// The flatness of powers, each being taken as at most 120 dB below the strongest; 0 of zeros.
pub(super) fn relative_flatness(powers: &[f32]) -> f32 {
    let highest = highest(powers);
    if highest <= f32::MIN_POSITIVE {
        return 0.0;
    }
    let scale = 1.0 / highest;
    flatness(powers.iter().map(|power| power * scale), 1e-12)
}

/// How much a spectrum differs from the one before: the Euclidean distance of their magnitudes
/// (Tzanetakis and Cook, *Musical genre classification of audio signals*, 2002, without its
/// normalisation).
pub fn spectral_flux(before: &[f32], now: &[f32]) -> f32 {
    let squares = before.iter().zip(now).map(|(a, b)| (b - a) * (b - a));
    let mut lanes = [0.0_f32; LANES];
    for (index, square) in squares.enumerate() {
        lanes[index % LANES] += square;
    }
    lanes.iter().sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_spectrum_is_known_in_every_number() {
        let shape = SpectralShape::of(&[1.0; 1_025], 1.0);
        assert!((shape.centroid_hz - 512.0).abs() < 1e-3);
        // The variance of 0..=1024, each as likely.
        let variance: f32 = (1_025.0_f32.powi(2) - 1.0) / 12.0;
        assert!((shape.bandwidth_hz - variance.sqrt()).abs() < 1e-3);
        assert!(
            (shape.rolloff_hz - 871.0).abs() < 1.5,
            "{}",
            shape.rolloff_hz
        );
        assert!((shape.flatness - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_single_line_has_no_width() {
        let mut line = vec![0.0; 1_025];
        line[700] = 3.0;
        let shape = SpectralShape::of(&line, 2.0);
        assert_eq!(
            (shape.centroid_hz, shape.bandwidth_hz, shape.rolloff_hz),
            (1_400.0, 0.0, 1_400.0)
        );
        assert!(shape.flatness < 1e-6);
    }

    #[test]
    fn what_is_no_spectrum_has_no_place() {
        let silent = SpectralShape {
            flatness: 1.0,
            ..SpectralShape::default()
        };
        assert_eq!(SpectralShape::of(&[0.0; 100], 1.0), silent);
        assert_eq!(SpectralShape::of(&[], 1.0), silent);
        for value in [f32::NAN, f32::INFINITY, f32::MAX] {
            let shape = SpectralShape::of(&[value; 100], 1.0);
            assert!(shape.flatness.is_finite() && shape.centroid_hz.is_finite());
        }
    }

    #[test]
    fn flux_is_a_distance() {
        assert_eq!(spectral_flux(&[0.0, 3.0], &[4.0, 0.0]), 5.0);
        assert_eq!(spectral_flux(&[1.0; 9], &[1.0; 9]), 0.0);
        assert_eq!(spectral_flux(&[], &[1.0]), 0.0);
    }
}
