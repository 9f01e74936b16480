//! The one table from what a use case answers to what gRPC says.

use tonic::metadata::MetadataValue;
use tonic::{Code, Request, Status};
use uuid::Uuid;
use veza_core::kernel::{Caller, ErrorKind, Metadata, Timestamp, UseCaseError};

const fn code(kind: ErrorKind) -> Code {
    match kind {
        ErrorKind::Malformed | ErrorKind::Invalid => Code::InvalidArgument,
        ErrorKind::Unauthenticated => Code::Unauthenticated,
        ErrorKind::Forbidden => Code::PermissionDenied,
        ErrorKind::NotFound => Code::NotFound,
        ErrorKind::Conflict => Code::FailedPrecondition,
        ErrorKind::Stale => Code::Aborted,
        ErrorKind::TooLarge | ErrorKind::TooOften => Code::ResourceExhausted,
        ErrorKind::Unavailable => Code::Unavailable,
        ErrorKind::Internal => Code::Internal,
    }
}

/// The status of an error, with its code in the metadata. A fault of our own is logged here.
pub(super) fn status(error: impl UseCaseError) -> Status {
    let (kind, problem) = (error.kind(), error.code());
    if matches!(kind, ErrorKind::Internal | ErrorKind::Unavailable) {
        tracing::error!(code = problem, %error, "a call failed");
    }
    let mut status = Status::new(code(kind), error.public_detail());
    let metadata = status.metadata_mut();
    metadata.insert("problem-code", MetadataValue::from_static(problem));
    status
}

/// Who calls. The layer has put it there; a call it has not seen gets no further.
pub(super) fn caller<T>(request: &Request<T>) -> Result<Caller, Status> {
    let who = request.extensions().get::<Caller>().cloned();
    who.ok_or_else(|| Status::unauthenticated("this needs a token"))
}

/// What a call says of where it comes from.
pub(super) fn told<T>(request: &Request<T>) -> Metadata {
    let agent = request.metadata().get("user-agent");
    Metadata {
        user_agent: agent
            .and_then(|agent| agent.to_str().ok())
            .map(str::to_owned),
        ..Metadata::default()
    }
}

/// An id as it is written in a message.
pub(super) fn id<I: From<Uuid>>(field: &str, text: &str) -> Result<I, Status> {
    Uuid::try_parse(text)
        .map(I::from)
        .map_err(|_| Status::invalid_argument(format!("{field}: is no UUID")))
}

/// A time as messages hold it.
pub(super) fn time(time: Timestamp) -> Option<prost_types::Timestamp> {
    let millis = time.as_millis();
    Some(prost_types::Timestamp {
        seconds: millis.div_euclid(1_000),
        nanos: i32::try_from(millis.rem_euclid(1_000) * 1_000_000).unwrap_or(0),
    })
}

/// A text that may be left out: empty is none.
pub(super) fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// A number that may be left out: 0 is none.
pub(super) fn limit(limit: u32) -> Option<u32> {
    Some(limit).filter(|limit| *limit > 0)
}
