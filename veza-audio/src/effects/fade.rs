//! Fades, in and out.

use std::f64::consts::{FRAC_PI_2, PI};

use serde::{Deserialize, Serialize};

use super::{Delay, Prepare, Processor};
use crate::{AudioBuffer, AudioSpec, Result, parameter, samples};

/// The longest fade, in seconds; one that goes out is held in memory.
const MAX_SECONDS: f64 = 60.0;
/// Where an exponential fade begins: 60 dB down.
const EXPONENTIAL_FLOOR: f64 = 1e-3;

/// How the level goes from nothing to all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FadeCurve {
    /// The amplitude grows evenly. Two that cross add up to 1: for sounds which are alike.
    Linear,
    /// A quarter of a sine. Two that cross add up to 1 in power: for sounds which differ.
    EqualPower,
    /// The level in decibels grows evenly, from -60 dB on: as loudness is heard.
    Exponential,
    /// Half a cosine, slow at both ends. Two that cross add up to 1.
    #[default]
    SCurve,
}

impl FadeCurve {
    /// The factor at `position`, from 0 (silence) to 1 (all).
    pub fn gain(self, position: f64) -> f64 {
        let position = position.clamp(0.0, 1.0);
        match self {
            Self::Linear => position,
            Self::EqualPower => (position * FRAC_PI_2).sin(),
            // Moved down by what it would begin with, so that it begins with nothing.
            Self::Exponential => {
                (EXPONENTIAL_FLOOR.powf(1.0 - position) - EXPONENTIAL_FLOOR)
                    / (1.0 - EXPONENTIAL_FLOOR)
            }
            Self::SCurve => 0.5 - 0.5 * (position * PI).cos(),
        }
    }
}

/// Fades the beginning in.
///
/// A fade of n frames has the curve's values at (k + 1/2)/n: then a fade in and a fade out of the
/// same length and place add up exactly as their curves promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FadeIn {
    /// How long it takes, in seconds, 0 to 60; to the nearest frame.
    pub seconds: f64,
    /// Its curve.
    #[serde(default)]
    pub curve: FadeCurve,
}

/// Fades the end out; of a sound shorter than that, all of it.
///
/// The end need not be known beforehand: the sound is held back by the length of the fade, which
/// a [`super::Chain`] takes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FadeOut {
    /// How long it takes, in seconds, 0 to 60; to the nearest frame.
    pub seconds: f64,
    /// Its curve.
    #[serde(default)]
    pub curve: FadeCurve,
}

fn check(seconds: f64) -> Result<()> {
    parameter::within("seconds", seconds, "s", 0.0..=MAX_SECONDS)
}

impl Prepare for FadeIn {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        check(self.seconds)?;
        Ok(Box::new(In {
            spec,
            curve: self.curve,
            length: parameter::frames(self.seconds, spec.sample_rate),
            done: 0,
        }))
    }
}

impl Prepare for FadeOut {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        check(self.seconds)?;
        let length = parameter::frames(self.seconds, spec.sample_rate);
        Ok(Box::new(Out {
            spec,
            curve: self.curve,
            length,
            held: Delay::new(length, spec.channels()),
            seen: 0,
            ending: None,
        }))
    }
}

/// Multiplies the frames from `start` on by what `gain` says of each.
fn scale(block: &mut AudioBuffer, frames: usize, gain: impl Fn(usize) -> f64) {
    for frame in 0..frames {
        let gain = gain(frame) as f32;
        for plane in block.planes_mut() {
            plane[frame] *= gain;
        }
    }
}

#[derive(Debug)]
struct In {
    spec: AudioSpec,
    curve: FadeCurve,
    length: usize,
    done: usize,
}

impl Processor for In {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        let frames = block.frames().min(self.length - self.done);
        scale(block, frames, |frame| {
            let place = (self.done + frame) as f64 + 0.5;
            self.curve.gain(place / self.length as f64)
        });
        self.done += frames;
        Ok(())
    }

    fn reset(&mut self) {
        self.done = 0;
    }
}

#[derive(Debug)]
struct Out {
    spec: AudioSpec,
    curve: FadeCurve,
    length: usize,
    held: Delay,
    /// Frames which came in, up to the length of the fade.
    seen: usize,
    /// After the end: frames which are still to come out.
    ending: Option<usize>,
}

impl Processor for Out {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        let frames = block.frames();
        self.held.run(block, 0, frames);
        match &mut self.ending {
            None => self.seen = self.length.min(self.seen.saturating_add(frames)),
            Some(left) => {
                let (before, length) = (*left, self.seen);
                scale(block, frames, |frame| {
                    // Frames to the end; what comes before a short sound is silence anyway.
                    let rest = before.saturating_sub(frame) as f64 - 0.5;
                    self.curve.gain(rest / length as f64)
                });
                *left = left.saturating_sub(frames);
            }
        }
        Ok(())
    }

    fn latency(&self) -> usize {
        self.length
    }

    fn reset(&mut self) {
        self.held.fill(0.0);
        self.seen = 0;
        self.ending = None;
    }

    fn end(&mut self) {
        self.ending = Some(self.length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVES: [FadeCurve; 4] = [
        FadeCurve::Linear,
        FadeCurve::EqualPower,
        FadeCurve::Exponential,
        FadeCurve::SCurve,
    ];

    #[test]
    fn curves_go_from_nothing_to_all_and_never_back() {
        for curve in CURVES {
            assert!(curve.gain(0.0).abs() < 1e-15 && (curve.gain(1.0) - 1.0).abs() < 1e-15);
            let gains = (0..=1_000).map(|n| curve.gain(f64::from(n) / 1_000.0));
            assert!(gains.is_sorted(), "{curve:?}");
        }
        // Even in decibels: each twentieth of it is 3 dB, away from the silent end.
        let ratio = FadeCurve::Exponential.gain(0.95) / FadeCurve::Exponential.gain(0.90);
        assert!((20.0 * ratio.log10() - 3.0).abs() < 0.02);
    }

    #[test]
    fn crossing_curves_add_up() {
        for n in 0..100 {
            let position = (f64::from(n) + 0.5) / 100.0;
            for curve in [FadeCurve::Linear, FadeCurve::SCurve] {
                let sum = curve.gain(position) + curve.gain(1.0 - position);
                assert!((sum - 1.0).abs() < 1e-12);
            }
            let (a, b) = (
                FadeCurve::EqualPower.gain(position),
                FadeCurve::EqualPower.gain(1.0 - position),
            );
            assert!((a * a + b * b - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn lengths_that_make_no_sense_are_refused() {
        for seconds in [-1.0, f64::NAN, 61.0] {
            assert!(
                check(seconds)
                    .unwrap_err()
                    .to_string()
                    .starts_with("seconds: ")
            );
        }
    }
}
