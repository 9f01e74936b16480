//! The same gain for every sample.

use crate::{AudioBuffer, AudioSource, AudioSpec, Error, Result};

/// Most decibels of gain or attenuation: far beyond what any sound needs.
const MAX_GAIN_DB: f64 = 200.0;

/// Gives a source's sound louder or softer.
#[derive(Debug)]
pub struct Gain<S> {
    source: S,
    factor: f32,
}

impl<S: AudioSource> Gain<S> {
    /// Changes the level of `source` by `gain_db` decibels.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for what is not a number or lies beyond 200 dB either way.
    pub fn new(source: S, gain_db: f64) -> Result<Self> {
        if !gain_db.is_finite() || gain_db.abs() > MAX_GAIN_DB {
            let reason = format!("{gain_db} dB; -{MAX_GAIN_DB} to {MAX_GAIN_DB} can be applied");
            return Err(Error::invalid("gain", reason));
        }
        Ok(Self {
            source,
            factor: 10_f64.powf(gain_db / 20.0) as f32,
        })
    }
}

impl<S: AudioSource> AudioSource for Gain<S> {
    fn spec(&self) -> AudioSpec {
        self.source.spec()
    }

    fn frames(&self) -> Option<u64> {
        self.source.frames()
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        let more = self.source.read(block)?;
        block.scale(self.factor);
        Ok(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChannelLayout, MemorySource, read_all};

    fn source() -> MemorySource {
        let sound = AudioBuffer::from_planes(vec![vec![0.5, -0.25], vec![0.0, 1.0]]);
        MemorySource::new(AudioSpec::new(48_000, ChannelLayout::Stereo), sound)
    }

    #[test]
    fn twenty_decibels_are_a_factor_of_ten() {
        let sound = read_all(&mut Gain::new(source(), -20.0).unwrap()).unwrap();
        assert_eq!(sound.planes(), [[0.05, -0.025], [0.0, 0.1]]);
    }

    #[test]
    fn gains_that_make_no_sense_are_refused() {
        for gain_db in [f64::NAN, f64::INFINITY, 201.0, -201.0] {
            let error = Gain::new(source(), gain_db).unwrap_err();
            assert!(error.to_string().starts_with("gain: "), "{error}");
        }
    }
}
