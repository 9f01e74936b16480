//! The filter which moves noise to where it is heard least.

use std::f64::consts::PI;

/// How many past errors are fed back.
pub(super) const ORDER: usize = 9;
/// Points of the spectrum at which the ear is asked.
const POINTS: usize = 2_048;
/// How much less the ear counts where it hears worst, in dB: more would move ever more noise
/// beyond hearing, until it is a burden for what plays it.
const DEPTH_DB: f64 = 45.0;

/// The feedback coefficients for `sample_rate` Hz: the noise passes 1 - a1/z - a2/z² ...
///
/// Of all filters of this order it is the one after which the noise, weighted by the ear's
/// threshold in quiet, is least: that is the linear prediction of a signal whose spectrum is the
/// weight (M. Gerzon, P. Craven, "Optimal Noise Shaping and Dither of Digital Signals", AES 1989).
pub(super) fn weighted(sample_rate: u32) -> [f64; ORDER] {
    let mut correlation = [0.0; ORDER + 1];
    for point in 0..POINTS {
        let turn = PI * (point as f64 + 0.5) / POINTS as f64;
        let weight = weight(turn / (2.0 * PI) * f64::from(sample_rate));
        for (lag, sum) in correlation.iter_mut().enumerate() {
            *sum += weight * (turn * lag as f64).cos();
        }
    }
    predict(&correlation)
}

/// How much the ear counts noise at `frequency` Hz, as a factor of power.
fn weight(frequency: f64) -> f64 {
    /// The threshold where hearing is keenest, in dB.
    const KEENEST: f64 = -5.0;
    let over = (threshold_db(frequency) - KEENEST).clamp(0.0, DEPTH_DB);
    10_f64.powf(-over / 10.0)
}

/// The threshold in quiet, in dB SPL (E. Terhardt, "Calculating virtual pitch", 1979).
fn threshold_db(frequency: f64) -> f64 {
    let khz = (frequency / 1_000.0).max(0.02);
    3.64 * khz.powf(-0.8) - 6.5 * (-0.6 * (khz - 3.3).powi(2)).exp() + 1e-3 * khz.powi(4)
}

/// The coefficients of the linear prediction, by Levinson and Durbin.
fn predict(correlation: &[f64; ORDER + 1]) -> [f64; ORDER] {
    let mut taps = [0.0; ORDER];
    let mut error = correlation[0];
    for order in 0..ORDER {
        let known: f64 = (0..order).map(|n| taps[n] * correlation[order - n]).sum();
        let reflection = (correlation[order + 1] - known) / error;
        let before = taps;
        taps[order] = reflection;
        for n in 0..order {
            taps[n] = before[n] - reflection * before[order - 1 - n];
        }
        error *= 1.0 - reflection * reflection;
    }
    taps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The power with which noise passes at a part of the sample rate.
    fn power(taps: &[f64; ORDER], part: f64) -> f64 {
        let (mut re, mut im) = (1.0, 0.0);
        for (n, tap) in (1..).zip(taps) {
            let angle = 2.0 * PI * part * f64::from(n);
            re -= tap * angle.cos();
            im += tap * angle.sin();
        }
        re * re + im * im
    }

    #[test]
    fn what_is_heard_of_the_noise_becomes_less_and_all_of_it_not_too_much() {
        for rate in [8_000, 44_100, 48_000, 96_000, 192_000] {
            let taps = weighted(rate);
            let (mut heard, mut white, mut all) = (0.0, 0.0, 0.0);
            for point in 0..4_000 {
                let part = (f64::from(point) + 0.5) / 8_000.0;
                let weight = weight(part * f64::from(rate));
                heard += weight * power(&taps, part);
                white += weight;
                all += power(&taps, part) / 4_000.0;
            }
            let (gain, price) = (10.0 * (heard / white).log10(), 10.0 * all.log10());
            let expected = if rate < 40_000 { -1.0 } else { -9.0 };
            assert!(gain < expected, "{rate}: {gain} dB");
            assert!(price < 26.0, "{rate}: {price} dB");
        }
    }

    #[test]
    fn an_even_spectrum_is_left_alone() {
        let mut correlation = [0.0; ORDER + 1];
        correlation[0] = 1.0;
        assert_eq!(predict(&correlation), [0.0; ORDER]);
        // One that falls by a half with each sample is predicted by one tap.
        let falling = std::array::from_fn(|n| 0.5_f64.powi(n as i32));
        let taps = predict(&falling);
        assert!((taps[0] - 0.5).abs() < 1e-12 && taps[1..].iter().all(|tap| tap.abs() < 1e-12));
    }
}
