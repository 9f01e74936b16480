//! Sounds to encode, and how to tell where they are in what came out.

use veza_audio::{AudioBuffer, AudioSpec};

/// A sound like music: notes that change every eighth of a second over a bass, with noise on
/// their attacks; every channel its own. It repeats nowhere within a minute, so that a shift
/// shows.
pub(crate) fn music(spec: AudioSpec, frames: usize) -> AudioBuffer {
    let rate = f64::from(spec.sample_rate);
    let mut noise = 0x9E37_79B9_u32;
    let mut planes = vec![Vec::with_capacity(frames); spec.channels()];
    for frame in 0..frames {
        let time = frame as f64 / rate;
        let note = (time * 8.0) as u32;
        let within = time * 8.0 - f64::from(note);
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let hiss = f64::from(noise) / f64::from(u32::MAX) - 0.5;
        for (channel, plane) in planes.iter_mut().enumerate() {
            let step = note.wrapping_mul(2_654_435_761 + channel as u32 * 97) >> 27;
            let pitch = 220.0 * 2f64.powf(f64::from(step) / 12.0);
            let tone = (time * pitch * std::f64::consts::TAU).sin() * (-3.0 * within).exp();
            let bass = (time * 55.0 * std::f64::consts::TAU).sin();
            let attack = hiss * (-60.0 * within).exp();
            plane.push((0.4 * tone + 0.2 * bass + 0.2 * attack) as f32);
        }
    }
    AudioBuffer::from_planes(planes)
}

/// The channels of interleaved samples.
pub(crate) fn planes(samples: &[f32], channels: usize) -> Vec<Vec<f32>> {
    (0..channels)
        .map(|channel| {
            samples
                .iter()
                .skip(channel)
                .step_by(channels)
                .copied()
                .collect()
        })
        .collect()
}

/// By how many frames `decoded` lags behind `source`: the shift, of -3,000 to 3,000, at which
/// they correlate best over a stretch from `start` on.
pub(crate) fn lag(source: &[f32], decoded: &[f32], start: usize) -> i64 {
    let stretch = &source[start..(start + 8_192).min(source.len())];
    let correlation = |shift: i64| -> f64 {
        let first = usize::try_from(start as i64 + shift).unwrap();
        let (mut product, mut energy) = (0.0, 1e-9);
        for (a, b) in stretch.iter().zip(&decoded[first.min(decoded.len())..]) {
            product += f64::from(a * b);
            energy += f64::from(b * b);
        }
        product / energy.sqrt()
    };
    (-3_000..3_000)
        .max_by(|a, b| correlation(*a).total_cmp(&correlation(*b)))
        .unwrap()
}

/// How far `decoded` is from `source` over the given frames: noise to signal, in dB.
pub(crate) fn noise_db(source: &[f32], decoded: &[f32], frames: std::ops::Range<usize>) -> f64 {
    let (mut signal, mut noise) = (0.0, 0.0);
    for frame in frames {
        signal += f64::from(source[frame]).powi(2);
        noise += f64::from(decoded[frame] - source[frame]).powi(2);
    }
    10.0 * (noise / signal).log10()
}
