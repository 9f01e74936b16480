//! Everything that can go wrong with sound, by meaning.

use std::io;

/// The kinds of failure a caller may want to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The input is not audio, or not of a kind that is read here.
    Unsupported,
    /// The input says it is audio of a known kind, and is broken.
    Malformed,
    /// The input or the request goes over a limit.
    LimitExceeded,
    /// A parameter of the call makes no sense.
    InvalidParameter,
    /// Reading or writing failed.
    Io,
    /// The caller asked to stop.
    Cancelled,
    /// An encoder failed on input it should have taken.
    Encoder,
}

/// What went wrong, and with what.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes are those of no format that is read here.
    #[error("not an audio file of a known kind (WAV, FLAC, MP3, M4A, AIFF, Ogg Vorbis, Ogg Opus)")]
    NotAudio,
    /// The container is known, the codec in it is not.
    #[error("{container} holds {codec}, which is not supported")]
    UnsupportedCodec {
        /// The container, such as `mp4`.
        container: &'static str,
        /// The codec, as far as it could be told.
        codec: String,
    },
    /// A part of the input contradicts its format.
    #[error("{what}{}", at(.offset))]
    Malformed {
        /// What is wrong, in words for the owner of the file.
        what: String,
        /// The byte at which it was seen, where it is known.
        offset: Option<u64>,
    },
    /// Parts of the sound cannot be decoded, or are not there, and the caller wanted it whole.
    #[error("the file is damaged: {what}")]
    Damaged {
        /// How much is lost, in words for the owner of the file.
        what: String,
    },
    /// The input is of a known kind and holds no sound at all.
    #[error("the file holds no audio")]
    Empty,
    /// A value is over what [`crate::Limits`] allow.
    #[error("{what} is {value}, and at most {max} is allowed")]
    LimitExceeded {
        /// What was measured, with its unit: `duration in seconds`.
        what: &'static str,
        /// What it is.
        value: u64,
        /// What is allowed.
        max: u64,
    },
    /// A parameter of the call makes no sense.
    #[error("{name}: {reason}")]
    InvalidParameter {
        /// The parameter's name.
        name: &'static str,
        /// Why it cannot be so.
        reason: String,
    },
    /// This build leaves the encoder out.
    #[error("this build has no {codec} encoder (cargo feature `{feature}`)")]
    EncoderLeftOut {
        /// The codec's name.
        codec: &'static str,
        /// The cargo feature which brings it.
        feature: &'static str,
    },
    /// An encoder refused what it was given.
    #[error("the {codec} encoder failed: {reason}")]
    Encoder {
        /// The codec's name.
        codec: &'static str,
        /// What the encoder said.
        reason: String,
    },
    /// The observer of the work asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A malformed input, at a known byte.
    pub fn malformed_at(what: impl Into<String>, offset: u64) -> Self {
        Self::Malformed {
            what: what.into(),
            offset: Some(offset),
        }
    }

    /// A malformed input.
    pub fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed {
            what: what.into(),
            offset: None,
        }
    }

    /// A parameter which makes no sense.
    pub fn invalid(name: &'static str, reason: impl Into<String>) -> Self {
        Self::InvalidParameter {
            name,
            reason: reason.into(),
        }
    }

    /// Which kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotAudio | Self::UnsupportedCodec { .. } | Self::EncoderLeftOut { .. } => {
                ErrorKind::Unsupported
            }
            Self::Malformed { .. } | Self::Damaged { .. } | Self::Empty => ErrorKind::Malformed,
            Self::LimitExceeded { .. } => ErrorKind::LimitExceeded,
            Self::InvalidParameter { .. } => ErrorKind::InvalidParameter,
            Self::Encoder { .. } => ErrorKind::Encoder,
            Self::Cancelled => ErrorKind::Cancelled,
            Self::Io(_) => ErrorKind::Io,
        }
    }

    /// A stable name for machines, such as `audio.malformed`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAudio => "audio.not_audio",
            Self::UnsupportedCodec { .. } => "audio.unsupported_codec",
            Self::Malformed { .. } => "audio.malformed",
            Self::Damaged { .. } => "audio.damaged",
            Self::Empty => "audio.empty",
            Self::LimitExceeded { .. } => "audio.limit_exceeded",
            Self::InvalidParameter { .. } => "audio.invalid_parameter",
            Self::EncoderLeftOut { .. } => "audio.encoder_left_out",
            Self::Encoder { .. } => "audio.encoder",
            Self::Cancelled => "audio.cancelled",
            Self::Io(_) => "audio.io",
        }
    }
}

fn at(offset: &Option<u64>) -> String {
    offset
        .map(|byte| format!(" (at byte {byte})"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_input_is_named_with_its_place() {
        let error = Error::malformed_at("the WAV header names 0 channels", 22);
        assert_eq!(
            error.to_string(),
            "the WAV header names 0 channels (at byte 22)"
        );
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Malformed, "audio.malformed")
        );
    }
}
