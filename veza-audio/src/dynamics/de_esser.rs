//! The de-esser: sharp consonants, softened.

use serde::{Deserialize, Serialize};

use super::decibel;
use super::key::{Detector, Key, TILE};
use crate::effects::{GainReduction, Prepare, Processor, ReductionMeter};
use crate::filter::{Cascade, Filter, FilterKind};
use crate::parameter::{decay, within};
use crate::{AudioBuffer, AudioSpec, Result, samples};

/// Reduces the high band while it is loud, and leaves the rest.
///
/// The sound is split by one state-variable filter into low, middle and high, which add up to it
/// exactly. The high part is multiplied by the gain and the middle one by its root, which makes a
/// shelf that falls evenly however deep it is; while nothing is reduced the sound passes
/// unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DeEsser {
    /// Where the high band begins, in Hz: 12 dB per octave, above 0 and below half the sample rate.
    pub frequency: f64,
    /// The level of the high band from which on it works, in dBFS, -120 to 0.
    pub threshold_db: f64,
    /// How many decibels more in the high band make one more coming out, 1 to 100.
    pub ratio: f64,
    /// The most by which the high band is reduced, in dB, 0 to 60.
    pub range_db: f64,
    /// The time in which the gain falls, to 1/e of the way (in dB), in milliseconds, 0 to 1,000.
    pub attack_ms: f64,
    /// The time in which it comes back, likewise, in milliseconds, 1 to 10,000.
    pub release_ms: f64,
}

impl Default for DeEsser {
    fn default() -> Self {
        Self {
            frequency: 6_000.0,
            threshold_db: -30.0,
            ratio: 4.0,
            range_db: 12.0,
            attack_ms: 0.5,
            release_ms: 40.0,
        }
    }
}

impl Prepare for DeEsser {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        let part = |kind| -> Result<Part> {
            let filter = Filter::new(kind, self.frequency);
            filter.check(spec.sample_rate)?;
            Ok(Part {
                sound: AudioBuffer::new(spec.channels()),
                filter: Cascade::of(&[filter], spec.sample_rate, spec.channels()),
            })
        };
        let (mut middle, mut high) = (part(FilterKind::BandPass)?, part(FilterKind::HighPass)?);
        middle.sound.resize(TILE);
        high.sound.resize(TILE);
        within("thresholdDb", self.threshold_db, "dB", -120.0..=0.0)?;
        within("ratio", self.ratio, "", 1.0..=100.0)?;
        within("rangeDb", self.range_db, "dB", 0.0..=60.0)?;
        within("attackMs", self.attack_ms, "ms", 0.0..=1_000.0)?;
        within("releaseMs", self.release_ms, "ms", 1.0..=10_000.0)?;
        Ok(Box::new(DeEssing {
            spec,
            middle,
            high,
            key: Key::new(spec, Detector::Peak, true, None)?,
            threshold: self.threshold_db as f32,
            slope: (1.0 - 1.0 / self.ratio) as f32,
            range: self.range_db as f32,
            attack: decay(self.attack_ms, spec.sample_rate),
            release: decay(self.release_ms, spec.sample_rate),
            gain: 0.0,
            meter: ReductionMeter::default(),
        }))
    }
}

/// A part of the spectrum.
#[derive(Debug)]
struct Part {
    filter: Cascade,
    sound: AudioBuffer,
}

impl Part {
    fn take(&mut self, block: &AudioBuffer, start: usize, end: usize) {
        self.sound.resize(end - start);
        for (channel, plane) in block.planes().iter().enumerate() {
            self.sound
                .plane_mut(channel)
                .copy_from_slice(&plane[start..end]);
        }
        self.filter.run(&mut self.sound);
    }
}

#[derive(Debug)]
struct DeEssing {
    spec: AudioSpec,
    middle: Part,
    high: Part,
    key: Key,
    threshold: f32,
    slope: f32,
    range: f32,
    attack: f64,
    release: f64,
    /// In dB.
    gain: f64,
    meter: ReductionMeter,
}

impl Processor for DeEssing {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        let mut start = 0;
        while start < block.frames() {
            let end = block.frames().min(start + TILE);
            self.middle.take(block, start, end);
            self.high.take(block, start, end);
            let levels = self.key.listen(&self.high.sound, 0, end - start);
            let gains = &mut levels[0][..end - start];
            for value in &mut *gains {
                let over = (*value - self.threshold).max(0.0);
                let target = -f64::from((over * self.slope).min(self.range));
                let falls = target < self.gain;
                let coefficient = if falls { self.attack } else { self.release };
                self.gain = target + (self.gain - target) * coefficient;
                *value = self.gain as f32;
            }
            if self.gain > -1e-6 {
                self.gain = 0.0;
            }
            self.meter.push(gains);
            // The roots: half of the decibels.
            gains.iter_mut().for_each(|gain| *gain *= 0.5);
            decibel::to_amplitudes(gains);
            for (channel, plane) in block.planes_mut().enumerate() {
                let (middle, high) = (
                    self.middle.sound.plane(channel),
                    self.high.sound.plane(channel),
                );
                for (((sample, root), middle), high) in plane[start..end]
                    .iter_mut()
                    .zip(&*gains)
                    .zip(middle)
                    .zip(high)
                {
                    *sample += (root - 1.0) * middle + (root * root - 1.0) * high;
                }
            }
            start = end;
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.middle.filter.reset();
        self.high.filter.reset();
        self.key.reset();
        self.gain = 0.0;
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
        let usual = DeEsser::default();
        for (de_esser, named) in [
            (
                DeEsser {
                    frequency: 24_000.0,
                    ..usual
                },
                "frequency: 24000 Hz;",
            ),
            (
                DeEsser {
                    threshold_db: 3.0,
                    ..usual
                },
                "thresholdDb: 3 dB;",
            ),
            (
                DeEsser {
                    ratio: 0.0,
                    ..usual
                },
                "ratio: 0;",
            ),
            (
                DeEsser {
                    range_db: 61.0,
                    ..usual
                },
                "rangeDb: 61 dB;",
            ),
            (
                DeEsser {
                    attack_ms: -1.0,
                    ..usual
                },
                "attackMs: -1 ms;",
            ),
            (
                DeEsser {
                    release_ms: f64::NAN,
                    ..usual
                },
                "releaseMs: NaN ms;",
            ),
        ] {
            let error = de_esser.prepare(spec).unwrap_err().to_string();
            assert!(error.starts_with(named), "{error}");
        }
    }
}
