//! What is wrong with a frame, and what the client is told.

use serde::{Deserialize, Serialize};

use crate::close::CloseCode;
use crate::id::RequestId;

/// Why a frame was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A binary message on the text protocol.
    #[error("this protocol is text: binary messages are not accepted")]
    Binary,
    /// The bytes are not UTF-8.
    #[error("a text message must be UTF-8")]
    NotUtf8,
    /// The frame is over the size limit.
    #[error("the frame has {size} bytes, at most {max} are accepted")]
    TooLarge {
        /// Bytes of the frame.
        size: usize,
        /// Bytes accepted.
        max: usize,
    },
    /// The frame nests deeper than the limit.
    #[error("the frame nests deeper than {max} levels")]
    TooDeep {
        /// Levels accepted.
        max: usize,
    },
    /// The frame is not JSON.
    #[error("the frame is not valid JSON (line {line}, column {column})")]
    Malformed {
        /// Line of the first error, from 1.
        line: usize,
        /// Column of the first error, from 1 (0: at the end of the line before).
        column: usize,
    },
    /// A field is missing, of the wrong type or out of bounds.
    #[error("{field}: {problem}")]
    Field {
        /// Path of the field, such as `data.room_id`.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A field which the protocol doesn't have.
    #[error("{field}: unknown field")]
    UnknownField {
        /// Path of the field.
        field: String,
    },
    /// A pair of `type` and `action` which the protocol doesn't have.
    #[error("unknown frame {kind}/{action}")]
    UnknownAction {
        /// The value of `type`.
        kind: String,
        /// The value of `action`.
        action: String,
    },
}

impl FrameError {
    /// The stable code for an error frame.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Binary => ErrorCode::FrameBinary,
            Self::NotUtf8 => ErrorCode::FrameNotUtf8,
            Self::TooLarge { .. } => ErrorCode::FrameTooLarge,
            Self::TooDeep { .. } => ErrorCode::FrameTooDeep,
            Self::Malformed { .. } => ErrorCode::FrameMalformed,
            Self::Field { .. } => ErrorCode::FrameInvalidField,
            Self::UnknownField { .. } => ErrorCode::FrameUnknownField,
            Self::UnknownAction { .. } => ErrorCode::FrameUnknownAction,
        }
    }

    /// The close code when the connection can't go on after this error; `None` when an error frame
    /// is enough.
    pub fn close_code(&self) -> Option<CloseCode> {
        match self {
            Self::Binary => Some(CloseCode::UnsupportedData),
            Self::NotUtf8 => Some(CloseCode::InvalidPayload),
            Self::TooLarge { .. } => Some(CloseCode::MessageTooBig),
            _ => None,
        }
    }

    /// The `data` of the error frame.
    pub fn body(&self) -> ErrorBody {
        let field = match self {
            Self::Field { field, .. } | Self::UnknownField { field } => Some(field.clone()),
            _ => None,
        };
        ErrorBody {
            field,
            ..ErrorBody::new(self.code(), self.to_string())
        }
    }
}

/// A frame that was not understood, with the request it belongs to where that could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Rejection {
    /// The `request_id` of the frame.
    pub request_id: Option<RequestId>,
    /// What is wrong.
    pub error: FrameError,
}

impl From<FrameError> for Rejection {
    fn from(error: FrameError) -> Self {
        Self {
            request_id: None,
            error,
        }
    }
}

/// The stable codes of error frames. Clients decide by them, never by the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ErrorCode {
    /// See [`FrameError::Binary`].
    #[serde(rename = "frame.binary")]
    FrameBinary,
    /// See [`FrameError::NotUtf8`].
    #[serde(rename = "frame.not_utf8")]
    FrameNotUtf8,
    /// See [`FrameError::TooLarge`].
    #[serde(rename = "frame.too_large")]
    FrameTooLarge,
    /// See [`FrameError::TooDeep`].
    #[serde(rename = "frame.too_deep")]
    FrameTooDeep,
    /// See [`FrameError::Malformed`].
    #[serde(rename = "frame.malformed")]
    FrameMalformed,
    /// See [`FrameError::Field`].
    #[serde(rename = "frame.invalid_field")]
    FrameInvalidField,
    /// See [`FrameError::UnknownField`].
    #[serde(rename = "frame.unknown_field")]
    FrameUnknownField,
    /// See [`FrameError::UnknownAction`].
    #[serde(rename = "frame.unknown_action")]
    FrameUnknownAction,
    /// `system/auth` on a session which is authenticated already.
    #[serde(rename = "auth.already_authenticated")]
    AlreadyAuthenticated,
    /// The session has not joined the room.
    #[serde(rename = "room.not_joined")]
    RoomNotJoined,
    /// The session is in as many rooms as it may be.
    #[serde(rename = "room.too_many_joined")]
    TooManyRoomsJoined,
    /// The room has as many sessions as it may have.
    #[serde(rename = "room.full")]
    RoomFull,
    /// The server holds as many live rooms as it may hold.
    #[serde(rename = "room.capacity_reached")]
    RoomCapacityReached,
    /// The connection sends faster than it may.
    #[serde(rename = "rate.limited")]
    RateLimited,
    /// A code this version doesn't know (a client reading a newer server).
    #[serde(other, rename = "unknown")]
    Unknown,
}

/// The `data` of an error frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The stable code.
    pub code: ErrorCode,
    /// One sentence for a developer.
    pub message: String,
    /// Whether the same frame may succeed later.
    pub retryable: bool,
    /// When to try again, in milliseconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The field at fault, such as `data.content`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl ErrorBody {
    /// An error which the same frame would meet again.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retryable: false,
            retry_after_ms: None,
            field: None,
        }
    }

    /// An error which may be gone after a wait.
    pub fn retryable(code: ErrorCode, message: impl Into<String>, after_ms: Option<u64>) -> Self {
        Self {
            retryable: true,
            retry_after_ms: after_ms,
            ..Self::new(code, message)
        }
    }
}
