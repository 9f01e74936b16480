//! The kinds of file that can be written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// A kind of audio file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Format {
    /// PCM in RIFF/WAVE.
    Wav,
    /// FLAC in its own container.
    Flac,
    /// MPEG-1, -2 and -2.5 Layer III.
    Mp3,
    /// AAC-LC in MPEG-4 (M4A).
    Aac,
    /// Vorbis in Ogg.
    Vorbis,
    /// Opus in Ogg.
    Opus,
}

/// The sample rates of MPEG-1, -2 and -2.5 Layer III.
const MP3_RATES: &[u32] = &[
    8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000,
];
/// The sample rates of AAC (ISO/IEC 14496-3, table 1.18) which AAC-LC encoders take.
const AAC_RATES: &[u32] = &[
    8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000,
];
/// The rates at which the Vorbis encoder is tuned.
const VORBIS_RATES: &[u32] = &[8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000];
/// Opus counts in 48 kHz, whatever the source was (RFC 7845, 4).
const OPUS_RATES: &[u32] = &[48_000];

impl Format {
    /// Every format, in the order of the list above.
    pub const ALL: [Self; 6] = [
        Self::Wav,
        Self::Flac,
        Self::Mp3,
        Self::Aac,
        Self::Vorbis,
        Self::Opus,
    ];

    /// The usual file name extension, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::Aac => "m4a",
            Self::Vorbis => "ogg",
            Self::Opus => "opus",
        }
    }

    /// The format which files with this extension have, in any case; `None` for an unknown one.
    pub fn from_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "wav" | "wave" => Some(Self::Wav),
            "flac" => Some(Self::Flac),
            "mp3" => Some(Self::Mp3),
            "m4a" => Some(Self::Aac),
            "ogg" | "oga" => Some(Self::Vorbis),
            "opus" => Some(Self::Opus),
            _ => None,
        }
    }

    /// The media type to serve such a file with.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Flac => "audio/flac",
            Self::Mp3 => "audio/mpeg",
            Self::Aac => "audio/mp4",
            Self::Vorbis | Self::Opus => "audio/ogg",
        }
    }

    /// The codec's name, for people.
    pub fn codec(self) -> &'static str {
        match self {
            Self::Wav => "PCM",
            Self::Flac => "FLAC",
            Self::Mp3 => "MP3",
            Self::Aac => "AAC",
            Self::Vorbis => "Vorbis",
            Self::Opus => "Opus",
        }
    }

    /// Whether every sample comes back as it was, at the depth of the file.
    pub fn is_lossless(self) -> bool {
        matches!(self, Self::Wav | Self::Flac)
    }

    /// The sample rate, in Hz, to resample a source of `source_rate` Hz to before it is encoded:
    /// its own where the format has it, else the lowest which keeps all of the source's band,
    /// else the highest that the source's own family (44.1 or 48 kHz) has.
    pub fn rate_for(self, source_rate: u32) -> u32 {
        let rates = match self {
            Self::Wav => return source_rate.max(1),
            Self::Flac => return source_rate.clamp(1, super::flac::MAX_SAMPLE_RATE),
            Self::Mp3 => MP3_RATES,
            Self::Aac => AAC_RATES,
            Self::Vorbis => VORBIS_RATES,
            Self::Opus => OPUS_RATES,
        };
        if let Some(rate) = rates.iter().find(|rate| **rate >= source_rate) {
            return *rate;
        }
        let same_family = |rate: &&u32| source_rate.is_multiple_of(**rate);
        rates
            .iter()
            .rev()
            .take(2)
            .find(same_family)
            .or(rates.last())
            .copied()
            .unwrap_or(48_000)
    }

    /// The most channels that are written.
    pub fn max_channels(self) -> usize {
        match self {
            Self::Wav => 64,
            Self::Flac | Self::Aac | Self::Vorbis | Self::Opus => 8,
            Self::Mp3 => 2,
        }
    }

    /// Refuses a rate or a number of channels which the format does not have.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] which names what would do.
    pub fn check(self, sample_rate: u32, channels: usize) -> Result<()> {
        let max = self.max_channels();
        if !(1..=max).contains(&channels) {
            let reason = format!("{self} files have 1 to {max}, not {channels}");
            return Err(Error::invalid("channels", reason));
        }
        if sample_rate == 0 {
            return Err(Error::invalid("sampleRate", "a sound cannot have 0 Hz"));
        }
        let rate = self.rate_for(sample_rate);
        if rate != sample_rate {
            let reason =
                format!("{self} files cannot have {sample_rate} Hz; resample to {rate} Hz first");
            return Err(Error::invalid("sampleRate", reason));
        }
        Ok(())
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::Aac => "aac",
            Self::Vorbis => "vorbis",
            Self::Opus => "opus",
        })
    }
}

impl FromStr for Format {
    type Err = Error;

    /// Takes a format's own name or an extension it has.
    fn from_str(text: &str) -> Result<Self> {
        let known = Self::ALL
            .into_iter()
            .find(|format| format.to_string() == text);
        known.or_else(|| Self::from_extension(text)).ok_or_else(|| {
            let names = Self::ALL.map(|format| format.to_string()).join(", ");
            Error::invalid("format", format!("there is no `{text}`; there are {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_extensions_lead_back_to_their_format() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
            assert_eq!(Format::from_extension(format.extension()), Some(format));
        }
        assert_eq!(Format::from_extension("FLAC"), Some(Format::Flac));
        let error = "mp5".parse::<Format>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "format: there is no `mp5`; there are wav, flac, mp3, aac, vorbis, opus"
        );
    }

    #[test]
    fn a_rate_which_the_format_has_is_kept() {
        for (format, rate) in [
            (Format::Wav, 384_000),
            (Format::Flac, 192_000),
            (Format::Mp3, 22_050),
            (Format::Aac, 96_000),
            (Format::Vorbis, 44_100),
            (Format::Opus, 48_000),
        ] {
            assert_eq!(format.rate_for(rate), rate, "{format}");
        }
    }

    #[test]
    fn another_rate_goes_up_or_down_within_its_family() {
        assert_eq!(Format::Opus.rate_for(44_100), 48_000);
        assert_eq!(Format::Opus.rate_for(96_000), 48_000);
        assert_eq!(Format::Mp3.rate_for(88_200), 44_100);
        assert_eq!(Format::Mp3.rate_for(96_000), 48_000);
        assert_eq!(Format::Mp3.rate_for(192_000), 48_000);
        assert_eq!(Format::Mp3.rate_for(37_800), 44_100);
        assert_eq!(Format::Mp3.rate_for(4_000), 8_000);
        assert_eq!(Format::Aac.rate_for(192_000), 96_000);
        assert_eq!(Format::Aac.rate_for(176_400), 88_200);
        assert_eq!(Format::Flac.rate_for(2_822_400), 655_350);
    }

    #[test]
    fn what_a_format_cannot_hold_is_refused_with_what_it_can() {
        let error = Format::Mp3.check(44_100, 6).unwrap_err();
        assert_eq!(error.to_string(), "channels: mp3 files have 1 to 2, not 6");
        let error = Format::Opus.check(44_100, 2).unwrap_err();
        assert_eq!(
            error.to_string(),
            "sampleRate: opus files cannot have 44100 Hz; resample to 48000 Hz first"
        );
    }
}
