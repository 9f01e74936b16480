//! Frames from client to server.

use std::fmt;

use serde::Serialize;
use serde_json::json;

use super::error::{FrameError, Rejection};
use super::fields::Fields;
use super::limits::FrameLimits;
use super::message::{SendMessage, Since};
use super::{EnvelopeIn, EnvelopeOut};
use crate::id::{RequestId, RoomId};
use crate::timestamp::Timestamp;

/// A secret on its way to be checked; never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(String);

impl AccessToken {
    /// Takes a token as it came, unchecked.
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The token itself, for whoever checks it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(hidden)")
    }
}

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `system/auth {token}`: the first frame where the token could not travel with the upgrade.
    Authenticate(AccessToken),
    /// `system/ping`: answered by `system/pong`.
    Ping,
    /// `system/pong`: the answer to a ping of the server.
    Pong,
    /// `message/send`: says something in a room.
    Send(SendMessage),
    /// `room/join {room_id}`, or `room/subscribe {room_id, since}` from a client that comes back.
    Join {
        /// The room.
        room_id: RoomId,
        /// The last message the client has seen, if it has been there before.
        since: Option<Since>,
    },
    /// `room/leave {room_id}`.
    Leave {
        /// The room.
        room_id: RoomId,
    },
    /// `presence/list {room_id}`: who is in the room now.
    ListPresence {
        /// The room.
        room_id: RoomId,
    },
    /// `typing/start {room_id}` or `typing/stop {room_id}`.
    Typing {
        /// The room.
        room_id: RoomId,
        /// Whether the user types now.
        is_typing: bool,
    },
}

/// One frame from a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFrame {
    /// What it asks for.
    pub command: Command,
    /// Returned with the answer.
    pub request_id: Option<RequestId>,
    /// The client's own clock; for its records, the server decides by its own.
    pub timestamp: Option<Timestamp>,
}

impl ClientFrame {
    /// A frame without request id and time.
    pub fn new(command: Command) -> Self {
        Self {
            command,
            request_id: None,
            timestamp: None,
        }
    }

    /// Reads one frame from the bytes of a text message.
    ///
    /// # Errors
    /// [`Rejection`], naming what is wrong; whatever the bytes are, this neither panics nor takes
    /// memory out of proportion to `limits.max_frame_bytes`.
    pub fn parse(bytes: &[u8], limits: &FrameLimits) -> Result<Self, Rejection> {
        let mut envelope = EnvelopeIn::parse(bytes, limits, true)?;
        let (request_id, timestamp) = (envelope.request_id.take(), envelope.timestamp);
        match Self::read(envelope, limits) {
            Ok(command) => Ok(Self {
                command,
                request_id,
                timestamp,
            }),
            Err(error) => Err(Rejection { request_id, error }),
        }
    }

    fn read(mut envelope: EnvelopeIn, limits: &FrameLimits) -> Result<Command, FrameError> {
        let data = &mut envelope.data;
        let command = match (envelope.kind.as_str(), envelope.action.as_str()) {
            ("system", "auth") => Command::Authenticate(AccessToken::new(data.required("token")?)),
            ("system", "ping") => Command::Ping,
            ("system", "pong") => Command::Pong,
            ("message", "send") => Command::Send(SendMessage::read(data, limits)?),
            ("room", "join") => Command::Join {
                room_id: data.required("room_id")?,
                since: None,
            },
            ("room", "subscribe") => Command::Join {
                room_id: data.required("room_id")?,
                since: data.optional("since")?,
            },
            ("room", "leave") => Command::Leave {
                room_id: room(data)?,
            },
            ("presence", "list") => Command::ListPresence {
                room_id: room(data)?,
            },
            ("typing", "start") => Command::Typing {
                room_id: room(data)?,
                is_typing: true,
            },
            ("typing", "stop") => Command::Typing {
                room_id: room(data)?,
                is_typing: false,
            },
            _ => return Err(envelope.unknown()),
        };
        envelope.data.finish()?;
        Ok(command)
    }

    /// Writes the frame as compact JSON.
    pub fn encode(&self) -> String {
        match &self.command {
            Command::Authenticate(token) => {
                self.envelope("system", "auth", json!({ "token": token.expose() }))
            }
            Command::Ping => self.envelope("system", "ping", json!({})),
            Command::Pong => self.envelope("system", "pong", json!({})),
            Command::Send(message) => self.envelope("message", "send", message),
            Command::Join {
                room_id,
                since: None,
            } => self.envelope("room", "join", json!({ "room_id": room_id })),
            Command::Join { room_id, since } => self.envelope(
                "room",
                "subscribe",
                json!({ "room_id": room_id, "since": since }),
            ),
            Command::Leave { room_id } => {
                self.envelope("room", "leave", json!({ "room_id": room_id }))
            }
            Command::ListPresence { room_id } => {
                self.envelope("presence", "list", json!({ "room_id": room_id }))
            }
            Command::Typing { room_id, is_typing } => {
                let action = if *is_typing { "start" } else { "stop" };
                self.envelope("typing", action, json!({ "room_id": room_id }))
            }
        }
    }

    fn envelope<T: Serialize>(&self, kind: &'static str, action: &'static str, data: T) -> String {
        let (request_id, timestamp) = (self.request_id.as_ref(), self.timestamp);
        EnvelopeOut {
            r#type: kind,
            action,
            data,
            request_id,
            timestamp,
        }
        .encode()
    }
}

fn room(data: &mut Fields) -> Result<RoomId, FrameError> {
    data.required("room_id")
}
