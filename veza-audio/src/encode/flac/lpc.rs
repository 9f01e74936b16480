//! Linear prediction: autocorrelation, Levinson-Durbin, quantised coefficients, residual.

/// The highest order used here: the most that the streamable subset allows up to 48 kHz.
pub(super) const MAX_ORDER: usize = 12;

/// Coefficients as FLAC stores them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Predictor {
    /// The newest sample's first; each fits in `precision` signed bits.
    pub(super) coefficients: Vec<i32>,
    /// Bits of each coefficient.
    pub(super) precision: u32,
    /// The prediction is the sum shifted right by so many bits.
    pub(super) shift: u32,
}

/// A tapered cosine (Tukey) window: flat but for `taper` of its length in all.
pub(super) fn tukey(length: usize, taper: f64) -> Vec<f64> {
    let ramp = ((length as f64) * taper / 2.0).max(1.0);
    (0..length)
        .map(|n| {
            let edge = (n.min(length - 1 - n) as f64 + 0.5) / ramp;
            if edge >= 1.0 {
                1.0
            } else {
                0.5 - 0.5 * (std::f64::consts::PI * edge).cos()
            }
        })
        .collect()
}

/// Autocorrelation of `x` for lags 0 to `order`.
pub(super) fn autocorrelate(x: &[f64], order: usize) -> [f64; MAX_ORDER + 1] {
    let mut result = [0.0; MAX_ORDER + 1];
    // Four lags by four samples at a time: enough independent sums to keep the adders busy.
    for first in (0..=order).step_by(4) {
        let mut sums = [[0.0f64; 4]; 4];
        let usable = x.len().saturating_sub(first + 3);
        let whole = usable - usable % 4;
        for start in (0..whole).step_by(4) {
            let here: [f64; 4] = [x[start], x[start + 1], x[start + 2], x[start + 3]];
            let shifted = &x[start + first..start + first + 7];
            for (lag, sum) in sums.iter_mut().enumerate() {
                for lane in 0..4 {
                    sum[lane] += here[lane] * shifted[lag + lane];
                }
            }
        }
        for (lag, sum) in sums.iter().enumerate() {
            if first + lag <= order {
                let tail: f64 = (whole..x.len().saturating_sub(first + lag))
                    .map(|n| x[n] * x[n + first + lag])
                    .sum();
                result[first + lag] = sum.iter().sum::<f64>() + tail;
            }
        }
    }
    result
}

/// The predictors of every order from 1 to `order`, each with the energy of its error
/// (Levinson-Durbin recursion). Fewer come back when the sound is predicted perfectly before.
pub(super) fn levinson(autocorrelation: &[f64], order: usize) -> Vec<(Vec<f64>, f64)> {
    let mut predictors = Vec::with_capacity(order);
    let mut error = autocorrelation[0];
    let mut current: Vec<f64> = Vec::with_capacity(order);
    for next in 1..=order {
        if error <= 0.0 {
            break;
        }
        let reach: f64 = current
            .iter()
            .enumerate()
            .map(|(k, c)| c * autocorrelation[next - 1 - k])
            .sum();
        let reflection = (autocorrelation[next] - reach) / error;
        let mirrored: Vec<f64> = current.iter().rev().copied().collect();
        for (c, m) in current.iter_mut().zip(&mirrored) {
            *c -= reflection * m;
        }
        current.push(reflection);
        error *= 1.0 - reflection * reflection;
        predictors.push((current.clone(), error.max(0.0)));
    }
    predictors
}

/// The order whose residual and coefficients are expected to be smallest: a Laplacian residual of
/// error energy E over n samples costs about half the binary logarithm of E/n a sample.
pub(super) fn best_order(predictors: &[(Vec<f64>, f64)], block: usize, order_bits: u32) -> usize {
    let samples = block as f64;
    let cost = |order: usize, error: f64| {
        let per_sample =
            (0.5 * (error * 0.5 * std::f64::consts::LN_2.powi(2) / samples).log2()).max(0.0);
        per_sample * (samples - order as f64) + (order as u32 * order_bits) as f64
    };
    let mut best = (1, f64::INFINITY);
    for (index, (_, error)) in predictors.iter().enumerate() {
        let bits = cost(index + 1, *error);
        if bits < best.1 {
            best = (index + 1, bits);
        }
    }
    best.0
}

/// Rounds coefficients to `precision` bits, passing each one's rounding error on to the next.
/// `None` when they are all too small or too large to be stored.
pub(super) fn quantise(coefficients: &[f64], precision: u32) -> Option<Predictor> {
    let largest = coefficients.iter().fold(0.0f64, |max, c| max.max(c.abs()));
    if !largest.is_finite() || largest == 0.0 {
        return None;
    }
    let limit = 1i32 << (precision - 1);
    // The shift is stored in 5 signed bits, of which RFC 9639 allows 0 to 15.
    let exponent = largest.log2().floor() as i32 + 1;
    let shift = (precision as i32 - 1 - exponent).min(15);
    if shift < 0 {
        return None;
    }
    let scale = f64::from(1u32 << shift);
    let mut carried = 0.0;
    let rounded: Vec<i32> = coefficients
        .iter()
        .map(|c| {
            let wanted = c * scale + carried;
            let stored = wanted
                .round()
                .clamp(f64::from(-limit), f64::from(limit - 1));
            carried = wanted - stored;
            stored as i32
        })
        .collect();
    if rounded.iter().all(|c| *c == 0) {
        return None;
    }
    Some(Predictor {
        coefficients: rounded,
        precision,
        shift: shift as u32,
    })
}

/// Writes into `out` what is left of `samples` (whole numbers) after the prediction, from the
/// sample after the warm-up on. `false` when a value does not fit in 31 bits.
///
/// The sums are exact: samples of 25 bits and 12 coefficients of 15 need 44 bits, a double holds
/// 53. Doubles are used since every processor multiplies several of them at once.
pub(super) fn residual(samples: &[f64], predictor: &Predictor, out: &mut Vec<i32>) -> bool {
    // Adding it leaves the rounded integer in the low bits of the mantissa.
    const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
    const LANES: usize = 8;
    let order = predictor.coefficients.len();
    let unit = 1.0 / f64::from(1u32 << predictor.shift);
    let coefficients: Vec<f64> = predictor
        .coefficients
        .iter()
        .map(|c| f64::from(*c) * unit)
        .collect();
    // Rounding to the nearest becomes rounding down: the sum is a multiple of `unit`, so this
    // never leaves it half-way between two integers.
    let bias = 0.5 * unit - 0.5;
    let count = samples.len() - order;
    let mut too_large = 0u64;
    out.clear();
    out.resize(count, 0);
    let mut start = 0;
    let mut lanes = out.chunks_exact_mut(LANES);
    for chunk in &mut lanes {
        let mut sums = [bias; LANES];
        for (back, c) in coefficients.iter().enumerate() {
            let past = &samples[start + order - 1 - back..][..LANES];
            for (sum, sample) in sums.iter_mut().zip(past) {
                *sum += c * sample;
            }
        }
        let here = &samples[start + order..][..LANES];
        for ((value, sum), sample) in chunk.iter_mut().zip(&sums).zip(here) {
            let predicted = (sum + ROUND) - ROUND;
            let left = ((sample - predicted) + ROUND)
                .to_bits()
                .wrapping_sub(ROUND.to_bits());
            too_large |= left.wrapping_add(1 << 30) >> 31;
            *value = left as i32;
        }
        start += LANES;
    }
    for value in lanes.into_remainder() {
        let sum: f64 = coefficients
            .iter()
            .enumerate()
            .map(|(back, c)| c * samples[start + order - 1 - back])
            .sum();
        let left = samples[start + order] - sum.floor();
        too_large |= u64::from(left.abs() >= f64::from(1 << 30));
        *value = left as i32;
        start += 1;
    }
    too_large == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(frames: usize) -> Vec<f64> {
        (0..frames)
            .map(|n| (10_000.0 * (n as f64 * 0.05).sin()).round())
            .collect()
    }

    #[test]
    fn autocorrelation_is_the_sum_of_products() {
        let x = sine(103);
        let fast = autocorrelate(&x, MAX_ORDER);
        for (lag, value) in fast.iter().enumerate() {
            let slow: f64 = (0..x.len() - lag).map(|n| x[n] * x[n + lag]).sum();
            assert!((value - slow).abs() < 1e-3, "lag {lag}: {value} {slow}");
        }
    }

    #[test]
    fn two_coefficients_predict_a_sine() {
        let x = sine(4096);
        let window = tukey(x.len(), 0.5);
        let windowed: Vec<f64> = x.iter().zip(&window).map(|(a, b)| a * b).collect();
        let predictors = levinson(&autocorrelate(&windowed, 8), 8);
        // x[n] = 2 cos(w) x[n-1] - x[n-2]
        let (second, _) = &predictors[1];
        assert!((second[0] - 2.0 * 0.05f64.cos()).abs() < 0.01, "{second:?}");
        assert!((second[1] + 1.0).abs() < 0.01, "{second:?}");
    }

    #[test]
    fn the_residual_and_the_coefficients_give_the_samples_back() {
        let x: Vec<f64> = (0..501)
            .map(|n| (30_000.0 * (n as f64 * 0.3).sin() * (n as f64 * 0.011).cos()).round())
            .collect();
        for order in 1..=MAX_ORDER {
            let predictors = levinson(&autocorrelate(&x, order), order);
            let predictor = quantise(&predictors[order - 1].0, 14).unwrap();
            let mut left = Vec::new();
            assert!(residual(&x, &predictor, &mut left));
            let mut decoded: Vec<i64> = x[..order].iter().map(|v| *v as i64).collect();
            for value in &left {
                let sum: i64 = predictor
                    .coefficients
                    .iter()
                    .enumerate()
                    .map(|(back, c)| i64::from(*c) * decoded[decoded.len() - 1 - back])
                    .sum();
                decoded.push((sum >> predictor.shift) + i64::from(*value));
            }
            assert!(
                decoded.iter().zip(&x).all(|(a, b)| *a as f64 == *b),
                "order {order}"
            );
        }
    }

    #[test]
    fn a_residual_which_does_not_fit_is_refused() {
        let x: Vec<f64> = (0..64)
            .map(|n| if n % 2 == 0 { 8e6 } else { -8e6 })
            .collect();
        let wild = Predictor {
            coefficients: vec![16_383; 3],
            precision: 15,
            shift: 0,
        };
        assert!(!residual(&x, &wild, &mut Vec::new()));
    }

    #[test]
    fn silence_has_no_predictor() {
        assert!(levinson(&[0.0; MAX_ORDER + 1], 8).is_empty());
        assert_eq!(quantise(&[0.0, 0.0], 14), None);
    }
}
