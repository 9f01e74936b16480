//! A stereo bus, onto which notes are laid.

use std::f32::consts::FRAC_PI_4;

use crate::frames;

/// Two channels of the same length.
#[derive(Clone)]
pub(crate) struct Mix {
    pub(crate) left: Vec<f32>,
    pub(crate) right: Vec<f32>,
}

impl Mix {
    /// Silence.
    pub(crate) fn new(seconds: f32) -> Self {
        let length = frames(seconds);
        Self {
            left: vec![0.0; length],
            right: vec![0.0; length],
        }
    }

    /// Lays a sound onto the bus at `start` seconds. `pan` goes from -1 (left) to 1 (right) at
    /// constant power; what lies beyond the end is cut.
    pub(crate) fn add(&mut self, start: f32, sound: &[f32], gain: f32, pan: f32) {
        let angle = (pan.clamp(-1.0, 1.0) + 1.0) * FRAC_PI_4;
        let (left_gain, right_gain) = (gain * angle.cos(), gain * angle.sin());
        let first = frames(start).min(self.left.len());
        let channels = self.left[first..].iter_mut().zip(&mut self.right[first..]);
        for ((left, right), sample) in channels.zip(sound) {
            *left += sample * left_gain;
            *right += sample * right_gain;
        }
    }

    /// Adds another bus.
    pub(crate) fn add_mix(&mut self, other: &Mix, gain: f32) {
        for (to, from) in [
            (&mut self.left, &other.left),
            (&mut self.right, &other.right),
        ] {
            for (to, from) in to.iter_mut().zip(from) {
                *to += from * gain;
            }
        }
    }

    /// Multiplies each frame by a gain.
    pub(crate) fn shape(&mut self, mut gain: impl FnMut(usize) -> f32) {
        for (n, (left, right)) in self.left.iter_mut().zip(&mut self.right).enumerate() {
            let gain = gain(n);
            *left *= gain;
            *right *= gain;
        }
    }
}
