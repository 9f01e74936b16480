//! Arithmetic on runs of values, in lanes that the compiler turns into vector instructions.

/// Values that are worked on side by side.
const LANES: usize = 16;

/// The sum of products of two runs of one length, in `f32`.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_groups, a_rest) = a.as_chunks::<LANES>();
    let (b_groups, b_rest) = b.as_chunks::<LANES>();
    let mut sum: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    if !a_groups.is_empty() {
        let mut lanes = [0.0_f32; LANES];
        for (a, b) in a_groups.iter().zip(b_groups) {
            for lane in 0..LANES {
                lanes[lane] += a[lane] * b[lane];
            }
        }
        sum += lanes.iter().sum::<f32>();
    }
    sum
}

/// The largest value; at least 0. What is not a number counts as 0.
pub(super) fn highest(values: &[f32]) -> f32 {
    let (groups, rest) = values.as_chunks::<LANES>();
    let mut lanes = [0.0_f32; LANES];
    for group in groups {
        for (lane, value) in lanes.iter_mut().zip(group) {
            *lane = if *value > *lane { *value } else { *lane };
        }
    }
    lanes
        .iter()
        .chain(rest)
        .fold(0.0, |high, value| if *value > high { *value } else { high })
}

/// The natural logarithm of a positive, normal number, within 3e-7 of it or of its 1e-7th part.
///
/// The number is split into `m · 2^e` with `m` about 1, and `ln m` is `2 atanh((m-1)/(m+1))`,
/// whose series converges quickly there. There is no branch, so that runs of it are vectorised.
#[inline]
pub(super) fn ln(x: f32) -> f32 {
    /// The bits of √½, from which on the mantissa counts as belonging to the next exponent.
    const ROOT: u32 = 0x3f35_04f3;
    let offset = x.to_bits().wrapping_sub(ROOT) as i32;
    let exponent = offset >> 23;
    let mantissa = f32::from_bits((offset as u32 & 0x007f_ffff).wrapping_add(ROOT));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let z = s * s;
    let series = 2.0 / 3.0 + z * (2.0 / 5.0 + z * (2.0 / 7.0 + z * (2.0 / 9.0)));
    exponent as f32 * std::f32::consts::LN_2 + s * (2.0 + z * series)
}

/// The median; 0 of nothing. Reorders the values.
pub(super) fn median(values: &mut [f32]) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f32::total_cmp);
    let upper = *upper;
    if !even {
        return upper;
    }
    let lower = below.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    (lower + upper) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_as_exact_as_its_type() {
        let mut x = 1.2e-38_f32;
        while x < 3e38 {
            let exact = f64::from(x).ln();
            let error = (f64::from(ln(x)) - exact).abs();
            assert!(error <= 3e-7_f64.max(exact.abs() * 1.2e-7), "{x}: {error}");
            x *= 1.003_7;
        }
        assert_eq!(ln(1.0), 0.0);
    }

    #[test]
    fn products_are_summed_whatever_the_length() {
        for length in 0..70_u16 {
            let a: Vec<f32> = (0..length).map(f32::from).collect();
            let expected: f32 = a.iter().map(|x| x * x).sum();
            assert_eq!(dot(&a, &a), expected);
            assert_eq!(highest(&a), f32::from(length.saturating_sub(1)));
        }
        assert_eq!(highest(&[f32::NAN, 2.0, -1.0]), 2.0);
    }

    #[test]
    fn a_median_has_as_much_on_both_sides() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(&mut []), 0.0);
    }
}
