//! Why there is no export.

use crate::auth::StepUpError;
use crate::kernel::{ErrorKind, PortError, UseCaseError};

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// None was asked for, it is not ready, or its time is over.
    #[error("there is no export; ask for one")]
    NotFound,
    /// The last proof of who one is is too old, or there is no session.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for ExportError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::StepUp(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "account.export.not_found",
            Self::StepUp(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::NotFound => self.to_string(),
            Self::StepUp(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
        }
    }
}
