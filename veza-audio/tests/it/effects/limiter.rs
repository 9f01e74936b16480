//! The limiter, watched by meters which are not its own.

use std::f64::consts::{PI, TAU};

use veza_audio::dynamics::Limiter;
use veza_audio::effects::{Prepare, apply};
use veza_audio::loudness::LoudnessMeter;
use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout, MemorySource, read_all};

use super::super::measure::signal::{noise, sine};
use super::{MONO, STEREO, db, through};

/// Interpolates eight-fold by a sinc of so many taps under a Blackman window, and gives the
/// highest value. Points may lie off the eighths, where another meter may look.
fn true_peak_by(taps: usize, shift: f64, plane: &[f32]) -> f64 {
    let half = taps as f64 / 2.0;
    let mut line = vec![0.0_f32; taps];
    line.extend_from_slice(plane);
    line.extend(vec![0.0; taps]);
    let mut highest = 0.0_f32;
    for phase in 0..8 {
        let fraction = (f64::from(phase) + shift) / 8.0;
        let kernel: Vec<f64> = (0..taps)
            .map(|n| {
                let x = n as f64 - (half - 1.0) - fraction;
                let sinc = if x == 0.0 {
                    1.0
                } else {
                    (PI * x).sin() / (PI * x)
                };
                let angle = PI * x / half;
                let window = 0.42 + 0.5 * angle.cos() + 0.08 * (2.0 * angle).cos();
                if x.abs() < half { sinc * window } else { 0.0 }
            })
            .collect();
        let sum: f64 = kernel.iter().sum();
        let kernel: Vec<f32> = kernel.iter().map(|tap| (tap / sum) as f32).collect();
        // Many points side by side, so that it takes no minute.
        for chunk in line.windows(taps + 63).step_by(64) {
            let mut points = [0.0_f32; 64];
            for (offset, tap) in kernel.iter().enumerate() {
                for (point, sample) in points.iter_mut().zip(&chunk[offset..]) {
                    *point += tap * sample;
                }
            }
            highest = points.iter().fold(highest, |a, b| a.max(b.abs()));
        }
    }
    highest.into()
}

/// The highest of what several meters read, in dBTP.
fn true_peak_db(plane: &[f32], spec: AudioSpec) -> f64 {
    let mut meter = LoudnessMeter::new(spec).unwrap();
    let sound = AudioBuffer::from_planes(vec![plane.to_vec(); spec.channels()]);
    meter.write(&sound).unwrap();
    let ours = meter.finish().true_peak_dbtp.unwrap_or(-300.0);
    [
        (128, 0.0),
        (64, 0.0),
        (48, 0.0),
        (24, 0.0),
        (128, 0.5),
        (32, 0.5),
    ]
    .map(|(taps, shift)| db(true_peak_by(taps, shift, plane)))
    .into_iter()
    .fold(ours, f64::max)
}

/// Sounds that are hard on a limiter, at any sample rate.
fn hard_signals() -> Vec<(&'static str, Vec<f32>)> {
    let frames = 24_000;
    let clipped = |seed| {
        noise(seed, frames)
            .into_iter()
            .map(|x| (6.0 * x).clamp(-1.5, 1.5))
    };
    let sign = |n: usize, half: usize| {
        if (n / half).is_multiple_of(2) {
            1.4
        } else {
            -1.4
        }
    };
    let square = |half: usize| (0..frames).map(move |n| sign(n, half));
    let mut sounds: Vec<(&'static str, Vec<f32>)> = vec![
        (
            "white noise",
            noise(1, frames).iter().map(|x| 4.0 * x).collect(),
        ),
        ("clipped noise", clipped(2).collect()),
        (
            "random signs",
            noise(3, frames).iter().map(|x| x.signum()).collect(),
        ),
        ("square wave", square(24).collect()),
        ("fast square wave", square(3).collect()),
        ("peaks between samples", sine(0.25, 1.41, PI / 4.0, frames)),
        ("near half the rate", sine(0.47, 2.0, 0.3, frames)),
        ("steady", vec![3.0; frames]),
        (
            "impulses",
            (0..frames)
                .map(|n| if n % 997 == 0 { 8.0 } else { 0.0 })
                .collect(),
        ),
        (
            "pairs of impulses",
            (0..frames)
                .map(|n| if n % 1_511 < 2 { 5.0 } else { 0.1 })
                .collect(),
        ),
        (
            "a sweep that swells",
            (0..frames)
                .map(|n| {
                    let t = n as f64 / frames as f64;
                    (4.0 * t * (TAU * 0.23 * t * n as f64).sin()) as f32
                })
                .collect(),
        ),
        (
            "bursts",
            (0..frames)
                .map(|n| {
                    let loud = if n / 700 % 3 == 0 { 3.0 } else { 0.2 };
                    (loud * (n as f64 * 2.2).sin() + 0.4 * (n as f64 * 0.7).sin()) as f32
                })
                .collect(),
        ),
    ];
    // A step out of clipped noise into silence and back.
    let gated = clipped(4).enumerate();
    let gated = gated.map(|(n, x)| if n / 3_000 % 2 == 0 { x } else { 0.0 });
    sounds.push(("gated noise", gated.collect()));
    sounds
}

#[test]
fn no_meter_sees_the_ceiling_passed() {
    let fast = Limiter {
        lookahead_ms: 1.0,
        release_ms: 5.0,
        ceiling_dbtp: -3.0,
    };
    for (rate, limiter) in [
        (44_100, Limiter::default()),
        (48_000, fast),
        (96_000, Limiter::default()),
    ] {
        let spec = AudioSpec::new(rate, ChannelLayout::Mono);
        for (name, sound) in hard_signals() {
            let limited = through(limiter, spec, &sound);
            let over = true_peak_db(&limited, spec) - limiter.ceiling_dbtp;
            assert!(over <= 0.0, "{name} at {rate} Hz: {over:+.3} dB");
            // And it is used: the limiter is no mere turning down.
            assert!(over > -1.0, "{name} at {rate} Hz: {over:+.3} dB");
        }
    }
}

#[test]
fn the_gain_is_gone_before_the_peak_and_comes_back_smoothly() {
    // A tone with one peak 12 dB over the ceiling: nothing is clipped, and far from it the tone
    // is as before.
    let mut sound = sine(0.01, 0.2, 0.0, 60_000);
    for sample in &mut sound[30_000..30_100] {
        *sample *= 20.0;
    }
    let limited = through(Limiter::default(), MONO, &sound);
    assert_eq!(limited[..29_000], sound[..29_000]);
    let gain = |n: usize| f64::from(limited[n]) / f64::from(sound[n]);
    assert!(db(gain(30_025)) < -11.0, "{}", db(gain(30_025)));
    assert!(gain(30_025 + 4_800) > 0.6 && gain(30_025 + 24_000) > 0.99);
    let gains: Vec<f64> = (29_000..55_000)
        .filter(|n| sound[*n].abs() > 0.05)
        .map(gain)
        .collect();
    for pair in gains.windows(2) {
        assert!((pair[0] - pair[1]).abs() < 0.3);
    }
}

#[test]
fn numbers_that_are_none_and_huge_ones_do_no_harm() {
    let mut sound = noise(9, 30_000);
    for (n, odd) in [
        (5_000, f32::NAN),
        (9_000, f32::INFINITY),
        (9_001, f32::NEG_INFINITY),
        (15_000, f32::MAX),
        (15_001, f32::MIN),
    ] {
        sound[n] = odd;
    }
    let limited = through(Limiter::default(), STEREO, &sound);
    let ceiling = 10_f32.powf(-0.05);
    assert!(limited.iter().all(|sample| sample.abs() <= ceiling));
    // The rest is heard again a while after.
    assert!(limited[29_000..].iter().any(|sample| sample.abs() > 0.3));
}

#[test]
fn a_limiter_that_is_reset_is_as_new() {
    let sound = AudioBuffer::from_planes(vec![noise(5, 9_000); 2]);
    let mut limiter = Limiter::default().prepare(STEREO).unwrap();
    let mut first = sound.clone();
    limiter.process(&mut first).unwrap();
    limiter.reset();
    let mut second = sound.clone();
    limiter.process(&mut second).unwrap();
    assert_eq!(first, second);
}

#[test]
fn a_chain_of_a_gain_and_a_limiter_keeps_every_frame() {
    let source = MemorySource::new(MONO, AudioBuffer::from_planes(vec![noise(6, 12_345)]));
    let effects = veza_audio::effects::parse(
        r#"[{"type": "gain", "gainDb": 12}, {"type": "limiter", "ceilingDbtp": -2}]"#,
    );
    let all = read_all(&mut apply(source, &effects.unwrap()).unwrap()).unwrap();
    assert_eq!(all.frames(), 12_345);
    assert!(true_peak_db(all.plane(0), MONO) <= -2.0);
}
