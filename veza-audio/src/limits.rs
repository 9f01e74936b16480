//! What an input may ask for, so that none can take the machine with it.

use crate::{AudioSpec, Error, Result};

/// Bounds on what is read and made. The defaults suit a service which takes files from strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most channels a stream may have.
    pub max_channels: usize,
    /// Highest sample rate, in Hz.
    pub max_sample_rate: u32,
    /// Longest sound, in seconds.
    pub max_seconds: u64,
    /// Most bytes kept of tags, pictures left out.
    pub max_tag_bytes: usize,
    /// Most bytes kept of pictures, all together.
    pub max_picture_bytes: usize,
    /// Most packets which may fail to decode before the input is given up.
    pub max_bad_packets: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_channels: 8,
            max_sample_rate: 192_000,
            max_seconds: 6 * 60 * 60,
            max_tag_bytes: 1 << 20,
            max_picture_bytes: 16 << 20,
            max_bad_packets: 1_000,
        }
    }
}

impl Limits {
    /// Refuses a stream with too many channels or too high a rate, or with none.
    ///
    /// # Errors
    /// [`Error::Malformed`] for zeros, [`Error::LimitExceeded`] beyond the limits.
    pub fn check_spec(&self, spec: AudioSpec) -> Result<()> {
        if spec.sample_rate == 0 {
            return Err(Error::malformed("the file states a sample rate of 0 Hz"));
        }
        if spec.channels() == 0 {
            return Err(Error::malformed("the file states 0 channels"));
        }
        at_most(
            "number of channels",
            spec.channels() as u64,
            self.max_channels as u64,
        )?;
        at_most(
            "sample rate in Hz",
            spec.sample_rate.into(),
            self.max_sample_rate.into(),
        )
    }

    /// Refuses a sound of more frames than the longest duration holds.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`].
    pub fn check_frames(&self, spec: AudioSpec, frames: u64) -> Result<()> {
        let seconds = frames / u64::from(spec.sample_rate.max(1));
        at_most("duration in seconds", seconds, self.max_seconds)
    }
}

fn at_most(what: &'static str, value: u64, max: u64) -> Result<()> {
    if value > max {
        Err(Error::LimitExceeded { what, value, max })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    #[test]
    fn a_stream_over_a_limit_is_refused_by_name() {
        let spec = AudioSpec::new(48_000, ChannelLayout::Discrete(300));
        let error = Limits::default().check_spec(spec).unwrap_err();
        assert_eq!(
            error.to_string(),
            "number of channels is 300, and at most 8 is allowed"
        );
    }

    #[test]
    fn zeros_are_malformed_not_over_a_limit() {
        let spec = AudioSpec::new(0, ChannelLayout::Stereo);
        assert_eq!(
            Limits::default().check_spec(spec).unwrap_err().code(),
            "audio.malformed"
        );
    }
}
