//! The tempo of a piece, from how its onsets repeat.

use realfft::RealFftPlanner;
use serde::{Deserialize, Serialize};

use super::OnsetEnvelope;
use crate::{Error, Result};

/// Frames that are compared with themselves at once: about 20 s at 100 frames a second.
const WINDOW: usize = 2_048;
/// Frames from one such window to the next.
const HOP: usize = WINDOW / 4;
/// What spectra are raised to before they go back to lags: less than a power, which sharpens.
const EXPONENT: f32 = 0.5;
/// Multiples of a beat that are asked for, and how much each says.
const COMB: [(f64, f64); 4] = [(1.0, 1.0), (2.0, 0.5), (3.0, 0.25), (4.0, 0.25)];
/// Most tempi that are tried, from the slowest to the fastest.
const STEPS: f64 = 400.0;

/// Which tempi are expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TempoSettings {
    /// The slowest tempo, in beats per minute.
    pub low_bpm: f64,
    /// The fastest tempo, in beats per minute.
    pub high_bpm: f64,
    /// The likeliest tempo, in beats per minute.
    pub likely_bpm: f64,
    /// How far tempi lie from it, in octaves: the standard deviation of a normal distribution.
    pub spread_octaves: f64,
}

impl Default for TempoSettings {
    fn default() -> Self {
        Self {
            low_bpm: 45.0,
            high_bpm: 240.0,
            likely_bpm: 135.0,
            spread_octaves: 0.7,
        }
    }
}

/// The tempo of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tempo {
    /// Beats per minute.
    pub bpm: f64,
    /// How alike the onsets are a beat later, by the generalised autocorrelation: near 0 where
    /// nothing repeats, 0.1 to 0.4 for music with a clear beat, at most 1.
    pub confidence: f64,
    /// The second likeliest, mostly half or twice the tempo.
    pub alternative_bpm: Option<f64>,
}

impl OnsetEnvelope {
    /// The likeliest tempo; nothing for a sound shorter than some beats, or without onsets.
    ///
    /// Windows of the envelope are compared with themselves at every lag, by a generalised
    /// autocorrelation; a tempo's score is the sum over the first four multiples of its beat
    /// (Percival and Tzanetakis, *Streamlined tempo estimation based on autocorrelation and
    /// cross-correlation with pulses*, 2014), times how likely it is beforehand.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for settings that are not positive numbers in order.
    pub fn tempo(&self, settings: &TempoSettings) -> Result<Option<Tempo>> {
        let TempoSettings {
            low_bpm,
            high_bpm,
            likely_bpm,
            spread_octaves,
        } = *settings;
        let positive = |x: f64| x > 0.0 && x.is_finite();
        let range = low_bpm >= 10.0 && low_bpm < high_bpm && high_bpm <= 1_000.0;
        let prior = positive(likely_bpm) && positive(spread_octaves);
        if !(range && prior) {
            let reason = format!(
                "{low_bpm} to {high_bpm} BPM about {likely_bpm} ± {spread_octaves} octaves; \
                 they have to rise within 10 and 1000"
            );
            return Err(Error::invalid("tempo settings", reason));
        }
        let lags = self.repetition();
        if lags.is_empty() {
            return Ok(None);
        }
        let step = (high_bpm / low_bpm).powf(1.0 / STEPS);
        let beat = |bpm: f64| 60.0 * self.frame_rate / bpm;
        let candidates: Vec<(f64, f64)> = (0..=STEPS as i32)
            .map(|n| {
                let bpm = low_bpm * step.powi(n);
                let distance = (bpm / likely_bpm).log2() / spread_octaves;
                (
                    bpm,
                    comb(&lags, beat(bpm)) * (-0.5 * distance * distance).exp(),
                )
            })
            .collect();
        let Some(best) = peak(&candidates, |_| true) else {
            return Ok(None);
        };
        // Another one is at least a tenth away.
        let other = peak(&candidates, |bpm| (bpm / best).log2().abs() > 0.14);
        let refined = |bpm: f64| 60.0 * self.frame_rate / refine(&lags, beat(bpm));
        let confidence = near(&lags, refine(&lags, beat(best)));
        Ok(Some(Tempo {
            bpm: refined(best),
            confidence: confidence.clamp(0.0, 1.0),
            alternative_bpm: other.map(refined),
        }))
    }

    /// How alike the envelope is to itself at each lag in frames, 1 at lag 0; nothing for an
    /// envelope that is too short, or flat.
    pub(in crate::analysis) fn repetition(&self) -> Vec<f64> {
        let usable = self.frame_rate > 0.0 && self.frame_rate.is_finite();
        if !usable || (self.values.len() as f64) < 2.0 * self.frame_rate {
            return Vec::new();
        }
        let curve = detrended(&self.values, (self.frame_rate * 0.5) as usize);
        let mut planner = RealFftPlanner::<f32>::new();
        let there = planner.plan_fft_forward(2 * WINDOW);
        let back = planner.plan_fft_inverse(2 * WINDOW);
        let mut frame = there.make_input_vec();
        let mut bins = there.make_output_vec();
        let mut sums = vec![0.0; WINDOW];
        let mut start = 0;
        while start == 0 || start + WINDOW / 2 < curve.len() {
            let end = (start + WINDOW).min(curve.len());
            frame.fill(0.0);
            frame[..end - start].copy_from_slice(&curve[start..end]);
            there
                .process(&mut frame, &mut bins)
                .expect("the buffers were made by the plan");
            for bin in &mut bins {
                let power = bin.norm_sqr();
                *bin = power.powf(EXPONENT).into();
            }
            back.process(&mut bins, &mut frame)
                .expect("the buffers were made by the plan, and powers are real");
            if frame[0] > 0.0 && frame[0].is_finite() {
                for (sum, value) in sums.iter_mut().zip(&frame) {
                    *sum += f64::from(value / frame[0]);
                }
            }
            start += HOP;
        }
        let whole = sums[0];
        if whole <= 0.0 {
            return Vec::new();
        }
        sums.iter().map(|sum| sum / whole).collect()
    }
}

/// What stands above the mean of `half` values on both sides.
fn detrended(values: &[f32], half: usize) -> Vec<f32> {
    let mut sums = vec![0.0];
    for value in values {
        let value = if value.is_finite() {
            f64::from(*value)
        } else {
            0.0
        };
        sums.push(sums[sums.len() - 1] + value);
    }
    (0..values.len())
        .map(|n| {
            let (from, to) = (n.saturating_sub(half), (n + half + 1).min(values.len()));
            let mean = (sums[to] - sums[from]) / (to - from) as f64;
            (sums[n + 1] - sums[n] - mean).max(0.0) as f32
        })
        .collect()
}

/// The value at a lag between frames.
fn at(lags: &[f64], lag: f64) -> f64 {
    let index = lag.max(0.0) as usize;
    match lags.get(index..index + 2) {
        Some([a, b]) => a + (b - a) * (lag - index as f64),
        _ => 0.0,
    }
}

/// The highest value within a frame of a lag, or within 1 % of it.
fn near(lags: &[f64], lag: f64) -> f64 {
    let reach = (lag * 0.01).max(1.0);
    let ends = at(lags, lag - reach).max(at(lags, lag + reach));
    let inside = (lag - reach).ceil() as usize..=(lag + reach) as usize;
    inside
        .filter_map(|n| lags.get(n))
        .fold(ends, |high, value| high.max(*value))
}

/// How well a beat of `lag` frames fits, as far as its multiples are known.
fn comb(lags: &[f64], lag: f64) -> f64 {
    let (mut score, mut weights) = (0.0, 0.0);
    for (multiple, weight) in COMB {
        if lag * multiple * 1.02 + 1.0 < lags.len() as f64 {
            score += weight * near(lags, lag * multiple);
            weights += weight;
        }
    }
    if weights > 0.0 {
        (score / weights).max(0.0)
    } else {
        0.0
    }
}

/// The tempo with the highest score among those allowed.
fn peak(candidates: &[(f64, f64)], allowed: impl Fn(f64) -> bool) -> Option<f64> {
    let inside = candidates
        .iter()
        .filter(|(bpm, score)| allowed(*bpm) && *score > 0.0);
    inside
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(bpm, _)| *bpm)
}

/// A beat's length from where its farthest known multiples are highest.
fn refine(lags: &[f64], lag: f64) -> f64 {
    let mut refined = lag;
    for multiple in [1.0, 2.0, 4.0, 8.0, 16.0] {
        let place = refined * multiple;
        let reach = (place * 0.02).clamp(1.0, lag / 4.0);
        let range = (place - reach).floor().max(1.0) as usize..=(place + reach).ceil() as usize;
        if *range.end() + 1 >= lags.len().min(WINDOW * 3 / 4) {
            break;
        }
        let Some(best) = range.max_by(|a, b| lags[*a].total_cmp(&lags[*b])) else {
            break;
        };
        let (a, b, c) = (lags[best - 1], lags[best], lags[best + 1]);
        // Only a true maximum says something.
        if b < a || b < c || b <= 0.0 {
            continue;
        }
        let curve = a - 2.0 * b + c;
        let shift = if curve < 0.0 {
            0.5 * (a - c) / curve
        } else {
            0.0
        };
        refined = (best as f64 + shift) / multiple;
    }
    refined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beats of `bpm`, every `accent`th twice as strong.
    fn pulse(bpm: f64, seconds: f64, accent: usize) -> OnsetEnvelope {
        let mut values = vec![0.0; (seconds * 100.0) as usize];
        let beat = 6_000.0 / bpm;
        for n in 0..(values.len() as f64 / beat) as usize {
            let place = n as f64 * beat;
            let index = place as usize;
            let strength = if n % accent == 0 { 2.0 } else { 1.0 };
            let rest = (place - index as f64) as f32;
            values[index] = strength * (1.0 - rest);
            if let Some(value) = values.get_mut(index + 1) {
                *value = strength * rest;
            }
        }
        OnsetEnvelope {
            frame_rate: 100.0,
            values,
        }
    }

    #[test]
    fn regular_beats_have_their_tempo() {
        for bpm in [75.0, 90.0, 101.3, 120.0, 128.0, 140.0, 160.0, 174.0] {
            let tempo = pulse(bpm, 30.0, 4)
                .tempo(&TempoSettings::default())
                .unwrap()
                .unwrap();
            assert!((tempo.bpm / bpm - 1.0).abs() < 0.004, "{bpm}: {tempo:?}");
            assert!(tempo.confidence > 0.15, "{bpm}: {tempo:?}");
        }
    }

    #[test]
    fn half_or_twice_the_tempo_is_the_alternative() {
        let tempo = pulse(120.0, 30.0, 2)
            .tempo(&TempoSettings::default())
            .unwrap()
            .unwrap();
        let ratio = tempo.alternative_bpm.unwrap() / tempo.bpm;
        assert!(
            [0.5, 2.0]
                .iter()
                .any(|r| (ratio / r - 1.0_f64).abs() < 0.03),
            "{tempo:?}"
        );
    }

    #[test]
    fn without_onsets_there_is_no_tempo() {
        let settings = TempoSettings::default();
        for values in [
            vec![],
            vec![1.0; 50],
            vec![0.0; 3_000],
            vec![f32::NAN; 3_000],
        ] {
            let envelope = OnsetEnvelope {
                frame_rate: 100.0,
                values,
            };
            assert_eq!(envelope.tempo(&settings).unwrap(), None);
        }
        let settings = TempoSettings {
            low_bpm: 300.0,
            ..settings
        };
        assert!(OnsetEnvelope::default().tempo(&settings).is_err());
    }
}
