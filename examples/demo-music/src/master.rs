//! The last step: from a mix to something fit to be heard.

use crate::filter::StateVariable;
use crate::mix::Mix;
use crate::{RATE, frames};

/// The usual level of the highest peak in dBFS, which leaves lossy encoders some room.
pub(crate) const FULL: f32 = -1.0;

/// Takes out what lies below hearing, rounds the highest peaks, fades both ends and sets the level.
///
/// `drive` is how far the mix is pushed into the rounding (1 touches the highest peaks alone),
/// `peak_dbfs` where the highest peak comes to lie: [`FULL`], or less for a piece which is meant to
/// be quiet. `fade_out` is in seconds.
pub(crate) fn master(mix: &mut Mix, drive: f32, peak_dbfs: f32, fade_out: f32) {
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
    let gain = 10f32.powf(peak_dbfs / 20.0) / peak(mix).max(1e-6);
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
