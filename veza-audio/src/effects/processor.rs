//! What an effect is while it works.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AudioBuffer, AudioSpec, Result};

/// The parameters of an effect, from which it is made ready for a stream.
///
/// Parameters and work are two things, so that nothing can be processed which was not prepared.
pub trait Prepare {
    /// Makes the effect ready for sound of `spec`. All memory it needs is taken here.
    ///
    /// # Errors
    /// [`crate::Error::InvalidParameter`] for a parameter which makes no sense, or not for this
    /// stream, by its name.
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>>;
}

/// An effect at work: it changes blocks in place, as many frames out as in.
///
/// Samples which are not finite count as silence. Work takes no memory and the same course
/// however the sound is cut into blocks.
pub trait Processor: Send + fmt::Debug {
    /// Processes the next block, of any length.
    ///
    /// # Errors
    /// [`crate::Error::InvalidParameter`] when the block has not the channels that were prepared
    /// for.
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()>;

    /// By how many frames the output lags behind the input.
    fn latency(&self) -> usize {
        0
    }

    /// For how many frames sound goes on after the input's end, latency left out; what is too
    /// soft to be heard, such as a filter's last ringing, does not count.
    fn tail(&self) -> usize {
        0
    }

    /// Forgets what was heard, as if newly prepared.
    fn reset(&mut self);

    /// Says that the sound ends here: the frames which still come are silence, to get out what
    /// the latency and the tail hold.
    fn end(&mut self) {}

    /// By how much the level was reduced so far, where that is what the effect does.
    fn reduction(&self) -> Option<GainReduction> {
        None
    }
}

/// How much a compressor, gate or limiter took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GainReduction {
    /// The most, in dB (at least 0).
    pub max_db: f64,
    /// The part of all frames which were reduced by a tenth of a decibel or more, 0 to 1.
    pub share: f64,
}

/// Follows a [`GainReduction`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReductionMeter {
    frames: u64,
    reduced: u64,
    max_db: f64,
}

impl ReductionMeter {
    /// Takes the reductions of the next frames, in dB, as gains of at most 0.
    pub(crate) fn push(&mut self, gains_db: &[f32]) {
        self.frames += gains_db.len() as u64;
        let mut lowest = 0.0_f32;
        let mut reduced = 0_u32;
        for gain in gains_db {
            lowest = lowest.min(*gain);
            reduced += u32::from(*gain <= -0.1);
        }
        self.reduced += u64::from(reduced);
        self.max_db = self.max_db.max(-f64::from(lowest));
    }

    /// Takes the gains of the next frames as factors of at most 1.
    pub(crate) fn push_linear(&mut self, gains: &[f32]) {
        /// A tenth of a decibel less than 1.
        const REDUCED: f32 = 0.988_553;
        self.frames += gains.len() as u64;
        let mut lowest = 1.0_f32;
        let mut reduced = 0_u32;
        for gain in gains {
            lowest = lowest.min(*gain);
            reduced += u32::from(*gain <= REDUCED);
        }
        self.reduced += u64::from(reduced);
        if lowest < 1.0 {
            self.max_db = self.max_db.max(-20.0 * f64::from(lowest).log10());
        }
    }

    pub(crate) fn read(&self) -> GainReduction {
        GainReduction {
            max_db: self.max_db,
            share: self.reduced as f64 / self.frames.max(1) as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reductions_are_counted_from_a_tenth_of_a_decibel_on() {
        let mut meter = ReductionMeter::default();
        assert_eq!(meter.read(), GainReduction::default());
        meter.push(&[0.0, -0.05, -3.0, -0.5]);
        let read = meter.read();
        assert_eq!((read.max_db, read.share), (3.0, 0.5));
    }
}
