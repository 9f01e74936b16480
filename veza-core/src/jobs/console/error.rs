//! Why a wish about jobs is not fulfilled.

use crate::jobs::JobStatus;
use crate::kernel::page::InvalidCursor;
use crate::kernel::{ErrorKind, PortError, UseCaseError};

/// The errors of operators' use cases.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// There is no such job.
    #[error("there is no such job")]
    NotFound,
    /// Whoever asks may not do this.
    #[error("this is not allowed to you")]
    Forbidden,
    /// The job does not stand so that this can be done.
    #[error("the job is {}", .0.as_str())]
    WrongStatus(JobStatus),
    /// Another job of its kind does the same work already.
    #[error("another job with the same key waits or runs")]
    Superseded,
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for JobError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Forbidden => ErrorKind::Forbidden,
            Self::WrongStatus(_) | Self::Superseded => ErrorKind::Conflict,
            Self::Cursor(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "jobs.job.not_found",
            Self::Forbidden => "jobs.job.forbidden",
            Self::WrongStatus(_) => "jobs.job.wrong_status",
            Self::Superseded => "jobs.job.superseded",
            Self::Cursor(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Port(error) => error.public_detail(),
            other => other.to_string(),
        }
    }
}
