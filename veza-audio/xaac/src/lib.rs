//! AAC-LC encoding (ISO/IEC 14496-3) by libxaac, built with a C compiler and nothing else.
//!
//! `libxaac/` holds those sources of Ittiam's libxaac (Apache-2.0) that its AAC-LC core needs
//! (`README.md` says which version, and what was changed); `c/` holds what drives them. Symbols have a
//! prefix, so that a program may link another copy of the library.
//!
//! ```
//! use veza_xaac::{Encoder, Settings};
//!
//! let mut encoder = Encoder::new(Settings {
//!     sample_rate: 48_000,
//!     channels: 2,
//!     bit_rate: 128_000,
//! })?;
//! let silence = [0.0; 2 * veza_xaac::PACKET_FRAMES];
//! let packet = encoder.encode(&silence)?;
//! assert!(!packet.is_empty());
//! # Ok::<(), veza_xaac::Error>(())
//! ```

mod ffi;

use std::fmt;

/// Frames in a packet.
pub const PACKET_FRAMES: usize = ffi::FRAMES;

/// Frames by which a decoder's output lags behind the encoder's input: 1,024 of the transform's
/// overlap, 576 for which the choice of the block length looks ahead.
pub const DELAY: u32 = 1_600;

/// Rates which the encoder takes, in Hz.
pub const SAMPLE_RATES: [u32; 12] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
];

/// What is asked of an encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// In Hz: one of [`SAMPLE_RATES`].
    pub sample_rate: u32,
    /// 1 (mono), 2 (left, right) or 6 (left, right, centre, low frequencies, left and right
    /// surround).
    pub channels: u32,
    /// In bit/s for all channels together; see [`Settings::bit_rates`].
    pub bit_rate: u32,
}

impl Settings {
    /// The least and the greatest bit rate for a rate and channels; `None` where the encoder does
    /// not take them.
    ///
    /// The greatest is what the decoder's input buffer allows, 6,144 bits for each channel of a
    /// packet (ISO/IEC 14496-3, 4.5.3). For six channels it is that of the two pairs, which have
    /// the larger share.
    pub fn bit_rates(sample_rate: u32, channels: u32) -> Option<(u32, u32)> {
        if !SAMPLE_RATES.contains(&sample_rate) {
            return None;
        }
        match channels {
            1 | 2 => Some((8_000 * channels, 6 * sample_rate * channels)),
            6 => Some((64_000, 20 * sample_rate)),
            _ => None,
        }
    }

    /// Upper end of what is encoded, in Hz.
    fn bandwidth(self) -> u32 {
        // Full-range channels: the one of low frequencies takes next to nothing.
        let channels = if self.channels == 6 { 5 } else { self.channels };
        let for_each = self.bit_rate / channels;
        let wished = BANDWIDTHS
            .iter()
            .find(|(rate, _)| for_each >= *rate)
            .map_or(LEAST_BANDWIDTH, |(_, bandwidth)| *bandwidth);
        wished.min(self.sample_rate / 2)
    }
}

/// Bit/s for each channel, and the upper end in Hz from there on: about where PEAQ grades real music
/// best. libxaac's own are 2.5 kHz lower at 64,000.
const BANDWIDTHS: [(u32, u32); 8] = [
    (80_000, 20_000),
    (64_000, 18_000),
    (56_000, 16_000),
    (48_000, 13_500),
    (40_000, 12_000),
    (32_000, 11_000),
    (24_000, 9_000),
    (16_000, 6_500),
];

/// Below that, libxaac's own tables would leave short blocks without a single band.
const LEAST_BANDWIDTH: u32 = 4_000;

/// Why there is no encoder, or no packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The settings are none that the encoder takes.
    Settings(Settings),
    /// Samples were given for another number of frames than [`PACKET_FRAMES`], or a sample was
    /// not within twice full scale.
    Samples,
    /// The library failed, with this code of its own; -1 where memory is short.
    Library(i32),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(settings) => write!(
                f,
                "AAC is not encoded at {} Hz with {} channels and {} bit/s",
                settings.sample_rate, settings.channels, settings.bit_rate
            ),
            Self::Samples => write!(
                f,
                "the encoder takes {PACKET_FRAMES} frames at a time, of samples from -2 to 2"
            ),
            Self::Library(code) => write!(f, "libxaac failed with code {code:#x}"),
        }
    }
}

impl std::error::Error for Error {}

/// Turns blocks of 1,024 frames into AAC-LC packets (raw data blocks, without a header).
pub struct Encoder {
    handle: ffi::Handle,
    packet: Vec<u8>,
    samples: usize,
}

impl Encoder {
    /// Opens an encoder.
    ///
    /// # Errors
    /// [`Error::Settings`], [`Error::Library`].
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let rates = Settings::bit_rates(settings.sample_rate, settings.channels);
        if rates.is_none_or(|(min, max)| !(min..=max).contains(&settings.bit_rate)) {
            return Err(Error::Settings(settings));
        }
        let handle = ffi::Handle::open(
            settings.sample_rate,
            settings.channels,
            settings.bit_rate,
            settings.bandwidth(),
        )
        .map_err(Error::Library)?;
        let channels = settings.channels as usize;
        Ok(Self {
            handle,
            packet: vec![0; ffi::CHANNEL_BYTES * channels],
            samples: PACKET_FRAMES * channels,
        })
    }

    /// Encodes [`PACKET_FRAMES`] interleaved frames, 1.0 being full scale and 2.0 the most a
    /// sample may be, into the next packet.
    ///
    /// # Errors
    /// [`Error::Samples`], [`Error::Library`].
    pub fn encode(&mut self, frames: &[f32]) -> Result<&[u8], Error> {
        // The library's arithmetic is made for numbers; it is not asked what else would do.
        let sound = |sample: &f32| sample.abs() <= 2.0;
        if frames.len() != self.samples || !frames.iter().all(sound) {
            return Err(Error::Samples);
        }
        let bytes = self
            .handle
            .encode(frames, &mut self.packet)
            .map_err(Error::Library)?;
        Ok(&self.packet[..bytes])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise as loud as is taken, then silence, then clicks.
    fn sound(packet: usize, samples: usize) -> Vec<f32> {
        let mut random = 0x9E37_79B9_u32 ^ packet as u32;
        let mut next = || {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            random
        };
        (0..samples)
            .map(|_| match packet % 3 {
                0 => (f64::from(next()) / f64::from(u32::MAX) * 4.0 - 2.0) as f32,
                1 => 0.0,
                _ if next() % 700 == 0 => 2.0,
                _ => 0.0,
            })
            .collect()
    }

    #[test]
    fn every_rate_encodes_at_its_least_and_its_greatest_bit_rate() {
        for sample_rate in SAMPLE_RATES {
            for channels in [1, 2, 6] {
                let (least, greatest) = Settings::bit_rates(sample_rate, channels).unwrap();
                for bit_rate in [least, greatest] {
                    let settings = Settings {
                        sample_rate,
                        channels,
                        bit_rate,
                    };
                    let mut encoder = Encoder::new(settings).unwrap();
                    let mut bits = 0;
                    for packet in 0..30 {
                        let sound = sound(packet, PACKET_FRAMES * channels as usize);
                        let packet = encoder.encode(&sound);
                        bits += 8 * packet.unwrap_or_else(|e| panic!("{settings:?}: {e}")).len();
                    }
                    // Constant, but for what the reservoir lends.
                    let seconds = 30.0 * PACKET_FRAMES as f64 / f64::from(sample_rate);
                    let lent = 6_144.0 * f64::from(channels);
                    let most = f64::from(bit_rate) * seconds * 1.01 + lent;
                    assert!(bits as f64 <= most, "{settings:?}: {bits} bits, not {most}");
                }
            }
        }
    }

    #[test]
    fn what_the_encoder_does_not_take_is_refused() {
        let good = Settings {
            sample_rate: 48_000,
            channels: 2,
            bit_rate: 128_000,
        };
        for bad in [
            Settings {
                sample_rate: 48_001,
                ..good
            },
            Settings {
                channels: 3,
                ..good
            },
            Settings {
                bit_rate: 15_999,
                ..good
            },
            Settings {
                bit_rate: 576_001,
                ..good
            },
        ] {
            assert_eq!(Encoder::new(bad).err(), Some(Error::Settings(bad)));
        }
        let mut encoder = Encoder::new(good).unwrap();
        assert_eq!(encoder.encode(&[0.0; 2_047]), Err(Error::Samples));
        for sample in [2.1, f32::INFINITY, f32::NAN] {
            assert_eq!(encoder.encode(&[sample; 2_048]), Err(Error::Samples));
        }
    }
}
