//! Errors by meaning: what a use case answers, and what a port says when it cannot work.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// What a failure means to the caller. A shell maps each kind to its own status, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request cannot be read as what it should be: a forged cursor, an unknown sort key.
    Malformed,
    /// The request can be read, and a value in it is not allowed.
    Invalid,
    /// Who asks is not known.
    Unauthenticated,
    /// Who asks may not do this.
    Forbidden,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// It contradicts what is there already.
    Conflict,
    /// It has changed since the caller looked at it.
    Stale,
    /// It is larger than allowed.
    TooLarge,
    /// It was tried too often; the same request may work after a while.
    TooOften,
    /// Something needed does not answer now; the same request may work later.
    Unavailable,
    /// A fault of our own.
    Internal,
}

/// A value that is not allowed, by the name the caller gave it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The field as the wire names it.
    pub field: &'static str,
    /// What is wrong with it, in words for people.
    pub message: String,
}

/// What every error of a use case can tell.
pub trait UseCaseError: StdError + Send + Sync {
    /// What it means.
    fn kind(&self) -> ErrorKind;

    /// A stable name for machines: `auth.user.email_taken`.
    fn code(&self) -> &'static str;

    /// A text that may be shown to whoever asked. It never holds what a port said.
    fn public_detail(&self) -> String;

    /// The fields at fault, where there are any.
    fn field_errors(&self) -> &[FieldError] {
        &[]
    }

    /// How long to wait before it is tried again, where that is known.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// Why a port could not do its work. Absence is not among them: that is `Ok(None)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PortErrorKind {
    /// A value that has to be unique is there already; the name of that value.
    Duplicate(&'static str),
    /// What it refers to is not there.
    MissingReference,
    /// A text holds U+0000, which no store keeps.
    Unstorable,
    /// A write was tried in a unit of work that only reads.
    ReadOnly,
    /// What is stored cannot be understood.
    Corrupt,
    /// The other side is full, down or does not answer in time.
    Unavailable,
    /// Anything else.
    Internal,
}

/// A failure of a port: what it means, which operation it was, and what caused it.
#[derive(Debug)]
pub struct PortError {
    /// What it means.
    pub kind: PortErrorKind,
    /// The operation, as `port.method`.
    pub op: &'static str,
    /// The cause, for logs only.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl PortError {
    /// A failure without a cause of its own.
    pub fn new(kind: PortErrorKind, op: &'static str) -> Self {
        Self {
            kind,
            op,
            source: None,
        }
    }

    /// A failure with its cause.
    pub fn caused(
        kind: PortErrorKind,
        op: &'static str,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            op,
            source: Some(source.into()),
        }
    }

    /// What the failure means for the caller of a use case that has no better answer.
    pub fn error_kind(&self) -> ErrorKind {
        match self.kind {
            PortErrorKind::Duplicate(_) | PortErrorKind::MissingReference => ErrorKind::Conflict,
            PortErrorKind::Unstorable => ErrorKind::Invalid,
            PortErrorKind::Unavailable => ErrorKind::Unavailable,
            PortErrorKind::ReadOnly | PortErrorKind::Corrupt | PortErrorKind::Internal => {
                ErrorKind::Internal
            }
        }
    }
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            PortErrorKind::Duplicate(what) => write!(f, "{}: {what} is taken", self.op),
            PortErrorKind::MissingReference => {
                write!(f, "{}: it refers to what is not there", self.op)
            }
            PortErrorKind::Unstorable => write!(f, "{}: a text holds U+0000", self.op),
            PortErrorKind::ReadOnly => write!(f, "{}: a write while only reading", self.op),
            PortErrorKind::Corrupt => write!(f, "{}: what is stored cannot be read", self.op),
            PortErrorKind::Unavailable => write!(f, "{}: not available now", self.op),
            PortErrorKind::Internal => write!(f, "{}: failed", self.op),
        }
    }
}

impl StdError for PortError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_ref()
            .map(|cause| cause.as_ref() as &(dyn StdError + 'static))
    }
}

impl UseCaseError for PortError {
    fn kind(&self) -> ErrorKind {
        self.error_kind()
    }

    fn code(&self) -> &'static str {
        match self.error_kind() {
            ErrorKind::Conflict => "conflict",
            ErrorKind::Invalid => "text.unstorable",
            ErrorKind::Unavailable => "unavailable",
            _ => "internal",
        }
    }

    fn public_detail(&self) -> String {
        match self.error_kind() {
            ErrorKind::Conflict => "this contradicts what is there already",
            ErrorKind::Invalid => "a text must not hold the character U+0000",
            ErrorKind::Unavailable => "the service is not available now, try again later",
            _ => "the service failed; the fault is ours",
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_port_said_stays_out_of_the_public_text() {
        let error = PortError::caused(PortErrorKind::Internal, "users.add", "near \"SELEC\": x");
        assert!(error.source().unwrap().to_string().contains("SELEC"));
        assert!(!error.public_detail().contains("SELEC"));
        assert!(!error.to_string().contains("SELEC"));
        assert_eq!(error.kind(), ErrorKind::Internal);
    }
}
