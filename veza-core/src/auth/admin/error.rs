//! Why nothing was done to an account.

use crate::kernel::{ErrorKind, FieldError, PortError, UseCaseError};

/// Why nothing was done to an account.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// Some fields are not allowed.
    #[error("some fields are not allowed")]
    Invalid(Vec<FieldError>),
    /// Whoever asks may not do this, or not to this account.
    #[error("you may not do this to that account")]
    Forbidden,
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// It is the last administrator.
    #[error("this is the last administrator; make another one first")]
    LastAdmin,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for AdminError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Forbidden => ErrorKind::Forbidden,
            Self::NotFound => ErrorKind::NotFound,
            Self::LastAdmin => ErrorKind::Conflict,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "auth.admin.invalid",
            Self::Forbidden => "auth.admin.forbidden",
            Self::NotFound => "auth.user.not_found",
            Self::LastAdmin => "auth.admin.last_admin",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
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
