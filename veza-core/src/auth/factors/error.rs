//! Why a second factor was not taken or not changed.

use std::time::Duration;

use crate::auth::StepUpError;
use crate::kernel::{ErrorKind, PortError, UseCaseError};

/// Why a second factor was not taken or not changed.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// The code is wrong, too old, or was used before. Which is not told.
    #[error("the code is wrong or was used before")]
    WrongCode,
    /// There were too many wrong codes; recovery codes are taken all the same.
    #[error("too many wrong codes; wait {} s, or use a recovery code", .0.as_secs().max(1))]
    Wait(Duration),
    /// None is set up.
    #[error("no second factor is set up")]
    NotSetUp,
    /// One is in use already.
    #[error("a second factor is in use already")]
    AlreadyOn,
    /// The last proof of who one is is too old, or there is no session.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for SecondFactorError {
    fn kind(&self) -> ErrorKind {
        match self {
            // Not 401: the session is good, and a client would only refresh its token.
            Self::WrongCode => ErrorKind::Forbidden,
            Self::Wait(_) => ErrorKind::TooOften,
            Self::NotSetUp | Self::AlreadyOn => ErrorKind::Conflict,
            Self::StepUp(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::WrongCode => "auth.second_factor.code_wrong",
            Self::Wait(_) => "auth.second_factor.wait",
            Self::NotSetUp => "auth.second_factor.not_set_up",
            Self::AlreadyOn => "auth.second_factor.already_on",
            Self::StepUp(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::StepUp(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
            other => other.to_string(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Wait(wait) => Some(*wait),
            _ => None,
        }
    }
}
