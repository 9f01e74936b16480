//! The binary format of BBC audiowaveform (`.dat`), versions 1 and 2, little endian.
//!
//! Source: <https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md>.

use std::io::Write;

use super::{Bits, MinMax, Waveform};
use crate::{Error, Result};

/// Bit 0 of the flags: amplitudes have 8 bits.
const EIGHT_BITS: u32 = 1;

/// Which version of the format is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatVersion {
    /// One channel only; data begins at byte 20.
    One,
    /// Any number of channels; data begins at byte 24.
    Two,
}

impl Waveform {
    /// Writes the finest level as `.dat`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for version 1 with several channels or for more pixels than
    /// the format can count, [`Error::Io`] when writing fails.
    pub fn write_dat(&self, out: &mut dyn Write, version: DatVersion, bits: Bits) -> Result<()> {
        if version == DatVersion::One && self.channels() != 1 {
            let reason = format!(
                "version 1 holds one channel, the waveform has {}",
                self.channels()
            );
            return Err(Error::invalid("version", reason));
        }
        let length = u32::try_from(self.pixels())
            .map_err(|_| Error::invalid("waveform", "it has more pixels than .dat can count"))?;
        let number: i32 = match version {
            DatVersion::One => 1,
            DatVersion::Two => 2,
        };
        let flags = if bits == Bits::Eight { EIGHT_BITS } else { 0 };
        let mut bytes = Vec::with_capacity(24 + self.pairs().len() * 4);
        bytes.extend(number.to_le_bytes());
        bytes.extend(flags.to_le_bytes());
        bytes.extend(self.sample_rate().to_le_bytes());
        bytes.extend(self.samples_per_pixel().to_le_bytes());
        bytes.extend(length.to_le_bytes());
        if version == DatVersion::Two {
            bytes.extend((self.channels() as u32).to_le_bytes());
        }
        for value in self.pairs().iter().flat_map(|pair| [pair.min, pair.max]) {
            match bits {
                Bits::Eight => bytes.push(bits.narrow(value) as u8),
                Bits::Sixteen => bytes.extend(value.to_le_bytes()),
            }
        }
        Ok(out.write_all(&bytes)?)
    }

    /// Reads a `.dat` of version 1 or 2. Values of 8 bits are read as 256 times as much.
    ///
    /// # Errors
    /// [`Error::Malformed`] for what is not such a file, is cut short or has bytes to spare.
    pub fn read_dat(bytes: &[u8]) -> Result<Self> {
        let field = |place: usize, what: &str| {
            let found = bytes.get(place..).and_then(|rest| rest.first_chunk::<4>());
            found
                .map(|value| u32::from_le_bytes(*value))
                .ok_or_else(|| {
                    Error::malformed_at(
                        format!("the waveform ends before its {what}"),
                        place as u64,
                    )
                })
        };
        let (channels, data) = match field(0, "version")? {
            1 => (1, 20),
            2 => (field(20, "channels")?, 24),
            other => {
                let what = format!("version {other} of waveform data is unknown (1 and 2 are)");
                return Err(Error::malformed_at(what, 0));
            }
        };
        let bits = if field(4, "flags")? & EIGHT_BITS == 0 {
            Bits::Sixteen
        } else {
            Bits::Eight
        };
        let sample_rate = positive(field(8, "sample rate")?, "sample rate", 8)?;
        let samples_per_pixel = positive(field(12, "samples per pixel")?, "samples per pixel", 12)?;
        let length = field(16, "length")?;
        let channels = positive(channels, "number of channels", 20)?;
        let data = &bytes[data..];
        let pair_bytes = if bits == Bits::Eight { 2 } else { 4 };
        let stated = u128::from(length) * u128::from(channels) * pair_bytes;
        if stated != data.len() as u128 {
            let what = format!(
                "the waveform states {length} pixels of {channels} channels, which take {stated} bytes; {} follow",
                data.len()
            );
            return Err(Error::malformed_at(what, 16));
        }
        let pairs = match bits {
            Bits::Sixteen => data.as_chunks::<4>().0.iter().map(sixteen).collect(),
            Bits::Eight => data.as_chunks::<2>().0.iter().map(eight).collect(),
        };
        Self::from_pairs(sample_rate, samples_per_pixel, channels as usize, pairs)
    }
}

fn positive(value: u32, what: &str, place: u64) -> Result<u32> {
    if (1..=i32::MAX as u32).contains(&value) {
        return Ok(value);
    }
    Err(Error::malformed_at(
        format!("the waveform states a {what} of {}", value as i32),
        place,
    ))
}

fn sixteen([min0, min1, max0, max1]: &[u8; 4]) -> MinMax {
    MinMax {
        min: i16::from_le_bytes([*min0, *min1]),
        max: i16::from_le_bytes([*max0, *max1]),
    }
}

fn eight([min, max]: &[u8; 2]) -> MinMax {
    MinMax {
        min: i16::from(*min as i8) * 256,
        max: i16::from(*max as i8) * 256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waveform(channels: usize) -> Waveform {
        let pairs = [(-32_768, 32_767), (-257, 511), (-255, 255), (0, 256)]
            .map(|(min, max)| MinMax { min, max })
            .to_vec();
        Waveform::from_pairs(44_100, 256, channels, pairs).unwrap()
    }

    fn dat(waveform: &Waveform, version: DatVersion, bits: Bits) -> Vec<u8> {
        let mut bytes = Vec::new();
        waveform.write_dat(&mut bytes, version, bits).unwrap();
        bytes
    }

    #[test]
    fn version_1_with_8_bits_byte_by_byte() {
        let expected = [
            [1, 0, 0, 0],          // version
            [1, 0, 0, 0],          // flags: 8 bits
            [0x44, 0xac, 0, 0],    // 44,100 Hz
            [0, 1, 0, 0],          // 256 samples per pixel
            [4, 0, 0, 0],          // pixels
            [0x80, 0x7f, 0xff, 1], // -128 127, -1 1: truncated toward zero
            [0, 0, 0, 1],          // 0 0, 0 1
        ];
        assert_eq!(
            dat(&waveform(1), DatVersion::One, Bits::Eight),
            expected.concat()
        );
    }

    #[test]
    fn version_2_with_16_bits_byte_by_byte() {
        let expected = [
            [2, 0, 0, 0],
            [0, 0, 0, 0],
            [0x44, 0xac, 0, 0],
            [0, 1, 0, 0],
            [2, 0, 0, 0],          // pixels of each channel
            [2, 0, 0, 0],          // channels
            [0, 0x80, 0xff, 0x7f], // first pixel, first channel
            [0xff, 0xfe, 0xff, 1],
            [1, 0xff, 0xff, 0],
            [0, 0, 0, 1],
        ];
        assert_eq!(
            dat(&waveform(2), DatVersion::Two, Bits::Sixteen),
            expected.concat()
        );
    }

    #[test]
    fn what_is_written_is_read() {
        for (channels, version) in [
            (1, DatVersion::One),
            (1, DatVersion::Two),
            (2, DatVersion::Two),
        ] {
            let original = waveform(channels);
            let bytes = dat(&original, version, Bits::Sixteen);
            assert_eq!(Waveform::read_dat(&bytes).unwrap(), original);
            let bytes = dat(&original, version, Bits::Eight);
            let coarse = Waveform::read_dat(&bytes).unwrap();
            assert_eq!(dat(&coarse, version, Bits::Eight), bytes);
        }
    }

    #[test]
    fn version_1_refuses_several_channels() {
        let error = waveform(2).write_dat(&mut Vec::new(), DatVersion::One, Bits::Eight);
        assert_eq!(
            error.unwrap_err().to_string(),
            "version: version 1 holds one channel, the waveform has 2"
        );
    }

    #[test]
    fn files_which_lie_are_refused() {
        let good = dat(&waveform(2), DatVersion::Two, Bits::Sixteen);
        for end in 0..good.len() {
            assert!(Waveform::read_dat(&good[..end]).is_err(), "cut at {end}");
        }
        let patched = |place: usize, value: u32| {
            let mut bytes = good.clone();
            bytes[place..place + 4].copy_from_slice(&value.to_le_bytes());
            Waveform::read_dat(&bytes).unwrap_err().to_string()
        };
        assert!(patched(0, 3).contains("version 3"));
        assert!(patched(8, 0).contains("sample rate of 0"));
        assert!(patched(12, u32::MAX).contains("samples per pixel of -1"));
        assert!(patched(16, u32::MAX).contains("4294967295 pixels"));
        assert!(patched(20, 0).contains("number of channels of 0"));
        assert!(patched(20, i32::MAX as u32).contains("2147483647 channels"));
        assert!(patched(24, 0x8000_7fff).contains("minimum over its maximum"));
    }
}
