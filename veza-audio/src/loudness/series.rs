//! Loudness over time.

use serde::{Deserialize, Serialize};

use super::windows::{STEPS_PER_SECOND, Windows};
use crate::{Error, Result};

/// Milliseconds of a step.
const STEP_MS: u32 = 1_000 / STEPS_PER_SECOND as u32;
/// The longest time from one point to the next, in milliseconds.
const MAX_EVERY_MS: u32 = 60_000;

/// The loudness at one moment (EBU Tech 3341). A value is absent for digital silence; windows
/// which are not yet full count as beginning in silence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoudnessPoint {
    /// Where the windows end, in seconds from the beginning.
    pub seconds: f64,
    /// The loudness of the 400 ms before, in LUFS.
    pub momentary_lufs: Option<f64>,
    /// The loudness of the 3 s before, in LUFS.
    pub short_term_lufs: Option<f64>,
}

/// Points that were noted and not taken yet.
#[derive(Debug)]
pub(super) struct Series {
    every: u64,
    points: Vec<LoudnessPoint>,
}

impl Series {
    pub(super) fn new(every_ms: u32) -> Result<Self> {
        if !every_ms.is_multiple_of(STEP_MS) || !(STEP_MS..=MAX_EVERY_MS).contains(&every_ms) {
            let reason = format!(
                "every {every_ms} ms; multiples of {STEP_MS} up to {MAX_EVERY_MS} can be asked for"
            );
            return Err(Error::invalid("series", reason));
        }
        Ok(Self {
            every: u64::from(every_ms / STEP_MS),
            points: Vec::new(),
        })
    }

    /// Sees the windows after so many steps.
    pub(super) fn step(&mut self, steps: u64, windows: &Windows) {
        if steps.is_multiple_of(self.every) {
            let [momentary_lufs, short_term_lufs] = windows.now();
            self.points.push(LoudnessPoint {
                seconds: steps as f64 / STEPS_PER_SECOND as f64,
                momentary_lufs,
                short_term_lufs,
            });
        }
    }

    pub(super) fn take(&mut self) -> Vec<LoudnessPoint> {
        std::mem::take(&mut self.points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_cannot_be_followed_are_refused() {
        for every_ms in [0, 5, 15, 60_010] {
            let error = Series::new(every_ms).unwrap_err().to_string();
            assert!(error.starts_with(&format!("series: every {every_ms} ms;")));
        }
        assert!(Series::new(10).is_ok() && Series::new(60_000).is_ok());
    }
}
