//! Powers in decibels.

use super::FeatureMatrix;
use super::vector;

/// The least power that has a level: -100 dB.
pub const LEAST_POWER: f32 = 1e-10;

/// Ten times the decimal logarithm of a number, over its natural logarithm.
const DECIBELS: f32 = 10.0 / std::f32::consts::LN_10;

/// Turns powers into decibels in place: `10 log10(max(power, 1e-10))`. What is not a number is
/// at the least power.
pub fn power_to_db(powers: &mut [f32]) {
    for power in powers {
        let known = if *power > LEAST_POWER {
            *power
        } else {
            LEAST_POWER
        };
        *power = DECIBELS * vector::ln(known.min(f32::MAX));
    }
}

/// Turns a matrix of powers into decibels as `librosa.power_to_db` does: in addition to
/// [`power_to_db`], no value is more than `top_db` below the highest of the whole matrix.
/// librosa's own default is 80.
pub fn matrix_to_db(powers: &mut FeatureMatrix, top_db: f32) {
    power_to_db(powers.values_mut());
    let start = f32::NEG_INFINITY;
    let highest = powers.values().iter().copied().fold(start, f32::max);
    for level in powers.values_mut() {
        *level = level.max(highest - top_db);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_have_their_levels() {
        let mut powers = [1.0, 100.0, 1e-3, 0.0, f32::NAN, f32::INFINITY];
        power_to_db(&mut powers);
        for (level, expected) in powers.iter().zip([0.0, 20.0, -30.0, -100.0, -100.0, 385.3]) {
            assert!((level - expected).abs() < 0.02, "{level} {expected}");
        }
    }

    #[test]
    fn nothing_is_farther_below_the_highest_than_asked() {
        let mut matrix = FeatureMatrix::new(2);
        matrix.add().copy_from_slice(&[1e-9, 10.0]);
        matrix_to_db(&mut matrix, 80.0);
        assert!((matrix.frame(0)[0] + 70.0).abs() < 1e-4);
        matrix_to_db(&mut FeatureMatrix::new(3), 80.0);
    }
}
