//! Waveforms: the lowest and highest sample of each pixel, at every zoom.
//!
//! A [`WaveformBuilder`] makes a [`Waveform`] while the sound passes by. It can be looked at from
//! any distance ([`Waveform::view`]), kept and read back in the formats of BBC audiowaveform
//! ([`Waveform::write_dat`], [`Waveform::write_json`]), handed to players
//! ([`Waveform::write_peaks`]) and drawn ([`image`]).

mod build;
mod dat;
pub mod image;
mod json;
mod peaks;
mod pyramid;

pub use build::{WaveformBuilder, WaveformSettings};
pub use dat::DatVersion;
pub use pyramid::{MinMax, View, Waveform};

/// How finely amplitudes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bits {
    /// -128 to 127: the 16-bit value divided by 256, truncated toward zero.
    Eight,
    /// -32768 to 32767.
    Sixteen,
}

impl Bits {
    /// The value as it is written with so many bits.
    fn narrow(self, value: i16) -> i16 {
        match self {
            Self::Eight => value / 256,
            Self::Sixteen => value,
        }
    }

    /// The steps from silence to full scale.
    fn full_scale(self) -> f32 {
        match self {
            Self::Eight => 128.0,
            Self::Sixteen => 32_768.0,
        }
    }

    /// The 16-bit value of what was read; `None` when it is out of range.
    fn widen(self, value: i16) -> Option<i16> {
        match self {
            Self::Eight => i8::try_from(value).ok().map(|value| i16::from(value) * 256),
            Self::Sixteen => Some(value),
        }
    }
}
