//! Floats to whole numbers.

/// Rounds samples to integers of `bits` bits (2 to 24), to the nearest, and clips at full scale.
///
/// There is no dither: a sound that came from integers of that depth or a lower one gives exactly
/// those integers again. NaN counts as silence, infinities as full scale.
pub(crate) fn quantise(samples: &[f32], bits: u32, out: &mut Vec<i32>) {
    // Adding this number leaves the sum's integer part in the low bits of the mantissa, rounded
    // to the nearest: it is what lets the compiler do several samples at once.
    const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
    let scale = f64::from(1u32 << (bits - 1));
    out.extend(samples.iter().map(|&sample| {
        let finite = if sample.is_nan() {
            0.0
        } else {
            f64::from(sample)
        };
        let clipped = (finite * scale).max(-scale).min(scale - 1.0);
        (clipped + ROUND).to_bits() as i32
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantised(samples: &[f32], bits: u32) -> Vec<i32> {
        let mut out = Vec::new();
        quantise(samples, bits, &mut out);
        out
    }

    #[test]
    fn every_16_bit_value_comes_back_as_itself() {
        let values: Vec<i32> = (-32_768..=32_767).collect();
        let samples: Vec<f32> = values.iter().map(|&v| v as f32 / 32_768.0).collect();
        assert_eq!(quantised(&samples, 16), values);
    }

    #[test]
    fn every_24_bit_value_comes_back_as_itself() {
        let values: Vec<i32> = (-8_388_608..=8_388_607).step_by(97).collect();
        let samples: Vec<f32> = values.iter().map(|&v| v as f32 / 8_388_608.0).collect();
        assert_eq!(quantised(&samples, 24), values);
    }

    #[test]
    fn what_is_over_full_scale_is_clipped_and_no_number_is_silence() {
        let odd = [
            1.0,
            -1.0,
            7.0,
            -7.0,
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MAX,
        ];
        let clipped = [32_767, -32_768, 32_767, -32_768, 0, 32_767, -32_768, 32_767];
        assert_eq!(quantised(&odd, 16), clipped);
    }

    #[test]
    fn values_between_two_steps_go_to_the_nearer() {
        let samples = [
            0.4 / 32_768.0,
            0.6 / 32_768.0,
            -0.4 / 32_768.0,
            -0.6 / 32_768.0,
        ];
        assert_eq!(quantised(&samples, 16), [0, 1, 0, -1]);
    }
}
