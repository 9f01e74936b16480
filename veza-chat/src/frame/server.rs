//! Frames from server to client.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::{ErrorBody, FrameError, Rejection};
use super::limits::FrameLimits;
use super::message::{MessageAck, ReceivedMessage};
use super::{EnvelopeIn, EnvelopeOut};
use crate::id::{RequestId, RoomId, SessionId, UserId};
use crate::timestamp::Timestamp;

/// `system/hello`: the session is authenticated and open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of the protocol ([`crate::PROTOCOL_VERSION`]).
    pub protocol: u32,
    /// The server's name of this connection.
    pub session_id: SessionId,
    /// How often a silent client should send `system/ping`, in milliseconds.
    pub ping_ms: u64,
    /// The largest frame the server takes, in bytes.
    pub max_frame: u64,
    /// The server's clock.
    pub server_time: Timestamp,
    /// What this server offers beyond the base protocol.
    pub features: Vec<String>,
}

/// A user, as the members of a room see one another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserInfo {
    /// The user.
    pub user_id: UserId,
    /// The user's name.
    pub username: String,
}

/// `room/joined`: the session is in the room and gets what is said from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedRoom {
    /// The room.
    pub room_id: RoomId,
    /// The place of the last message in the room's order; 0 before the first.
    pub seq: u64,
    /// Which run of the order this is; a new one starts when a room that was empty fills again.
    pub epoch: u64,
    /// Whether nothing was missed since the `since` of the request.
    pub recovered: bool,
    /// Who is there, the asking user included; at most as many as the server lists.
    pub members: Vec<UserInfo>,
    /// How many users are there.
    pub member_count: u64,
}

/// `presence/list`: who is in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomPresence {
    /// The room.
    pub room_id: RoomId,
    /// The users; at most as many as the server lists.
    pub members: Vec<UserInfo>,
    /// How many users are there.
    pub member_count: u64,
}

/// `presence/joined` and `presence/left`: a user has come or gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChange {
    /// The room.
    pub room_id: RoomId,
    /// The user.
    #[serde(flatten)]
    pub user: UserInfo,
}

/// `typing/start` and `typing/stop`: a user types or has stopped.
pub type TypingChange = PresenceChange;

/// What a server tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The session is open.
    Hello(Hello),
    /// `system/pong`: the answer to a ping, with the newest `seq` of each joined room, so that a
    /// client sees when it has missed one.
    Pong {
        /// The newest `seq` by room.
        top_seq: BTreeMap<RoomId, u64>,
    },
    /// `system/error`: a frame was refused.
    Error(ErrorBody),
    /// A message of this client was taken.
    Ack(MessageAck),
    /// A message in a room.
    Received(ReceivedMessage),
    /// The session is in a room.
    Joined(JoinedRoom),
    /// `room/left`: the session is no longer in the room.
    Left {
        /// The room.
        room_id: RoomId,
    },
    /// Who is in a room.
    PresenceList(RoomPresence),
    /// A user came.
    PresenceJoined(PresenceChange),
    /// A user left.
    PresenceLeft(PresenceChange),
    /// A user types.
    TypingStarted(TypingChange),
    /// A user stopped typing.
    TypingStopped(TypingChange),
}

/// One frame from a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFrame {
    /// What it tells.
    pub event: Event,
    /// The request it answers.
    pub request_id: Option<RequestId>,
}

impl ServerFrame {
    /// A frame which answers no request.
    pub fn new(event: Event) -> Self {
        Self {
            event,
            request_id: None,
        }
    }

    /// A frame which answers a request.
    pub fn answer(event: Event, request_id: Option<RequestId>) -> Self {
        Self { event, request_id }
    }

    /// Reads one frame; fields this version doesn't know are skipped.
    ///
    /// # Errors
    /// [`Rejection`]; a client ignores [`FrameError::UnknownAction`], which a newer server may
    /// cause. `limits` bounds the frame as a whole.
    pub fn parse(bytes: &[u8], limits: &FrameLimits) -> Result<Self, Rejection> {
        let mut envelope = EnvelopeIn::parse(bytes, limits, false)?;
        let request_id = envelope.request_id.take();
        match Self::read(envelope) {
            Ok(event) => Ok(Self { event, request_id }),
            Err(error) => Err(Rejection { request_id, error }),
        }
    }

    fn read(mut envelope: EnvelopeIn) -> Result<Event, FrameError> {
        let (kind, action) = (envelope.kind.as_str(), envelope.action.as_str());
        let data = &mut envelope.data;
        Ok(match (kind, action) {
            ("system", "hello") => Event::Hello(data.rest()?),
            ("system", "pong") => Event::Pong {
                top_seq: data.optional("top_seq")?.unwrap_or_default(),
            },
            ("system", "error") => Event::Error(data.rest()?),
            ("message", "ack") => Event::Ack(data.rest()?),
            ("message", "received") => Event::Received(data.rest()?),
            ("room", "joined") => Event::Joined(data.rest()?),
            ("room", "left") => Event::Left {
                room_id: data.required("room_id")?,
            },
            ("presence", "list") => Event::PresenceList(data.rest()?),
            ("presence", "joined") => Event::PresenceJoined(data.rest()?),
            ("presence", "left") => Event::PresenceLeft(data.rest()?),
            ("typing", "start") => Event::TypingStarted(data.rest()?),
            ("typing", "stop") => Event::TypingStopped(data.rest()?),
            _ => return Err(envelope.unknown()),
        })
    }

    /// Writes the frame as compact JSON.
    pub fn encode(&self) -> String {
        match &self.event {
            Event::Hello(hello) => self.envelope("system", "hello", hello),
            Event::Pong { top_seq } => {
                self.envelope("system", "pong", json!({ "top_seq": top_seq }))
            }
            Event::Error(body) => self.envelope("system", "error", body),
            Event::Ack(ack) => self.envelope("message", "ack", ack),
            Event::Received(message) => self.envelope("message", "received", message),
            Event::Joined(room) => self.envelope("room", "joined", room),
            Event::Left { room_id } => self.envelope("room", "left", json!({ "room_id": room_id })),
            Event::PresenceList(list) => self.envelope("presence", "list", list),
            Event::PresenceJoined(change) => self.envelope("presence", "joined", change),
            Event::PresenceLeft(change) => self.envelope("presence", "left", change),
            Event::TypingStarted(change) => self.envelope("typing", "start", change),
            Event::TypingStopped(change) => self.envelope("typing", "stop", change),
        }
    }

    fn envelope<T: Serialize>(&self, kind: &'static str, action: &'static str, data: T) -> String {
        let request_id = self.request_id.as_ref();
        EnvelopeOut {
            r#type: kind,
            action,
            data,
            request_id,
            timestamp: None,
        }
        .encode()
    }
}
