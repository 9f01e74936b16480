//! Decibels from amplitudes and back, for many samples at once.
//!
//! Plain arithmetic, so that the compiler uses vector instructions and every machine comes to the
//! same result; exact to a few parts in 10 million.

/// Decibels for each doubling: 20 log10(2).
const DB_PER_OCTAVE: f32 = 6.020_6;
/// What counts as no sound: -200 dB.
const SILENCE: f32 = 1e-10;
/// What counts as no louder any more, 80 dB over full scale: one broken sample must not close a
/// compressor for long.
pub(super) const LOUDEST: f32 = 1e4;

/// Replaces amplitudes (0 or more) by decibels, -200 to 80.
pub(super) fn from_amplitudes(values: &mut [f32]) {
    for value in values {
        *value = DB_PER_OCTAVE * log2(value.clamp(SILENCE, LOUDEST));
    }
}

/// Replaces decibels (-200 to 200) by amplitudes.
pub(super) fn to_amplitudes(values: &mut [f32]) {
    for value in values {
        *value = exp2(*value * (1.0 / DB_PER_OCTAVE));
    }
}

/// The binary logarithm of a positive number which is not subnormal.
fn log2(value: f32) -> f32 {
    /// The bits of the root of a half: mantissas are taken from there to the root of two.
    const ROOT_HALF: i32 = 0x3f35_04f3;
    let bits = value.to_bits() as i32;
    let exponent = (bits.wrapping_sub(ROOT_HALF)) >> 23;
    let mantissa = f32::from_bits(bits.wrapping_sub(exponent << 23) as u32);
    // log2(m) = 2 / ln(2) * artanh((m - 1) / (m + 1)), by its series.
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let square = t * t;
    let series = 1.0 + square * (1.0 / 3.0 + square * (0.2 + square * (1.0 / 7.0)));
    exponent as f32 + 2.0 * std::f32::consts::LOG2_E * t * series
}

/// Two to the power of a number of -126 to 126.
fn exp2(value: f32) -> f32 {
    /// Adding it leaves the nearest whole number in the low bits.
    const ROUND: f32 = 12_582_912.0; // 1.5 * 2^23
    let shifted = value + ROUND;
    let whole = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
    let x = (value - (shifted - ROUND)) * std::f32::consts::LN_2;
    // The series of the exponential, from -0.35 to 0.35.
    let series = 1.0 / 120.0 + x * (1.0 / 720.0);
    let series = 1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * series))));
    series * f32::from_bits((whole.wrapping_add(127) << 23) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_are_those_of_the_formula() {
        for n in -1_990..=790 {
            let db = f64::from(n) / 10.0;
            let mut values = [10_f64.powf(db / 20.0) as f32];
            from_amplitudes(&mut values);
            assert!((f64::from(values[0]) - db).abs() < 2e-5, "{db} {values:?}");
            let mut values = [db as f32];
            to_amplitudes(&mut values);
            let ratio = f64::from(values[0]) / 10_f64.powf(db / 20.0);
            assert!((ratio - 1.0).abs() < 3e-6, "{db} {ratio}");
        }
    }

    #[test]
    fn no_sound_and_too_much_are_numbers() {
        let mut values = [0.0, 1e-40, f32::MAX];
        from_amplitudes(&mut values);
        assert!((values[0] + 200.0).abs() < 1e-3 && values[0] == values[1]);
        assert!((values[2] - 80.0).abs() < 1e-3);
    }
}
