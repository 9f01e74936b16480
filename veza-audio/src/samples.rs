//! What every meter asks of a run of samples: its peak, and that it is made of numbers.

use crate::{AudioBuffer, AudioSpec, Error, Result};

/// The bits of a positive infinity; those of every NaN, sign aside, are larger.
const INFINITE: i32 = 0x7f80_0000;

/// How many values are compared side by side, so that the compiler uses vector instructions.
const LANES: usize = 16;

/// Refuses a block whose channels are not those of the stream.
///
/// # Errors
/// [`Error::InvalidParameter`].
pub(crate) fn check_channels(spec: AudioSpec, block: &AudioBuffer) -> Result<()> {
    if block.channels() == spec.channels() {
        return Ok(());
    }
    let reason = format!(
        "it has {} channels, the stream has {}",
        block.channels(),
        spec.channels()
    );
    Err(Error::invalid("block", reason))
}

/// The largest absolute value; infinite or NaN as soon as one sample is.
pub(crate) fn peak(samples: &[f32]) -> f32 {
    // Without their sign, floats order as their bits do, and NaN and infinity come last.
    let mut lanes = [0_i32; LANES];
    let (groups, rest) = samples.as_chunks::<LANES>();
    for group in groups {
        for (lane, sample) in lanes.iter_mut().zip(group) {
            *lane = (*lane).max((sample.to_bits() & 0x7fff_ffff) as i32);
        }
    }
    for (lane, sample) in lanes.iter_mut().zip(rest) {
        *lane = (*lane).max((sample.to_bits() & 0x7fff_ffff) as i32);
    }
    f32::from_bits(lanes.into_iter().fold(0, i32::max) as u32)
}

/// Replaces by silence what is not a number or is infinite: one such sample would otherwise
/// stay in a filter for good.
#[derive(Debug, Default)]
pub(crate) struct Scrubber {
    clean: AudioBuffer,
}

impl Scrubber {
    /// The block itself, as nearly always, or a cleaned copy.
    pub(crate) fn scrub<'a>(&'a mut self, block: &'a AudioBuffer) -> &'a AudioBuffer {
        if block.planes().iter().all(|plane| peak(plane).is_finite()) {
            return block;
        }
        self.clean.clone_from(block);
        for channel in 0..self.clean.channels() {
            silence_non_finite(self.clean.plane_mut(channel));
        }
        &self.clean
    }
}

/// Refuses a block whose channels are not those of the stream, and cleans it of what is no number.
///
/// # Errors
/// [`Error::InvalidParameter`].
pub(crate) fn admit(spec: AudioSpec, block: &mut AudioBuffer) -> Result<()> {
    check_channels(spec, block)?;
    clean(block);
    Ok(())
}

/// Replaces by silence, in place, what is not a number or is infinite.
pub(crate) fn clean(block: &mut AudioBuffer) {
    for plane in block.planes_mut() {
        if !peak(plane).is_finite() {
            silence_non_finite(plane);
        }
    }
}

fn silence_non_finite(samples: &mut [f32]) {
    for sample in samples {
        if (sample.to_bits() & 0x7fff_ffff) as i32 >= INFINITE {
            *sample = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_found_wherever_it_stands() {
        for length in 1..70 {
            for place in 0..length {
                let mut samples = vec![0.25; length];
                samples[place] = -0.5;
                assert_eq!(peak(&samples), 0.5);
            }
        }
        assert_eq!(peak(&[]), 0.0);
    }

    #[test]
    fn what_is_not_a_number_becomes_silence() {
        let plane = vec![0.5, f32::NAN, f32::NEG_INFINITY, -1.5, -f32::NAN];
        assert!(!peak(&plane).is_finite());
        let block = AudioBuffer::from_planes(vec![plane]);
        assert_eq!(
            Scrubber::default().scrub(&block).plane(0),
            [0.5, 0.0, 0.0, -1.5, 0.0]
        );
    }
}
