//! The last step: from a mix to something fit to be heard.

use crate::filter::StateVariable;
use crate::mix::Mix;
use crate::{RATE, frames};

/// The level of the highest peak: -1 dBFS, which leaves lossy encoders some room.
const PEAK: f32 = 0.891;

/// Takes out what lies below hearing, rounds the highest peaks, fades both ends and sets the level.
///
/// `drive` is how far the mix is pushed into the rounding: 1 touches nothing but the highest peaks.
pub(crate) fn master(mix: &mut Mix, drive: f32, fade_out: f32) {
    for channel in [&mut mix.left, &mut mix.right] {
        let mut filter = StateVariable::default();
        for sample in channel.iter_mut() {
            *sample = filter.run(*sample, 28.0, 0.7).high;
        }
    }
    let reference = peak(mix).max(1e-6) / drive;
    for channel in [&mut mix.left, &mut mix.right] {
        for sample in channel.iter_mut() {
            *sample = rounded(*sample / reference);
        }
    }
    let length = mix.left.len();
    let (rise, fall) = (frames(0.01) as f32, fade_out * RATE);
    mix.shape(|n| {
        let end = ((length - n) as f32 / fall).min(1.0);
        (n as f32 / rise).min(1.0) * end * end * (3.0 - 2.0 * end)
    });
    let gain = PEAK / peak(mix).max(1e-6);
    mix.shape(|_| gain);
}

/// Straight up to 0.6, then a bend which approaches 1.
fn rounded(sample: f32) -> f32 {
    let knee = 0.6;
    let over = sample.abs() - knee;
    if over <= 0.0 {
        return sample;
    }
    (knee + (1.0 - knee) * (over / (1.0 - knee)).tanh()).copysign(sample)
}

fn peak(mix: &Mix) -> f32 {
    mix.left
        .iter()
        .chain(&mix.right)
        .fold(0.0, |peak, sample| peak.max(sample.abs()))
}
