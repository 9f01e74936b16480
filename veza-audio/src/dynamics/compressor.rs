//! The compressor: what is loud becomes less so.

use serde::{Deserialize, Serialize};

use super::key::{self, Detector, Key, TILE};
use crate::effects::{GainReduction, Prepare, Processor, ReductionMeter};
use crate::parameter::{decay, within};
use crate::{AudioBuffer, AudioSpec, Result, samples};

/// Reduces what is over a threshold.
///
/// Feed-forward, with the gain computed and smoothed in decibels (D. Giannoulis, M. Massberg,
/// J. Reiss, "Digital Dynamic Range Compressor Design", JAES 60/6, 2012: soft knee, smooth
/// branching detector in the log domain).
///
/// ```
/// use veza_audio::dynamics::Compressor;
///
/// let compressor = Compressor { threshold_db: -20.0, ratio: 4.0, knee_db: 0.0, ..Compressor::default() };
/// assert_eq!(compressor.curve_db(-30.0), -30.0);
/// assert_eq!(compressor.curve_db(-12.0), -18.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Compressor {
    /// The level from which on it works, in dBFS, -120 to 0.
    pub threshold_db: f64,
    /// How many decibels more going in make one more coming out, 1 to 100.
    pub ratio: f64,
    /// The width of the range around the threshold in which the ratio sets in, in dB, 0 to 40.
    pub knee_db: f64,
    /// The time in which the gain falls, to 1/e of the way (in dB), in milliseconds, 0 to 1,000.
    pub attack_ms: f64,
    /// The time in which it comes back, likewise, in milliseconds, 1 to 10,000.
    pub release_ms: f64,
    /// What is added to the level afterwards, in dB, -40 to 40.
    pub makeup_db: f64,
    /// What counts as level.
    pub detector: Detector,
    /// Whether all channels get the gain of the loudest, so that the image stays where it is.
    pub link: bool,
    /// What the detector does not hear, in Hz: below this, 12 dB per octave down. Absent to hear
    /// all.
    pub side_chain_high_pass: Option<f64>,
}

impl Default for Compressor {
    fn default() -> Self {
        Self {
            threshold_db: -18.0,
            ratio: 3.0,
            knee_db: 6.0,
            attack_ms: 10.0,
            release_ms: 120.0,
            makeup_db: 0.0,
            detector: Detector::Peak,
            link: true,
            side_chain_high_pass: None,
        }
    }
}

impl Compressor {
    /// What comes out, in dB, while `level_db` goes in and stays so; with the make-up gain.
    pub fn curve_db(&self, level_db: f64) -> f64 {
        let over = level_db - self.threshold_db;
        let half = self.knee_db / 2.0;
        let slope = 1.0 / self.ratio - 1.0;
        let gain = if over <= -half {
            0.0
        } else if over < half {
            slope * (over + half).powi(2) / (2.0 * self.knee_db)
        } else {
            slope * over
        };
        level_db + gain + self.makeup_db
    }
}

impl Prepare for Compressor {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        within("thresholdDb", self.threshold_db, "dB", -120.0..=0.0)?;
        within("ratio", self.ratio, "", 1.0..=100.0)?;
        within("kneeDb", self.knee_db, "dB", 0.0..=40.0)?;
        within("attackMs", self.attack_ms, "ms", 0.0..=1_000.0)?;
        within("releaseMs", self.release_ms, "ms", 1.0..=10_000.0)?;
        within("makeupDb", self.makeup_db, "dB", -40.0..=40.0)?;
        let key = Key::new(spec, self.detector, self.link, self.side_chain_high_pass)?;
        let rows = if self.link { 1 } else { spec.channels() };
        Ok(Box::new(Compressing {
            spec,
            computer: Computer::new(self),
            key,
            attack: decay(self.attack_ms, spec.sample_rate),
            release: decay(self.release_ms, spec.sample_rate),
            makeup: self.makeup_db as f32,
            gains: vec![0.0; rows],
            meter: ReductionMeter::default(),
        }))
    }
}

/// The static curve, without branches.
#[derive(Debug)]
struct Computer {
    threshold: f32,
    slope: f32,
    knee: f32,
    /// One over twice the knee; nothing without a knee.
    inverse: f32,
}

impl Computer {
    fn new(settings: &Compressor) -> Self {
        let knee = settings.knee_db as f32;
        Self {
            threshold: settings.threshold_db as f32,
            slope: (1.0 / settings.ratio - 1.0) as f32,
            knee,
            inverse: if knee > 0.0 { 0.5 / knee } else { 0.0 },
        }
    }

    /// Replaces levels by gains, both in dB.
    fn gains(&self, levels: &mut [f32]) {
        let half = 0.5 * self.knee;
        for level in levels {
            let over = *level - self.threshold;
            let within = (over + half).max(0.0).min(self.knee);
            let above = (over - half).max(0.0);
            *level = self.slope * (within * within * self.inverse + above);
        }
    }
}

#[derive(Debug)]
struct Compressing {
    spec: AudioSpec,
    computer: Computer,
    key: Key,
    attack: f64,
    release: f64,
    makeup: f32,
    /// The gain of each row, in dB; in double precision, since slow ones move by tiny steps.
    gains: Vec<f64>,
    meter: ReductionMeter,
}

impl Processor for Compressing {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        let mut start = 0;
        while start < block.frames() {
            let end = block.frames().min(start + TILE);
            let rows = self.key.listen(block, start, end);
            for (row, gain) in rows.iter_mut().zip(&mut self.gains) {
                let row = &mut row[..end - start];
                self.computer.gains(row);
                let mut now = *gain;
                for value in &mut *row {
                    let target = f64::from(*value);
                    let coefficient = if target < now {
                        self.attack
                    } else {
                        self.release
                    };
                    now = target + (now - target) * coefficient;
                    *value = now as f32;
                }
                *gain = if now > -1e-6 { 0.0 } else { now };
                self.meter.push(row);
                for value in row {
                    *value += self.makeup;
                }
            }
            key::apply(block, start, end, rows);
            start = end;
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.key.reset();
        self.gains.fill(0.0);
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
    fn the_branchless_curve_is_the_stated_one() {
        for knee_db in [0.0, 1.0, 12.0] {
            let settings = Compressor {
                knee_db,
                ..Compressor::default()
            };
            let computer = Computer::new(&settings);
            for n in -400..=100 {
                let level = f64::from(n) / 10.0;
                let mut gains = [level as f32];
                computer.gains(&mut gains);
                let stated = settings.curve_db(level) - level;
                assert!((f64::from(gains[0]) - stated).abs() < 1e-4, "{level}");
            }
        }
    }

    #[test]
    fn parameters_that_make_no_sense_are_refused_by_name() {
        let spec = AudioSpec::new(48_000, ChannelLayout::Stereo);
        let usual = Compressor::default();
        for (compressor, named) in [
            (
                Compressor {
                    threshold_db: 1.0,
                    ..usual
                },
                "thresholdDb: 1 dB;",
            ),
            (
                Compressor {
                    ratio: 0.5,
                    ..usual
                },
                "ratio: 0.5;",
            ),
            (
                Compressor {
                    knee_db: -1.0,
                    ..usual
                },
                "kneeDb: -1 dB;",
            ),
            (
                Compressor {
                    attack_ms: f64::NAN,
                    ..usual
                },
                "attackMs: NaN ms;",
            ),
            (
                Compressor {
                    release_ms: 0.0,
                    ..usual
                },
                "releaseMs: 0 ms;",
            ),
            (
                Compressor {
                    makeup_db: 41.0,
                    ..usual
                },
                "makeupDb: 41 dB;",
            ),
            (
                Compressor {
                    side_chain_high_pass: Some(-5.0),
                    ..usual
                },
                "sideChainHighPass: frequency: -5 Hz;",
            ),
        ] {
            let error = compressor.prepare(spec).unwrap_err().to_string();
            assert!(error.starts_with(named), "{error}");
        }
    }
}
