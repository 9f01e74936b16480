//! Louder or softer, by one factor.

use serde::{Deserialize, Serialize};

use super::{Prepare, Processor};
use crate::{AudioBuffer, AudioSpec, Result, parameter, samples};

/// Changes the level by a fixed number of decibels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Amplify {
    /// The change, in dB, -200 to 200.
    pub gain_db: f64,
}

impl Prepare for Amplify {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        parameter::within("gainDb", self.gain_db, "dB", -200.0..=200.0)?;
        Ok(Box::new(Amplifier {
            spec,
            factor: parameter::amplitude(self.gain_db) as f32,
        }))
    }
}

#[derive(Debug)]
struct Amplifier {
    spec: AudioSpec,
    factor: f32,
}

impl Processor for Amplifier {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        block.scale(self.factor);
        Ok(())
    }

    fn reset(&mut self) {}
}
