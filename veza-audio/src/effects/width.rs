//! Stereo width, by mid and side.

use serde::{Deserialize, Serialize};

use super::{Prepare, Processor};
use crate::filter::{Cascade, Filter};
use crate::{AudioBuffer, AudioSpec, Error, Result, parameter, samples};

/// Makes a stereo sound narrower or wider.
///
/// Only the difference of both channels changes, never their sum: what a listener in mono hears
/// stays as it was, to the last bit but for rounding.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Width {
    /// By how much the sides are multiplied, 0 to 4: 0 is mono, 1 leaves the sound as it is.
    pub width: f64,
    /// Below this frequency, in Hz, the sound becomes mono (12 dB per octave), as vinyl and
    /// large loudspeakers want it; absent to leave the bass as wide as the rest.
    pub mono_below: Option<f64>,
}

impl Default for Width {
    fn default() -> Self {
        Self {
            width: 1.0,
            mono_below: None,
        }
    }
}

impl Prepare for Width {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        parameter::within("width", self.width, "", 0.0..=4.0)?;
        if spec.channels() != 2 {
            let reason = format!("{}; only stereo has a width", spec.channels());
            return Err(Error::invalid("channels", reason));
        }
        let high_pass = match self.mono_below {
            None => None,
            Some(frequency) => {
                let filter = Filter::high_pass(frequency);
                filter
                    .check(spec.sample_rate)
                    .map_err(|error| Error::invalid("monoBelow", error.to_string()))?;
                Some(Cascade::of(&[filter], spec.sample_rate, 1))
            }
        };
        let mut side = AudioBuffer::new(1);
        side.resize(TILE);
        Ok(Box::new(Widener {
            spec,
            width: self.width as f32,
            high_pass,
            side,
        }))
    }
}

/// Frames that are widened together.
const TILE: usize = 256;

#[derive(Debug)]
struct Widener {
    spec: AudioSpec,
    width: f32,
    high_pass: Option<Cascade>,
    /// Half the difference of both channels.
    side: AudioBuffer,
}

impl Processor for Widener {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        let mut planes = block.planes_mut();
        let (Some(left), Some(right)) = (planes.next(), planes.next()) else {
            return Ok(());
        };
        for (left, right) in left.chunks_mut(TILE).zip(right.chunks_mut(TILE)) {
            self.side.resize(left.len());
            let side = self.side.plane_mut(0);
            for ((side, left), right) in side.iter_mut().zip(&*left).zip(&*right) {
                *side = 0.5 * left - 0.5 * right;
            }
            if let Some(high_pass) = &mut self.high_pass {
                high_pass.run(&mut self.side);
            }
            let side = self.side.plane(0);
            for ((left, right), side) in left.iter_mut().zip(right).zip(side) {
                let mid = 0.5 * *left + 0.5 * *right;
                *left = mid + self.width * side;
                *right = mid - self.width * side;
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        if let Some(high_pass) = &mut self.high_pass {
            high_pass.reset();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    const STEREO: AudioSpec = AudioSpec {
        sample_rate: 48_000,
        layout: ChannelLayout::Stereo,
    };

    fn widened(width: Width, left: f32, right: f32) -> [f32; 2] {
        let mut block = AudioBuffer::from_planes(vec![vec![left; 20_000], vec![right; 20_000]]);
        let mut processor = width.prepare(STEREO).unwrap();
        processor.process(&mut block).unwrap();
        [block.plane(0)[19_999], block.plane(1)[19_999]]
    }

    #[test]
    fn the_sides_are_scaled_and_the_middle_stays() {
        let width = |width| Width {
            width,
            mono_below: None,
        };
        assert_eq!(widened(width(1.0), 0.5, -0.25), [0.5, -0.25]);
        assert_eq!(widened(width(0.0), 0.5, -0.25), [0.125, 0.125]);
        assert_eq!(widened(width(2.0), 0.5, -0.25), [0.875, -0.625]);
    }

    #[test]
    fn bass_becomes_mono_where_asked() {
        let width = Width {
            width: 1.0,
            mono_below: Some(120.0),
        };
        let [left, right] = widened(width, 0.5, -0.25);
        assert!((left - 0.125).abs() < 1e-4 && (right - 0.125).abs() < 1e-4);
    }

    #[test]
    fn what_has_no_width_is_refused() {
        let mono = AudioSpec::new(48_000, ChannelLayout::Mono);
        let error = Width::default().prepare(mono).unwrap_err();
        assert_eq!(error.to_string(), "channels: 1; only stereo has a width");
        let width = Width {
            width: -1.0,
            mono_below: None,
        };
        assert!(width.prepare(STEREO).is_err());
        let width = Width {
            width: 1.0,
            mono_below: Some(0.0),
        };
        let error = width.prepare(STEREO).unwrap_err().to_string();
        assert!(error.starts_with("monoBelow: frequency: 0 Hz"), "{error}");
    }
}
