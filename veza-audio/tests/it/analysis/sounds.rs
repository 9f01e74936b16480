//! Sounds whose features are known.

use std::f64::consts::TAU;

/// The signal of `librosa_golden.py`: a second and a half of three notes a little above 440 Hz,
/// clicks and noise, with a silent end, at 22,050 Hz.
pub(crate) fn golden_signal() -> Vec<f32> {
    let rate = 22_050.0;
    let frames = 22_050 * 3 / 2;
    let notes = [
        (440.0, 0.2),
        (554.365_261_953_744_2, 0.15),
        (659.255_113_825_739_8, 0.1),
    ];
    let mut state = 1_u64;
    (0..frames)
        .map(|n| {
            let t = f64::from(n) / rate;
            let tone: f64 = notes
                .iter()
                .map(|(hz, a)| a * (TAU * hz * 2_f64.powf(0.2 / 12.0) * t).sin())
                .sum();
            state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
            let noise = state as f64 / 1_073_741_824.0 - 1.0;
            let clicks = (-f64::from(n % 5_512) / 40.0).exp() * noise;
            if n >= frames * 4 / 5 {
                return 0.0;
            }
            (tone + 0.3 * clicks + 0.002 * noise) as f32
        })
        .collect()
}

/// A drum of noise on every beat, and a chord on every fourth: `seconds` at `bpm`.
pub(crate) fn groove(sample_rate: u32, bpm: f64, seconds: f64) -> Vec<f32> {
    let rate = f64::from(sample_rate);
    let mut state = 7_u32;
    (0..(seconds * rate) as usize)
        .map(|n| {
            let t = n as f64 / rate;
            let beat = t * bpm / 60.0;
            let since = beat.fract() * 60.0 / bpm;
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(state >> 8) / 8_388_608.0 - 1.0;
            let accent = if (beat as u64).is_multiple_of(4) {
                1.0
            } else {
                0.7
            };
            let drum = accent * (-since * 40.0).exp() * noise;
            let low = (-since * 20.0).exp() * (TAU * 60.0 * since).sin();
            let bar = (beat / 4.0).fract() * 240.0 / bpm;
            let chord: f64 = [220.0, 261.63, 329.63]
                .iter()
                .map(|hz| (TAU * hz * t).sin() * (-2.0 * bar).exp())
                .sum();
            (0.25 * drum + 0.3 * low + 0.1 * chord) as f32
        })
        .collect()
}
