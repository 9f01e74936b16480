//! The JSON of BBC audiowaveform, version 2, as web pages take it.
//!
//! Source: <https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md>.

use std::io::Write;

use serde::{Deserialize, Serialize};

use super::{Bits, MinMax, Waveform};
use crate::{Error, Result};

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    /// Version 1 has no such field, and always one channel.
    #[serde(default = "one")]
    channels: u32,
    sample_rate: u32,
    samples_per_pixel: u32,
    bits: u32,
    length: u64,
    data: Vec<i16>,
    /// Ours alone: one root mean square for each pair, in the steps of the data. Programs that do
    /// not know it pass it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rms: Vec<u16>,
}

fn one() -> u32 {
    1
}

impl Waveform {
    /// Writes the finest level as JSON. Where there are root mean squares they follow the data, as
    /// `rms`.
    ///
    /// # Errors
    /// [`Error::Io`] when writing fails.
    pub fn write_json(&self, out: &mut dyn Write, bits: Bits) -> Result<()> {
        let values = self.pairs().iter().flat_map(|pair| [pair.min, pair.max]);
        let steps = |rms: f32| (rms * bits.full_scale()).round() as u16;
        let document = Document {
            version: 2,
            channels: self.channels() as u32,
            sample_rate: self.sample_rate(),
            samples_per_pixel: self.samples_per_pixel(),
            bits: match bits {
                Bits::Eight => 8,
                Bits::Sixteen => 16,
            },
            length: self.pixels() as u64,
            data: values.map(|value| bits.narrow(value)).collect(),
            rms: self
                .rms()
                .unwrap_or_default()
                .into_iter()
                .map(steps)
                .collect(),
        };
        serde_json::to_writer(out, &document).map_err(|error| Error::Io(error.into()))
    }

    /// Reads JSON of version 1 or 2. Values of 8 bits are read as 256 times as much.
    ///
    /// # Errors
    /// [`Error::Malformed`] for what is no such document, or whose data is not what it states.
    pub fn read_json(bytes: &[u8]) -> Result<Self> {
        let document: Document = serde_json::from_slice(bytes).map_err(|error| {
            Error::malformed(format!("the waveform is not as it should be: {error}"))
        })?;
        if !matches!(document.version, 1 | 2) {
            let version = document.version;
            let what = format!("version {version} of waveform data is unknown (1 and 2 are)");
            return Err(Error::malformed(what));
        }
        let bits = match document.bits {
            8 => Bits::Eight,
            16 => Bits::Sixteen,
            other => {
                return Err(Error::malformed(format!(
                    "the waveform states {other} bits; 8 and 16 are read"
                )));
            }
        };
        let stated = u128::from(document.length) * u128::from(document.channels) * 2;
        if stated != document.data.len() as u128 {
            return Err(Error::malformed(format!(
                "the waveform states {} pixels of {} channels, which are {stated} values; {} follow",
                document.length,
                document.channels,
                document.data.len()
            )));
        }
        let widen = |value: i16| {
            let error = || Error::malformed(format!("{value} does not fit the stated 8 bits"));
            bits.widen(value).ok_or_else(error)
        };
        let pairs = document
            .data
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[min, max]| {
                Ok(MinMax {
                    min: widen(*min)?,
                    max: widen(*max)?,
                })
            })
            .collect::<Result<_>>()?;
        let Document {
            sample_rate,
            samples_per_pixel,
            channels,
            rms,
            ..
        } = document;
        let read = Self::from_pairs(sample_rate, samples_per_pixel, channels as usize, pairs)?;
        if rms.is_empty() {
            return Ok(read);
        }
        let rms: Vec<f32> = rms
            .into_iter()
            .map(|steps| f32::from(steps) / bits.full_scale())
            .collect();
        read.with_rms(&rms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waveform() -> Waveform {
        let pairs = [(-32_768, 32_767), (-257, 511), (0, 0), (1, 1)]
            .map(|(min, max)| MinMax { min, max })
            .to_vec();
        Waveform::from_pairs(48_000, 512, 2, pairs).unwrap()
    }

    fn json(bits: Bits) -> String {
        let mut bytes = Vec::new();
        waveform().write_json(&mut bytes, bits).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_document_is_the_one_players_know() {
        assert_eq!(
            json(Bits::Eight),
            r#"{"version":2,"channels":2,"sample_rate":48000,"samples_per_pixel":512,"bits":8,"length":2,"data":[-128,127,-1,1,0,0,0,0]}"#
        );
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(
            Waveform::read_json(json(Bits::Sixteen).as_bytes()).unwrap(),
            waveform()
        );
    }

    #[test]
    fn root_mean_squares_come_back() {
        let original = waveform().with_rms(&[0.5, 1.0, 0.25, 0.0]).unwrap();
        for (bits, steps) in [
            (Bits::Eight, "64,128,32,0"),
            (Bits::Sixteen, "16384,32768,8192,0"),
        ] {
            let mut bytes = Vec::new();
            original.write_json(&mut bytes, bits).unwrap();
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.ends_with(&format!(",\"rms\":[{steps}]}}")), "{text}");
            let read = Waveform::read_json(&bytes).unwrap();
            assert_eq!(read.rms(), original.rms());
        }
    }

    #[test]
    fn version_1_has_one_channel() {
        let text = r#"{"version":1,"sample_rate":8000,"samples_per_pixel":2,"bits":8,"length":1,"data":[-1,1]}"#;
        let read = Waveform::read_json(text.as_bytes()).unwrap();
        assert_eq!(
            (read.channels(), read.pairs()),
            (
                1,
                &[MinMax {
                    min: -256,
                    max: 256
                }][..]
            )
        );
    }

    #[test]
    fn documents_which_lie_are_refused() {
        let good = json(Bits::Eight);
        for (from, to, named) in [
            (
                "\"length\":2",
                "\"length\":18446744073709551615",
                "18446744073709551615 pixels",
            ),
            ("\"version\":2", "\"version\":7", "version 7"),
            ("\"bits\":8", "\"bits\":24", "24 bits"),
            ("-128", "-129", "-129 does not fit"),
            ("-128", "99999", "not as it should be"),
            ("\"channels\":2", "\"channels\":0", "0 channels"),
            ("48000", "0", "sample rate of 0"),
            ("[-128,127", "[127,-128", "minimum over its maximum"),
            ("}", "", "not as it should be"),
            ("]}", "],\"rms\":[1]}", "1 root mean squares for 4 pairs"),
            ("]}", "],\"rms\":[1,1,1,200]}", "0 to 1 is possible"),
        ] {
            let text = good.replacen(from, to, 1);
            let error = Waveform::read_json(text.as_bytes())
                .unwrap_err()
                .to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
