//! Signals made for the tests, and ways to push them.

use std::f64::consts::TAU;

use veza_audio::{AudioBuffer, AudioSink};

/// A sine of `amplitude`, `frequency` in cycles per sample, starting at `phase` radians.
pub(crate) fn sine(frequency: f64, amplitude: f64, phase: f64, frames: usize) -> Vec<f32> {
    (0..frames)
        .map(|n| (amplitude * (TAU * frequency * n as f64 + phase).sin()) as f32)
        .collect()
}

/// The amplitude of so many dB.
pub(crate) fn amplitude(db: f64) -> f64 {
    10_f64.powf(db / 20.0)
}

/// White noise of -1 to 1, the same for the same `seed`.
pub(crate) fn noise(seed: u64, frames: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    (0..frames)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            ((state >> 40) as f64 / f64::from(1 << 23) - 1.0) as f32
        })
        .collect()
}

/// Pushes `sound` in blocks of the given lengths, over and over until its end.
pub(crate) fn push(sink: &mut impl AudioSink, sound: &AudioBuffer, lengths: &[usize]) {
    let mut start = 0;
    for length in lengths.iter().cycle() {
        let end = sound.frames().min(start + length);
        let planes = sound
            .planes()
            .iter()
            .map(|plane| plane[start..end].to_vec())
            .collect();
        sink.write(&AudioBuffer::from_planes(planes)).unwrap();
        start = end;
        if start == sound.frames() {
            return;
        }
    }
}
