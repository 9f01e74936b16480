//! How a sound grows and fades.

use crate::frames;

/// Attack, decay, sustain and release: times in seconds, the level from 0 to 1.
#[derive(Clone, Copy)]
pub(crate) struct Adsr {
    pub(crate) attack: f32,
    pub(crate) decay: f32,
    pub(crate) sustain: f32,
    pub(crate) release: f32,
}

impl Adsr {
    /// The whole length in frames of a note which is held for `held` seconds.
    pub(crate) fn frames(&self, held: f32) -> usize {
        frames(held + self.release)
    }

    /// The level `time` seconds into a note which is held for `held` seconds.
    pub(crate) fn level(&self, time: f32, held: f32) -> f32 {
        if time < held {
            return self.sounding(time);
        }
        // Squared, the fall is quick at first and gentle at its end, which is at nothing.
        let left = (1.0 - (time - held) / self.release.max(1e-4)).clamp(0.0, 1.0);
        self.sounding(held) * left * left
    }

    fn sounding(&self, time: f32) -> f32 {
        if time < self.attack {
            // Rounded at both ends, or a slow attack has audible corners.
            let t = time / self.attack;
            return t * t * (3.0 - 2.0 * t);
        }
        let decayed = (-(time - self.attack) / self.decay.max(1e-4) * 3.0).exp();
        self.sustain + (1.0 - self.sustain) * decayed
    }
}
