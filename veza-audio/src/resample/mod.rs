//! Another sample rate, with the delay removed and the length exact.

mod engine;

use crate::{AudioBuffer, AudioSource, AudioSpec, Error, Result};
use engine::Engine;

/// The rates that are converted from and to, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 1_000..=384_000;

/// Gives a source's sound at another rate.
///
/// The conversion is synchronous, by FFT: the band below half the lower rate passes unchanged but
/// for its last few per cent, and what lies above is removed. The output starts with the input
/// and has `round(frames * to / from)` frames. Samples that are not finite count as silence. When
/// the rates are equal the sound passes untouched.
#[derive(Debug)]
pub struct Resampler<S> {
    source: S,
    spec: AudioSpec,
    /// Absent when there is nothing to convert.
    engine: Option<Engine>,
}

impl<S: AudioSource> Resampler<S> {
    /// Converts `source` to `to_rate` Hz.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate below 1 kHz or above 384 kHz, and for no channels.
    pub fn new(source: S, to_rate: u32) -> Result<Self> {
        let from = source.spec();
        for (name, rate) in [("source rate", from.sample_rate), ("target rate", to_rate)] {
            if !RATES.contains(&rate) {
                let reason = format!("{rate} Hz; 1 to 384 kHz can be converted");
                return Err(Error::invalid(name, reason));
            }
        }
        if from.channels() == 0 {
            return Err(Error::invalid("channels", "the source has none"));
        }
        let engine = if from.sample_rate == to_rate {
            None
        } else {
            Some(Engine::new(from.sample_rate, to_rate, from.channels())?)
        };
        Ok(Self {
            source,
            spec: AudioSpec::new(to_rate, from.layout),
            engine,
        })
    }
}

impl<S: AudioSource> AudioSource for Resampler<S> {
    fn spec(&self) -> AudioSpec {
        self.spec
    }

    fn frames(&self) -> Option<u64> {
        let from = self.source.spec().sample_rate;
        self.source
            .frames()
            .map(|frames| converted(frames, from, self.spec.sample_rate))
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        match &mut self.engine {
            None => self.source.read(block),
            Some(engine) => engine.read(&mut self.source, block),
        }
    }
}

/// How many frames `frames` become: rounded to the nearest, half up.
pub(crate) fn converted(frames: u64, from: u32, to: u32) -> u64 {
    let doubled = 2 * u128::from(frames) * u128::from(to) + u128::from(from);
    (doubled / (2 * u128::from(from))).min(u128::from(u64::MAX)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChannelLayout, MemorySource};

    #[test]
    fn lengths_are_rounded_half_up() {
        assert_eq!(converted(3, 2, 1), 2);
        assert_eq!(converted(44_100, 44_100, 48_000), 48_000);
        assert_eq!(converted(1, 44_100, 48_000), 1);
        assert_eq!(converted(0, 44_100, 48_000), 0);
        assert_eq!(converted(u64::MAX, 1, 2), u64::MAX);
    }

    #[test]
    fn rates_out_of_range_are_refused_by_name() {
        let source = |rate| {
            let spec = AudioSpec::new(rate, ChannelLayout::Mono);
            MemorySource::new(spec, AudioBuffer::new(1))
        };
        let error = Resampler::new(source(44_100), 0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "target rate: 0 Hz; 1 to 384 kHz can be converted"
        );
        let error = Resampler::new(source(u32::MAX), 44_100).unwrap_err();
        assert_eq!(
            error.to_string(),
            "source rate: 4294967295 Hz; 1 to 384 kHz can be converted"
        );
    }
}
