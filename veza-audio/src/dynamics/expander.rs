//! The expander and the gate: what is soft becomes softer.

use serde::{Deserialize, Serialize};

use super::key::{self, Detector, Key, TILE};
use crate::effects::{GainReduction, Prepare, Processor, ReductionMeter};
use crate::parameter::{decay, within};
use crate::{AudioBuffer, AudioSpec, Result, samples};

/// Reduces what is under a threshold: an expander with a small ratio, a gate with a large one.
///
/// It opens at the threshold and then stays open, passing everything unchanged, until the level
/// has been below the threshold less the hysteresis for the time of the hold.
///
/// ```
/// use veza_audio::dynamics::Expander;
///
/// let expander = Expander { threshold_db: -40.0, ratio: 2.0, range_db: 30.0, ..Expander::default() };
/// assert_eq!(expander.curve_db(-50.0), -60.0);
/// assert_eq!(expander.curve_db(-80.0), -110.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Expander {
    /// The level at which it opens, in dBFS, -120 to 0.
    pub threshold_db: f64,
    /// How far below the threshold the level must fall for it to close, in dB, 0 to 40.
    pub hysteresis_db: f64,
    /// How many decibels less come out for one less going in, while it is closed, 1 to 100.
    pub ratio: f64,
    /// The most by which the level is reduced, in dB, 0 to 150.
    pub range_db: f64,
    /// The time in which it opens, to 1/e of the way (in dB), in milliseconds, 0 to 1,000.
    pub attack_ms: f64,
    /// How long it stays open after the level has fallen, in milliseconds, 0 to 10,000.
    pub hold_ms: f64,
    /// The time in which it closes, to 1/e of the way (in dB), in milliseconds, 1 to 10,000.
    pub release_ms: f64,
    /// What counts as level; that of the loudest channel counts for all.
    pub detector: Detector,
    /// What the detector does not hear, in Hz: below this, 12 dB per octave down. Absent to hear
    /// all.
    pub side_chain_high_pass: Option<f64>,
}

impl Default for Expander {
    fn default() -> Self {
        Self {
            threshold_db: -45.0,
            hysteresis_db: 4.0,
            ratio: 2.0,
            range_db: 40.0,
            attack_ms: 1.0,
            hold_ms: 50.0,
            release_ms: 150.0,
            detector: Detector::Peak,
            side_chain_high_pass: None,
        }
    }
}

impl Expander {
    /// What comes out, in dB, while `level_db` goes in, stays so, and the expander was closed.
    pub fn curve_db(&self, level_db: f64) -> f64 {
        let under = (self.threshold_db - level_db).max(0.0);
        level_db - (under * (self.ratio - 1.0)).min(self.range_db)
    }
}

impl Prepare for Expander {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        within("thresholdDb", self.threshold_db, "dB", -120.0..=0.0)?;
        within("hysteresisDb", self.hysteresis_db, "dB", 0.0..=40.0)?;
        within("ratio", self.ratio, "", 1.0..=100.0)?;
        within("rangeDb", self.range_db, "dB", 0.0..=150.0)?;
        within("attackMs", self.attack_ms, "ms", 0.0..=1_000.0)?;
        within("holdMs", self.hold_ms, "ms", 0.0..=10_000.0)?;
        within("releaseMs", self.release_ms, "ms", 1.0..=10_000.0)?;
        let rate = spec.sample_rate;
        Ok(Box::new(Expanding {
            spec,
            key: Key::new(spec, self.detector, true, self.side_chain_high_pass)?,
            threshold: self.threshold_db as f32,
            closing: (self.threshold_db - self.hysteresis_db) as f32,
            slope: (self.ratio - 1.0) as f32,
            range: self.range_db as f32,
            attack: decay(self.attack_ms, rate),
            release: decay(self.release_ms, rate),
            hold: crate::parameter::frames(self.hold_ms / 1_000.0, rate),
            door: Door::default(),
            meter: ReductionMeter::default(),
        }))
    }
}

/// Whether it is open, for how long still, and the gain in dB.
#[derive(Debug, Default)]
struct Door {
    open: bool,
    held: usize,
    gain: f64,
}

#[derive(Debug)]
struct Expanding {
    spec: AudioSpec,
    key: Key,
    threshold: f32,
    closing: f32,
    slope: f32,
    range: f32,
    attack: f64,
    release: f64,
    hold: usize,
    door: Door,
    meter: ReductionMeter,
}

impl Processor for Expanding {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        let mut start = 0;
        while start < block.frames() {
            let end = block.frames().min(start + TILE);
            let rows = self.key.listen(block, start, end);
            for row in &mut *rows {
                let row = &mut row[..end - start];
                let door = &mut self.door;
                for value in &mut *row {
                    let level = *value;
                    if level >= self.threshold || (door.open && level >= self.closing) {
                        door.open = true;
                        door.held = self.hold;
                    } else if door.held > 0 {
                        door.held -= 1;
                    } else {
                        door.open = false;
                    }
                    let target = if door.open {
                        0.0
                    } else {
                        let under = (self.threshold - level).max(0.0);
                        -f64::from((under * self.slope).min(self.range))
                    };
                    let opens = target > door.gain;
                    let coefficient = if opens { self.attack } else { self.release };
                    door.gain = target + (door.gain - target) * coefficient;
                    *value = door.gain as f32;
                }
                if door.gain > -1e-6 {
                    door.gain = 0.0;
                }
                self.meter.push(row);
            }
            key::apply(block, start, end, rows);
            start = end;
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.key.reset();
        self.door = Door::default();
        self.meter = ReductionMeter::default();
    }

    fn reduction(&self) -> Option<GainReduction> {
        Some(self.meter.read())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    #[test]
    fn parameters_that_make_no_sense_are_refused_by_name() {
        let spec = AudioSpec::new(48_000, ChannelLayout::Stereo);
        let usual = Expander::default();
        for (expander, named) in [
            (
                Expander {
                    threshold_db: -121.0,
                    ..usual
                },
                "thresholdDb: -121 dB;",
            ),
            (
                Expander {
                    hysteresis_db: -1.0,
                    ..usual
                },
                "hysteresisDb: -1 dB;",
            ),
            (
                Expander {
                    ratio: f64::INFINITY,
                    ..usual
                },
                "ratio: inf;",
            ),
            (
                Expander {
                    range_db: -3.0,
                    ..usual
                },
                "rangeDb: -3 dB;",
            ),
            (
                Expander {
                    attack_ms: -1.0,
                    ..usual
                },
                "attackMs: -1 ms;",
            ),
            (
                Expander {
                    hold_ms: f64::NAN,
                    ..usual
                },
                "holdMs: NaN ms;",
            ),
            (
                Expander {
                    release_ms: 0.5,
                    ..usual
                },
                "releaseMs: 0.5 ms;",
            ),
        ] {
            let error = expander.prepare(spec).unwrap_err().to_string();
            assert!(error.starts_with(named), "{error}");
        }
    }
}
