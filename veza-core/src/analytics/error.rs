//! Why a wish about analytics is not fulfilled.

use crate::kernel::page::InvalidCursor;
use crate::kernel::{ErrorKind, FieldError, PortError, UseCaseError};

/// The errors of the use cases of people.
#[derive(Debug, thiserror::Error)]
pub enum AnalyticsError {
    /// There is no report of this day.
    #[error("there is no report of this day")]
    NotFound,
    /// Whoever asks may not do this.
    #[error("this is not allowed to you")]
    Forbidden,
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

impl UseCaseError for AnalyticsError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Forbidden => ErrorKind::Forbidden,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Cursor(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "analytics.report.not_found",
            Self::Forbidden => "analytics.forbidden",
            Self::Invalid(_) => "analytics.invalid",
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
