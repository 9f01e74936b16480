//! A plucked string.

use crate::chance::Chance;
use crate::filter::OnePole;
use crate::{RATE, frames};

/// Plucks a string (Karplus and Strong, "Digital synthesis of plucked-string and drum timbres",
/// 1983, with the tuning and pick position of Jaffe and Smith, 1983).
///
/// `brightness` from 0 to 1 is how hard the pick is, `sustain` the seconds in which the string
/// falls by 60 dB.
pub(crate) fn pluck(
    hertz: f32,
    seconds: f32,
    brightness: f32,
    sustain: f32,
    chance: &mut Chance,
) -> Vec<f32> {
    // The averaging in the loop delays by half a frame, the tuning filter by the rest.
    let period = RATE / hertz - 0.5;
    let length = (period - 0.2).max(2.0) as usize;
    let rest = period - length as f32;
    let tuning = (1.0 - rest) / (1.0 + rest);
    let loss = 10f32.powf(-3.0 / (sustain * hertz));

    let mut soft = OnePole::default();
    let burst: Vec<f32> = (0..length)
        .map(|_| soft.run(chance.noise(), 0.85 * (1.0 - brightness)))
        .collect();
    // A string picked at a seventh of its length lacks the harmonics which rest there.
    let pick = (length / 7).max(1);
    let mut string: Vec<f32> = (0..length)
        .map(|n| burst[n] - 0.9 * burst[(n + length - pick) % length])
        .collect();
    let mean = string.iter().sum::<f32>() / length as f32;
    string.iter_mut().for_each(|sample| *sample -= mean);
    let peak = string
        .iter()
        .fold(1e-6f32, |peak, sample| peak.max(sample.abs()));

    let total = frames(seconds);
    let fade = frames(0.03).min(total.max(1));
    let (mut last, mut last_in, mut last_out) = (0.0, 0.0, 0.0);
    (0..total)
        .map(|n| {
            let slot = n % length;
            let sample = string[slot];
            let averaged = (sample + last) * 0.5 * loss;
            last = sample;
            let tuned = tuning * (averaged - last_out) + last_in;
            (last_in, last_out) = (averaged, tuned);
            string[slot] = tuned;
            let damped = ((total - n) as f32 / fade as f32).min(1.0);
            sample / peak * damped
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_in_tune_and_dies_away() {
        for hertz in [82.4f32, 196.0, 440.0, 659.3] {
            let sound = pluck(hertz, 2.0, 0.6, 3.0, &mut Chance::new(7));
            // The lag of greatest self-similarity over many periods gives the pitch.
            let window = &sound[4000..24_000];
            let periods = 20;
            let expected = periods as f32 * RATE / hertz;
            let best = (expected as usize * 97 / 100..expected as usize * 103 / 100)
                .max_by(|a, b| {
                    let similarity = |lag: usize| -> f32 {
                        window.iter().zip(&window[lag..]).map(|(x, y)| x * y).sum()
                    };
                    similarity(*a).total_cmp(&similarity(*b))
                })
                .unwrap();
            let cents = 1200.0 * (expected / best as f32).log2();
            assert!(cents.abs() < 5.0, "{hertz} Hz is off by {cents} cents");
            let energy = |part: &[f32]| part.iter().map(|x| x * x).sum::<f32>();
            assert!(energy(&sound[60_000..70_000]) < energy(&sound[..10_000]) / 4.0);
        }
    }
}
