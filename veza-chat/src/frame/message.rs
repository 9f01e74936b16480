//! The `data` of message frames.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::FrameError;
use super::fields::Fields;
use super::limits::FrameLimits;
use crate::id::{ClientMessageId, MessageId, RoomId, UserId};
use crate::timestamp::Timestamp;

/// What the content of a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    /// Plain text.
    #[default]
    Text,
    /// A picture; `metadata` refers to the file.
    Image,
    /// A sound; `metadata` refers to the file.
    Audio,
    /// Any other file; `metadata` refers to it.
    File,
}

/// How safe a message is at the moment of its acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// Handed to the members who are connected; stored nowhere.
    Relayed,
}

/// `message/send`: what a client says in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SendMessage {
    /// The room, which the session has joined.
    pub room_id: RoomId,
    /// The text; not blank.
    pub content: String,
    /// What the content is; text when absent.
    pub message_type: MessageType,
    /// The message this one answers.
    pub reply_to: Option<MessageId>,
    /// The application's own fields, carried as they are.
    pub metadata: Map<String, Value>,
    /// The client's own name of the message: a retry with the same one is answered with the first
    /// acknowledgement and not relayed again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_msg_id: Option<ClientMessageId>,
}

impl SendMessage {
    pub(super) fn read(fields: &mut Fields, limits: &FrameLimits) -> Result<Self, FrameError> {
        let message = Self {
            room_id: fields.required("room_id")?,
            content: fields.required("content")?,
            message_type: fields.optional("message_type")?.unwrap_or_default(),
            reply_to: fields.optional("reply_to")?,
            metadata: fields.optional("metadata")?.unwrap_or_default(),
            client_msg_id: fields.optional("client_msg_id")?,
        };
        let (size, max) = (message.content.len(), limits.max_content_bytes);
        if size > max {
            let problem = format!("has {size} bytes, at most {max} are accepted");
            return Err(fields.invalid("content", problem));
        }
        if message.content.trim().is_empty() {
            return Err(fields.invalid("content", "must not be blank"));
        }
        // Depth needs no bound of its own here: the whole frame has one.
        let size = serde_json::to_string(&message.metadata).map_or(usize::MAX, |text| text.len());
        let max = limits.max_metadata_bytes;
        if size > max {
            let problem = format!("has {size} bytes, at most {max} are accepted");
            return Err(fields.invalid("metadata", problem));
        }
        Ok(message)
    }
}

/// `message/ack`: to the sender alone, its message was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageAck {
    /// The server's name of the message.
    pub message_id: MessageId,
    /// The client's name of it, where it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_msg_id: Option<ClientMessageId>,
    /// The room.
    pub room_id: RoomId,
    /// Its place in the room's order: 1, 2, 3, ... without gaps within one epoch.
    pub seq: u64,
    /// Which run of the room's order `seq` belongs to.
    pub epoch: u64,
    /// When the server took it.
    pub created_at: Timestamp,
    /// How safe it is.
    pub durability: Durability,
    /// Whether this repeats the acknowledgement of an earlier send with the same `client_msg_id`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

/// `message/received`: a message, as every member of the room gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedMessage {
    /// The server's name of the message.
    pub message_id: MessageId,
    /// The room.
    pub room_id: RoomId,
    /// Who said it.
    pub sender_id: UserId,
    /// The name of the sender at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_username: Option<String>,
    /// The text.
    pub content: String,
    /// When the server took it.
    pub created_at: Timestamp,
    /// What the content is.
    #[serde(default)]
    pub message_type: MessageType,
    /// The message this one answers.
    #[serde(default)]
    pub reply_to: Option<MessageId>,
    /// The application's own fields.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// Its place in the room's order; 0 from a server which gives none.
    #[serde(default)]
    pub seq: u64,
    /// Which run of the room's order `seq` belongs to.
    #[serde(default)]
    pub epoch: u64,
}

/// The last message a client has seen of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// Its place in the room's order.
    pub seq: u64,
    /// Which run of the order that was.
    pub epoch: u64,
}
