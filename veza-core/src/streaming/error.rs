//! Why a wish about tracks is not fulfilled.

use crate::kernel::page::InvalidCursor;
use crate::kernel::{ErrorKind, FieldError, PortError, UseCaseError};

/// The errors of the use cases of people; those of workers have only [`PortError`].
#[derive(Debug, thiserror::Error)]
pub enum TrackError {
    /// There is no such track, or whoever asks may not know of it.
    #[error("there is no such track")]
    NotFound,
    /// Whoever asks may not do this.
    #[error("this is not allowed to you")]
    Forbidden,
    /// The change was meant for another version.
    #[error("the track has changed since you looked at it")]
    Stale,
    /// Some fields are not allowed.
    #[error("{} fields are not allowed", .0.len())]
    Invalid(Vec<FieldError>),
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for TrackError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Forbidden => ErrorKind::Forbidden,
            Self::Stale => ErrorKind::Stale,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Cursor(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "streaming.track.not_found",
            Self::Forbidden => "streaming.track.forbidden",
            Self::Stale => "streaming.track.stale",
            Self::Invalid(_) => "streaming.track.invalid",
            Self::Cursor(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Invalid(_) => "some fields are not allowed".into(),
            Self::Port(error) => error.public_detail(),
            other => other.to_string(),
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            _ => &[],
        }
    }
}
