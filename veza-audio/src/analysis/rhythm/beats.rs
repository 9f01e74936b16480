//! Where the beats of a piece are, at a given tempo.

use super::OnsetEnvelope;
use crate::{Error, Result};

/// How much an uneven beat costs against a strong one.
const TIGHTNESS: f64 = 100.0;
/// Beats at the ends that are weaker than this part of the usual are left out.
const WEAK: f64 = 0.3;

/// The times of the beats, in seconds: the sequence that best follows both the onsets and an even
/// tempo, by dynamic programming (Ellis, *Beat tracking by dynamic programming*, 2007).
///
/// It takes time and memory in proportion to the envelope.
///
/// # Errors
/// [`Error::InvalidParameter`] for a tempo beyond 10 to 1,000 beats per minute.
pub fn beats(envelope: &OnsetEnvelope, bpm: f64) -> Result<Vec<f64>> {
    if !(10.0..=1_000.0).contains(&bpm) {
        let reason = format!("{bpm} BPM; beats are found from 10 to 1000");
        return Err(Error::invalid("tempo", reason));
    }
    let period = 60.0 * envelope.frame_rate / bpm;
    // A beat of less than some frames cannot be followed.
    if !(4.0..=1e6).contains(&period) || envelope.values.is_empty() {
        return Ok(Vec::new());
    }
    let strength = smoothed(&envelope.values, period / 32.0);
    let squares: f64 = strength.iter().map(|x| x * x).sum();
    let deviation = (squares / strength.len() as f64).sqrt();
    if deviation <= 0.0 || !deviation.is_finite() {
        return Ok(Vec::new());
    }
    let (scores, before) = follow(&strength, deviation, period);
    let Some(mut place) = last_beat(&scores) else {
        return Ok(Vec::new());
    };
    let mut places = vec![place];
    while let Some(earlier) = before[place] {
        place = earlier as usize;
        places.push(place);
    }
    places.reverse();
    Ok(trimmed(&places, &strength)
        .iter()
        .map(|place| *place as f64 / envelope.frame_rate)
        .collect())
}

/// The best score of a sequence that ends in each frame, and the beat before in it.
fn follow(strength: &[f64], deviation: f64, period: f64) -> (Vec<f64>, Vec<Option<u32>>) {
    let (near, far) = (
        (period / 2.0).round() as usize,
        (period * 2.0).round() as usize,
    );
    let costs: Vec<f64> = (near..=far)
        .map(|distance| -TIGHTNESS * (distance as f64 / period).ln().powi(2))
        .collect();
    let mut scores = Vec::with_capacity(strength.len());
    let mut before = Vec::with_capacity(strength.len());
    let mut started = false;
    let least = 0.01 * strength.iter().copied().fold(0.0, f64::max) / deviation;
    for (frame, strength) in strength.iter().enumerate() {
        let local = strength / deviation;
        let mut best = (0.0, None);
        // Before the first onset all beginnings are equal.
        started |= local >= least;
        if started && frame >= near {
            let earliest = frame.saturating_sub(far);
            let reachable: &[f64] = &scores[earliest..=frame - near];
            let nearest_first = reachable.iter().rev().zip(&costs);
            let mut highest = f64::NEG_INFINITY;
            for (index, (score, cost)) in nearest_first.enumerate() {
                if score + cost > highest {
                    highest = score + cost;
                    best = (highest, Some((frame - near - index) as u32));
                }
            }
        }
        scores.push(local + best.0);
        before.push(best.1);
    }
    (scores, before)
}

/// Where the best sequence ends: after it, scores only fall.
fn last_beat(scores: &[f64]) -> Option<usize> {
    let last_first = (0..scores.len()).rev();
    last_first.max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
}

/// The beats without the weak ones at both ends.
fn trimmed<'a>(places: &'a [usize], strength: &[f64]) -> &'a [usize] {
    let squares: f64 = places.iter().map(|place| strength[*place].powi(2)).sum();
    let floor = WEAK * (squares / places.len().max(1) as f64).sqrt();
    let strong = |place: &usize| strength[*place] >= floor;
    match (
        places.iter().position(strong),
        places.iter().rposition(strong),
    ) {
        (Some(first), Some(last)) => &places[first..=last],
        _ => &[],
    }
}

/// The values under a Gaussian of the given width in frames.
fn smoothed(values: &[f32], width: f64) -> Vec<f64> {
    let reach = (width * 3.0).ceil() as usize;
    let weights: Vec<f64> = (0..=2 * reach)
        .map(|n| {
            let x = (n as f64 - reach as f64) / width;
            (-0.5 * x * x).exp()
        })
        .collect();
    (0..values.len())
        .map(|n| {
            let from = n.saturating_sub(reach);
            let to = (n + reach + 1).min(values.len());
            let window = weights[from + reach - n..].iter();
            let sum = |sum: f64, (value, weight): (&f32, &f64)| {
                sum + if value.is_finite() {
                    f64::from(*value) * weight
                } else {
                    0.0
                }
            };
            values[from..to].iter().zip(window).fold(0.0, sum)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_stand_on_the_onsets_and_bridge_a_gap() {
        let mut values = vec![0.0; 3_000];
        for n in (20..3_000).step_by(50) {
            values[n] = 1.0;
        }
        // Two beats are not played, and there is one beside the beat.
        values[1_020] = 0.0;
        values[1_070] = 0.0;
        values[1_545] = 0.7;
        let envelope = OnsetEnvelope {
            frame_rate: 100.0,
            values,
        };
        let found = beats(&envelope, 120.0).unwrap();
        assert_eq!(found.len(), 60);
        for (n, time) in found.iter().enumerate() {
            assert!((time - 0.2 - 0.5 * n as f64).abs() < 0.021, "{n}: {time}");
        }
    }

    #[test]
    fn silence_has_no_beats_and_no_tempo_is_too_strange() {
        for values in [vec![], vec![0.0; 1_000], vec![f32::NAN; 1_000]] {
            let envelope = OnsetEnvelope {
                frame_rate: 100.0,
                values,
            };
            assert!(beats(&envelope, 120.0).unwrap().is_empty());
        }
        let envelope = OnsetEnvelope {
            frame_rate: 100.0,
            values: vec![1.0; 10],
        };
        assert!(beats(&envelope, 120.0).is_ok());
        assert!(beats(&envelope, 1_000.0).is_ok());
        assert!(beats(&envelope, 10.0).is_ok());
        assert!(beats(&envelope, f64::NAN).is_err());
    }
}
