//! Chorus and echo.

use std::f32::consts::TAU;

use crate::mix::Mix;
use crate::{RATE, frames};

/// A delay line which can be read between its samples.
struct Line {
    samples: Vec<f32>,
    head: usize,
}

impl Line {
    fn new(length: usize) -> Self {
        Self {
            samples: vec![0.0; length.max(2)],
            head: 0,
        }
    }

    fn push(&mut self, sample: f32) {
        self.samples[self.head] = sample;
        self.head = (self.head + 1) % self.samples.len();
    }

    /// What was pushed `delay` frames ago, interpolated between neighbours.
    fn read(&self, delay: f32) -> f32 {
        let length = self.samples.len();
        let delay = delay.clamp(1.0, (length - 1) as f32);
        let whole = delay as usize;
        let part = delay - whole as f32;
        let at = |back: usize| self.samples[(self.head + length - back) % length];
        at(whole) + (at((whole + 1).min(length - 1)) - at(whole)) * part
    }
}

/// Makes one voice sound like several: a copy of each channel whose delay swings slowly.
pub(crate) fn chorus(mix: &mut Mix, depth_seconds: f32, hertz: f32, wet: f32) {
    let centre = 0.012 * RATE;
    let depth = depth_seconds * RATE;
    // The channels swing a quarter cycle apart, which widens the image.
    for (channel, offset) in [(&mut mix.left, 0.0), (&mut mix.right, 0.25)] {
        let mut line = Line::new(frames(0.03));
        for (n, sample) in channel.iter_mut().enumerate() {
            line.push(*sample);
            let swing = ((n as f32 / RATE * hertz + offset) * TAU).sin();
            *sample = *sample * (1.0 - wet * 0.5) + line.read(centre + depth * swing) * wet;
        }
    }
}

/// Echoes which go from side to side and grow darker.
pub(crate) fn ping_pong(mix: &mut Mix, seconds: f32, feedback: f32, wet: f32) {
    let delay = seconds * RATE;
    let length = frames(seconds) + 2;
    let (mut near, mut far) = (Line::new(length), Line::new(length));
    let mut dark = 0.0f32;
    for (left, right) in mix.left.iter_mut().zip(&mut mix.right) {
        let (first, second) = (near.read(delay), far.read(delay));
        dark += (second - dark) * 0.45;
        near.push((*left + *right) * 0.5 + dark * feedback);
        far.push(first);
        *left += first * wet;
        *right += second * wet;
    }
}
