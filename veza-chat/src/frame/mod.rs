//! The wire protocol: frames of both directions and how they are read and written.
//!
//! A frame is `{"type","action","data","request_id","timestamp"}`. What a client sends is read
//! strictly: an unknown type, action or field is refused by name, so that a typing error never
//! passes for an optional field that was left out. What a server sends is read leniently: fields
//! a client doesn't know are skipped, so that old clients survive new servers.

mod client;
mod depth;
mod error;
mod fields;
mod limits;
mod message;
mod server;

use serde::Serialize;
use serde_json::{Map, Value};

pub use client::{AccessToken, ClientFrame, Command};
pub use error::{ErrorBody, ErrorCode, FrameError, Rejection};
pub use limits::FrameLimits;
pub use message::{Durability, MessageAck, MessageType, ReceivedMessage, SendMessage, Since};
pub use server::{
    Event, Hello, JoinedRoom, PresenceChange, RoomPresence, ServerFrame, TypingChange, UserInfo,
};

use crate::id::RequestId;
use crate::timestamp::Timestamp;
use fields::{Fields, excerpt};

/// The envelope as it is written.
#[derive(Serialize)]
struct EnvelopeOut<'a, T> {
    r#type: &'static str,
    action: &'static str,
    data: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a RequestId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<Timestamp>,
}

impl<T: Serialize> EnvelopeOut<'_, T> {
    fn encode(&self) -> String {
        serde_json::to_string(self)
            .expect("strings, numbers and times of years 0 to 9999 can always be written as JSON")
    }
}

/// The envelope as it was read.
struct EnvelopeIn {
    kind: String,
    action: String,
    data: Fields,
    request_id: Option<RequestId>,
    timestamp: Option<Timestamp>,
}

impl EnvelopeIn {
    /// Reads the envelope and checks the bounds which hold for every frame.
    fn parse(bytes: &[u8], limits: &FrameLimits, strict: bool) -> Result<Self, Rejection> {
        if bytes.len() > limits.max_frame_bytes {
            let (size, max) = (bytes.len(), limits.max_frame_bytes);
            return Err(FrameError::TooLarge { size, max }.into());
        }
        let text = std::str::from_utf8(bytes).map_err(|_| FrameError::NotUtf8)?;
        if depth::deeper_than(bytes, limits.max_depth) {
            return Err(FrameError::TooDeep {
                max: limits.max_depth,
            }
            .into());
        }
        let value: Value = serde_json::from_str(text).map_err(|e| FrameError::Malformed {
            line: e.line(),
            column: e.column(),
        })?;
        let Value::Object(map) = value else {
            let problem = "expected a JSON object".to_owned();
            return Err(FrameError::Field {
                field: "frame".to_owned(),
                problem,
            }
            .into());
        };
        let mut fields = Fields::new("", map);
        let request_id: Option<RequestId> = fields.optional("request_id")?;
        Self::read(fields, request_id.clone(), strict)
            .map_err(|error| Rejection { request_id, error })
    }

    fn read(
        mut fields: Fields,
        request_id: Option<RequestId>,
        strict: bool,
    ) -> Result<Self, FrameError> {
        let kind: String = fields.required("type")?;
        let action: String = fields.required("action")?;
        let data: Map<String, Value> = fields.optional("data")?.unwrap_or_default();
        let timestamp = fields.optional("timestamp")?;
        if strict {
            fields.finish()?;
        }
        Ok(Self {
            kind,
            action,
            data: Fields::new("data.", data),
            request_id,
            timestamp,
        })
    }

    /// The error that this pair of type and action is not part of the protocol.
    fn unknown(&self) -> FrameError {
        FrameError::UnknownAction {
            kind: excerpt(&self.kind),
            action: excerpt(&self.action),
        }
    }
}
