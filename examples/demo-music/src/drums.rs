//! Drums.

use crate::chance::Chance;
use crate::envelope::Adsr;
use crate::filter::StateVariable;
use crate::oscillator::Phase;
use crate::{RATE, frames};

/// A falling exponential: 1 at the start, a thousandth after `seconds`.
fn fall(n: usize, seconds: f32) -> f32 {
    (-6.9 * n as f32 / (seconds * RATE)).exp()
}

/// A bass drum: a sine which drops from `top` to `bottom` hertz, with a click.
pub(crate) fn kick(top: f32, bottom: f32, seconds: f32, chance: &mut Chance) -> Vec<f32> {
    let mut phase = Phase::default();
    let length = frames(seconds);
    let sound = (0..length).map(|n| {
        let hertz = bottom + (top - bottom) * fall(n, 0.09);
        let body = (phase.sine(hertz) * 1.6).tanh() * fall(n, seconds);
        body + chance.noise() * 0.25 * fall(n, 0.006)
    });
    sound.collect()
}

/// A cymbal: noise above `cutoff` hertz.
pub(crate) fn hat(cutoff: f32, seconds: f32, chance: &mut Chance) -> Vec<f32> {
    let mut filter = StateVariable::default();
    let sound = (0..frames(seconds))
        .map(|n| filter.run(chance.noise(), cutoff, 1.2).high * fall(n, seconds));
    sound.collect()
}

/// A hand clap: four short bursts of coloured noise, the last one with the room in it.
pub(crate) fn clap(chance: &mut Chance) -> Vec<f32> {
    let mut filter = StateVariable::default();
    let gap = frames(0.011);
    let sound = (0..frames(0.28)).map(|n| {
        let level = if n < 3 * gap {
            fall(n % gap, 0.02)
        } else {
            fall(n - 3 * gap, 0.2)
        };
        filter.run(chance.noise(), 1300.0, 1.6).band * level
    });
    sound.collect()
}

/// A snare drum: a short tone and noise.
pub(crate) fn snare(tone: f32, seconds: f32, chance: &mut Chance) -> Vec<f32> {
    let (mut phase, mut filter) = (Phase::default(), StateVariable::default());
    let shape = Adsr {
        attack: 0.001,
        decay: seconds,
        sustain: 0.0,
        release: 0.01,
    };
    let sound = (0..frames(seconds)).map(|n| {
        let rattle = filter.run(chance.noise(), 1800.0, 0.8).high;
        let body = phase.triangle(tone * (1.0 + 0.6 * fall(n, 0.03))) * fall(n, seconds * 0.6);
        (rattle * 0.7 + body * 0.6) * shape.level(n as f32 / RATE, seconds)
    });
    sound.collect()
}
