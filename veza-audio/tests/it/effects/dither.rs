//! Dither: the floor it makes, its spectrum, and that the sound has no part in it.

use std::f64::consts::TAU;

use veza_audio::dither::{Dither, NoiseShaping};
use veza_audio::{AudioSpec, ChannelLayout};

use super::super::measure::signal::{amplitude, sine};
use super::{MONO, response, through};

fn dither(bits: u32, shaping: NoiseShaping) -> Dither {
    Dither {
        bits,
        shaping,
        seed: 1,
    }
}

fn power(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.map(|value| value * value).sum::<f64>() / count
}

#[test]
fn every_depth_lies_on_its_grid_and_has_its_floor() {
    for bits in [8, 16, 20, 24] {
        let steps = f64::from(1_u32 << (bits - 1));
        let sound = sine(0.013, 0.3, 0.0, 200_000);
        let heard = through(dither(bits, NoiseShaping::None), MONO, &sound);
        for sample in &heard {
            assert_eq!((f64::from(*sample) * steps).fract(), 0.0);
        }
        // A quarter of a step squared: a twelfth of rounding, a sixth of dither.
        let errors = heard.iter().zip(&sound);
        let errors = errors.map(|(a, b)| (f64::from(*a) - f64::from(*b)) * steps);
        let floor = power(errors);
        assert!((floor - 0.25).abs() < 0.005, "{bits} bits: {floor}");
    }
}

#[test]
fn a_tone_below_one_step_survives_without_distortion() {
    // A third of a step of 16 bits: rounded without dither, nothing would be left of it.
    let level = 0.3 / 32_768.0;
    let frequency = 0.01;
    for shaping in [NoiseShaping::None, NoiseShaping::Weighted] {
        let sound = sine(frequency, level, 0.0, 1_000_000);
        let heard = through(dither(16, shaping), MONO, &sound);
        let at = |harmonic: f64| response(&heard, harmonic * frequency).0 * 2.0 / 1e6;
        assert!((at(1.0) / level - 1.0).abs() < 0.02, "{}", at(1.0) / level);
        for harmonic in [2.0, 3.0, 5.0] {
            assert!(
                at(harmonic) < 0.02 * level,
                "{harmonic}: {}",
                at(harmonic) / level
            );
        }
    }
}

/// The power of the noise in a band, in steps squared.
fn band(errors: &[f64], from: f64, to: f64) -> f64 {
    // Frames of a Hann window, a few frequencies of each.
    let (length, mut sum, mut count) = (2_048_usize, 0.0, 0.0);
    for frame in errors.chunks_exact(length) {
        for point in 0..8 {
            let frequency = from + (to - from) * (f64::from(point) + 0.5) / 8.0;
            let (mut re, mut im) = (0.0, 0.0);
            for (n, error) in frame.iter().enumerate() {
                let window = 0.5 - 0.5 * (TAU * n as f64 / length as f64).cos();
                let angle = TAU * frequency * n as f64;
                re += window * error * angle.cos();
                im += window * error * angle.sin();
            }
            sum += (re * re + im * im) / (0.375 * length as f64);
            count += 1.0;
        }
    }
    sum / count
}

#[test]
fn plain_noise_is_white_and_shaped_noise_leaves_what_is_heard() {
    for rate in [44_100, 48_000, 96_000] {
        let spec = AudioSpec::new(rate, ChannelLayout::Mono);
        let sound = sine(0.003, amplitude(-20.0), 0.0, 200_000);
        let errors = |shaping| -> Vec<f64> {
            let heard = through(dither(16, shaping), spec, &sound);
            let pairs = heard.iter().zip(&sound);
            pairs
                .map(|(a, b)| (f64::from(*a) - f64::from(*b)) * 32_768.0)
                .collect()
        };
        let hz = f64::from(rate);
        let (white, shaped) = (errors(NoiseShaping::None), errors(NoiseShaping::Weighted));
        for (from, to) in [(200.0, 2_000.0), (2_000.0, 5_000.0), (15_000.0, 20_000.0)] {
            let level = 10.0 * (band(&white, from / hz, to / hz) / 0.25).log10();
            assert!(level.abs() < 0.6, "{rate}, {from} Hz: {level} dB");
        }
        let heard = 10.0 * (band(&shaped, 2_500.0 / hz, 4_500.0 / hz) / 0.25).log10();
        assert!(heard < -14.0, "{rate}: {heard} dB where the ear is keenest");
        let beyond = 10.0 * (band(&shaped, 19_000.0 / hz, 21_500.0 / hz) / 0.25).log10();
        assert!(beyond > 5.0, "{rate}: {beyond} dB where it hears least");
    }
}

#[test]
fn the_same_seed_is_the_same_noise() {
    let sound = sine(0.01, 0.5, 0.0, 5_000);
    let of = |seed| {
        let dither = Dither {
            seed,
            ..Dither::default()
        };
        through(dither, MONO, &sound)
    };
    assert_eq!(of(7), of(7));
    assert_ne!(of(7), of(8));
}

#[test]
fn full_scale_is_clipped_and_leaves_no_trace() {
    let mut sound = vec![1.5; 4_000];
    sound.extend(vec![-1.5; 4_000]);
    sound.extend(vec![0.1; 4_000]);
    let heard = through(dither(16, NoiseShaping::Weighted), MONO, &sound);
    assert!(heard.iter().all(|sample| (-1.0..1.0).contains(sample)));
    assert!(
        heard[8_100..]
            .iter()
            .all(|sample| (sample - 0.1).abs() < 0.01)
    );
}
