//! The one table from what a use case answers to what HTTP says.

use http::{HeaderValue, StatusCode, header};
use veza_core::kernel::{ErrorKind, UseCaseError};

use crate::Problem;

/// How long a client should wait before it asks again for what is not available, in seconds.
const RETRY_AFTER: u32 = 2;

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Malformed => StatusCode::BAD_REQUEST,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Stale => StatusCode::PRECONDITION_FAILED,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::TooOften => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A fault of our own is logged here, once, and told without its cause.
impl<E: UseCaseError> From<E> for Problem {
    fn from(error: E) -> Self {
        match error.kind() {
            ErrorKind::Internal | ErrorKind::Unavailable => {
                tracing::error!(code = error.code(), %error, "a use case failed");
                // The cause may hold names of files or of tables: only for those who debug.
                let mut cause = error.source();
                while let Some(deeper) = cause {
                    tracing::debug!(cause = %deeper, "because of");
                    cause = deeper.source();
                }
            }
            _ => {}
        }
        let problem = match error.kind() {
            ErrorKind::Internal => Self::internal(),
            ErrorKind::Unavailable => Self::unavailable(RETRY_AFTER),
            ErrorKind::Unauthenticated => Self::unauthorized(error.code(), error.public_detail()),
            kind => Self::new(status(kind), error.code(), error.public_detail()),
        };
        let problem = match error.retry_after() {
            Some(wait) => {
                // Whole seconds: who comes back then does not come too early.
                let seconds = wait.as_millis().div_ceil(1_000).max(1);
                let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
                problem.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
            }
            None => problem,
        };
        error.field_errors().iter().fold(problem, |problem, fault| {
            problem.with_error(fault.field, fault.message.clone())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use veza_core::kernel::{PortError, PortErrorKind};

    #[test]
    fn a_fault_of_our_own_tells_nothing_of_its_cause() {
        let error = PortError::caused(PortErrorKind::Internal, "users.add", "near SELECT: secret");
        let problem = Problem::from(error);
        assert_eq!(problem.status(), 500);
        assert!(!format!("{problem:?}").contains("secret"));
        let problem = Problem::from(PortError::new(PortErrorKind::Unavailable, "users.add"));
        assert_eq!(problem.status(), 503);
    }
}
