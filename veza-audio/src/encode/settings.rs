//! What to encode to, as callers and command lines say it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Format, flac};
use crate::tags::OpusGain;
use crate::{AudioSpec, Error, Result};

/// How a WAV file stores a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WavSamples {
    /// 16-bit integers.
    #[default]
    #[serde(rename = "16")]
    Int16,
    /// 24-bit integers.
    #[serde(rename = "24")]
    Int24,
    /// 32-bit floats.
    #[serde(rename = "32f")]
    Float32,
}

impl WavSamples {
    /// Bytes of a sample.
    pub fn bytes(self) -> usize {
        match self {
            Self::Int16 => 2,
            Self::Int24 => 3,
            Self::Float32 => 4,
        }
    }
}

/// A format and its parameters.
///
/// As text: `wav`, `wav:24`, `wav:32f`, `flac`, `flac:24`, `flac:24:8`, `mp3:320`, `aac:128`,
/// `vorbis:192`, `opus:96`, `opus:96:both`; what is left out has its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "camelCase", deny_unknown_fields)]
pub enum EncodeSettings {
    /// WAV.
    Wav {
        /// How samples are stored; 16-bit integers unless said.
        #[serde(default)]
        samples: WavSamples,
    },
    /// FLAC.
    Flac {
        /// Bits of a sample: 16 (the default) or 24.
        #[serde(default = "default_bits")]
        bits: u32,
        /// Compression level, 0 (fastest) to 8 (smallest); 5 unless said.
        #[serde(default = "default_level")]
        level: u8,
    },
    /// MP3 at a constant bit rate.
    Mp3 {
        /// Bit rate in kbit/s.
        kbps: u32,
    },
    /// AAC-LC in MPEG-4.
    Aac {
        /// Bit rate in kbit/s.
        kbps: u32,
    },
    /// Ogg Vorbis at a variable bit rate.
    Vorbis {
        /// Average bit rate aimed at, in kbit/s.
        kbps: u32,
    },
    /// Ogg Opus at a variable bit rate.
    Opus {
        /// Average bit rate aimed at, in kbit/s.
        kbps: u32,
        /// Where the file says how loud it is to be played, if that is known.
        #[serde(default)]
        gain: OpusGain,
    },
}

fn default_bits() -> u32 {
    16
}

fn default_level() -> u8 {
    5
}

/// The bit rates of MPEG-1 Layer III, in kbit/s.
const MPEG_1: &[u32] = &[
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
];
/// Those of MPEG-2 and -2.5 Layer III.
const MPEG_2: &[u32] = &[8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

impl EncodeSettings {
    /// The settings of a format where nothing else is asked for: 16 bits, or the bit rate at
    /// which the codec is commonly held to be transparent for stereo.
    pub fn default_of(format: Format) -> Self {
        match format {
            Format::Wav => Self::Wav {
                samples: WavSamples::default(),
            },
            Format::Flac => Self::Flac {
                bits: default_bits(),
                level: default_level(),
            },
            Format::Mp3 => Self::Mp3 { kbps: 256 },
            Format::Aac => Self::Aac { kbps: 192 },
            Format::Vorbis => Self::Vorbis { kbps: 192 },
            Format::Opus => Self::Opus {
                kbps: 128,
                gain: OpusGain::default(),
            },
        }
    }

    /// The format.
    pub fn format(&self) -> Format {
        match self {
            Self::Wav { .. } => Format::Wav,
            Self::Flac { .. } => Format::Flac,
            Self::Mp3 { .. } => Format::Mp3,
            Self::Aac { .. } => Format::Aac,
            Self::Vorbis { .. } => Format::Vorbis,
            Self::Opus { .. } => Format::Opus,
        }
    }

    /// Refuses settings which make no sense for a sound of `spec`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] which names what would do.
    pub fn check(&self, spec: AudioSpec) -> Result<()> {
        self.format().check(spec.sample_rate, spec.channels())?;
        let channels = spec.channels() as u32;
        match *self {
            Self::Wav { .. } => Ok(()),
            Self::Flac { bits, level } => flac::check(bits, level),
            Self::Mp3 { kbps } => {
                let rates = if spec.sample_rate >= 32_000 {
                    MPEG_1
                } else {
                    MPEG_2
                };
                if rates.contains(&kbps) {
                    return Ok(());
                }
                let rates: Vec<String> = rates.iter().map(u32::to_string).collect();
                let reason = format!(
                    "MP3 at {} Hz has {} kbit/s, not {kbps}",
                    spec.sample_rate,
                    rates.join(", ")
                );
                Err(Error::invalid("kbps", reason))
            }
            Self::Aac { kbps } => {
                let least = if channels == 6 { 64 } else { 8 * channels };
                within("AAC", kbps, least, 320 * channels.max(2) / 2)
            }
            Self::Vorbis { kbps } => within("Vorbis", kbps, 8 * channels, 250 * channels),
            Self::Opus { kbps, .. } => within("Opus", kbps, 6 * channels, 256 * channels),
        }
    }
}

fn within(codec: &str, kbps: u32, least: u32, most: u32) -> Result<()> {
    if (least..=most).contains(&kbps) {
        return Ok(());
    }
    let reason =
        format!("{codec} with so many channels takes {least} to {most} kbit/s, not {kbps}");
    Err(Error::invalid("kbps", reason))
}

impl fmt::Display for EncodeSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wav {
                samples: WavSamples::Int16,
            } => write!(f, "wav:16"),
            Self::Wav {
                samples: WavSamples::Int24,
            } => write!(f, "wav:24"),
            Self::Wav {
                samples: WavSamples::Float32,
            } => write!(f, "wav:32f"),
            Self::Flac { bits, level } => write!(f, "flac:{bits}:{level}"),
            Self::Mp3 { kbps } => write!(f, "mp3:{kbps}"),
            Self::Aac { kbps } => write!(f, "aac:{kbps}"),
            Self::Vorbis { kbps } => write!(f, "vorbis:{kbps}"),
            Self::Opus { kbps, gain } => {
                write!(f, "opus:{kbps}")?;
                if *gain == OpusGain::default() {
                    return Ok(());
                }
                write!(f, ":{gain}")
            }
        }
    }
}

impl FromStr for EncodeSettings {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.split(':');
        let format: Format = parts.next().unwrap_or_default().parse()?;
        let mut settings = Self::default_of(format);
        match &mut settings {
            Self::Wav { samples } => {
                *samples = match parts.next() {
                    None | Some("16") => WavSamples::Int16,
                    Some("24") => WavSamples::Int24,
                    Some("32f") => WavSamples::Float32,
                    Some(other) => {
                        let reason = format!("WAV takes 16, 24 or 32f, not `{other}`");
                        return Err(Error::invalid("samples", reason));
                    }
                };
            }
            Self::Flac { bits, level } => {
                *bits = number("bits", parts.next(), *bits)?;
                *level = number("level", parts.next(), *level)?;
                flac::check(*bits, *level)?;
            }
            Self::Mp3 { kbps } | Self::Aac { kbps } | Self::Vorbis { kbps } => {
                *kbps = number("kbps", parts.next(), *kbps)?;
            }
            Self::Opus { kbps, gain } => {
                *kbps = number("kbps", parts.next(), *kbps)?;
                if let Some(name) = parts.next() {
                    *gain = name.parse()?;
                }
            }
        }
        match parts.next() {
            None => Ok(settings),
            Some(more) => Err(Error::invalid(
                "format",
                format!("`{more}` is one part too many"),
            )),
        }
    }
}

fn number<N: FromStr>(name: &'static str, text: Option<&str>, default: N) -> Result<N> {
    match text {
        None => Ok(default),
        Some(text) => text
            .parse()
            .map_err(|_| Error::invalid(name, format!("`{text}` is not such a number"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    #[test]
    fn text_leads_to_settings_and_back() {
        for (text, whole) in [
            ("wav", "wav:16"),
            ("wav:32f", "wav:32f"),
            ("flac", "flac:16:5"),
            ("flac:24", "flac:24:5"),
            ("flac:24:8", "flac:24:8"),
            ("mp3:320", "mp3:320"),
            ("m4a:96", "aac:96"),
            ("ogg", "vorbis:192"),
            ("opus:64", "opus:64"),
            ("opus:64:r128", "opus:64"),
            ("opus:64:header", "opus:64:header"),
        ] {
            let settings: EncodeSettings = text.parse().unwrap();
            assert_eq!(settings.to_string(), whole);
            assert_eq!(whole.parse::<EncodeSettings>().unwrap(), settings);
            let json = serde_json::to_string(&settings).unwrap();
            assert_eq!(
                serde_json::from_str::<EncodeSettings>(&json).unwrap(),
                settings
            );
        }
    }

    #[test]
    fn json_may_leave_out_what_has_a_default() {
        let settings: EncodeSettings = serde_json::from_str(r#"{"format":"flac"}"#).unwrap();
        assert_eq!(settings, EncodeSettings::Flac { bits: 16, level: 5 });
        let settings: EncodeSettings =
            serde_json::from_str(r#"{"format":"wav","samples":"32f"}"#).unwrap();
        assert_eq!(
            settings,
            EncodeSettings::Wav {
                samples: WavSamples::Float32
            }
        );
        assert!(serde_json::from_str::<EncodeSettings>(r#"{"format":"mp3","q":1}"#).is_err());
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        for (text, message) in [
            ("flac:20", "bits: FLAC is written with 16 or 24, not 20"),
            ("flac:16:9", "level: FLAC has 0 to 8, not 9"),
            ("mp3:much", "kbps: `much` is not such a number"),
            ("wav:8", "samples: WAV takes 16, 24 or 32f, not `8`"),
            (
                "opus:96:loud",
                "gain: `loud` is none of r128, replaygain, both, header",
            ),
            ("mp3:128:2", "format: `2` is one part too many"),
        ] {
            assert_eq!(
                text.parse::<EncodeSettings>().unwrap_err().to_string(),
                message
            );
        }
        let stereo = AudioSpec::new(48_000, ChannelLayout::Stereo);
        for settings in ["mp3:100", "opus:4", "opus:9999", "vorbis:2", "aac:1000"] {
            let settings: EncodeSettings = settings.parse().unwrap();
            assert_eq!(
                settings.check(stereo).unwrap_err().code(),
                "audio.invalid_parameter"
            );
        }
    }

    #[test]
    fn every_bit_rate_promised_is_taken() {
        for (format, rates, sample_rates) in [
            (Format::Mp3, [128, 192, 256, 320], &[44_100, 48_000][..]),
            (Format::Aac, [128, 192, 256, 320], &[44_100, 48_000, 96_000]),
            (Format::Vorbis, [128, 192, 256, 320], &[44_100, 48_000]),
            (Format::Opus, [64, 96, 128, 192], &[48_000]),
        ] {
            for kbps in rates {
                for sample_rate in sample_rates {
                    let settings: EncodeSettings = format!("{format}:{kbps}").parse().unwrap();
                    settings
                        .check(AudioSpec::new(*sample_rate, ChannelLayout::Stereo))
                        .unwrap();
                }
            }
        }
    }
}
