//! A realtime chat engine: frames in, frames and effects out; no socket, clock or database of its own.
//!
//! - [`frame`]: the wire protocol, `{"type","action","data","request_id","timestamp"}` in
//!   snake_case JSON, as typed frames for both directions. `PROTOCOL.md` beside this crate shows
//!   it by transcripts, which the tests replay.
//! - [`engine`]: the [`Hub`], a live relay: sessions join rooms, a message is acknowledged to its
//!   sender and relayed to the members of the room who are connected now.
//!
//! # What the engine keeps
//!
//! The hub relays and forgets. A message reaches the sessions which are in the room at that moment
//! and is stored nowhere, which its acknowledgement says (`"durability":"relayed"`). There is no
//! history and no replay: a client which comes back is told by `"recovered":false` that it may have
//! missed messages. Every authenticated user may join every room; private rooms, roles and
//! moderation need the stored domain and are not here.
//!
//! # Sans-I/O
//!
//! Time and fresh ids are arguments, so the same input always gives the same output and the engine
//! runs in a server, in a test or in a browser alike.
//!
//! ```
//! use veza_chat::{ClientFrame, FrameLimits, Hub, HubLimits, Member, SessionId, Timestamp, UserId};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut hub = Hub::new(HubLimits::default(), 1);
//! let now = Timestamp::from_unix_millis(1_762_079_400_000).ok_or("time out of range")?;
//! let ada = SessionId(uuid::Uuid::from_u128(1));
//! hub.connect(now, ada, Member { user_id: UserId::parse("user-1")?, username: "ada".into() }, None);
//!
//! let text = br#"{"type":"room","action":"join","data":{"room_id":"room-123"}}"#;
//! let frame = ClientFrame::parse(text, &FrameLimits::default())?;
//! let effects = hub.handle(now, uuid::Uuid::from_u128(2), ada, frame);
//! assert_eq!(effects.len(), 1); // `room/joined`, to be written to ada's socket
//! # Ok(())
//! # }
//! ```

pub mod close;
pub mod engine;
pub mod frame;
pub mod id;
pub mod timestamp;

pub use close::CloseCode;
pub use engine::{Effect, Hub, HubLimits, Member};
pub use frame::{ClientFrame, Command, Event, FrameError, FrameLimits, Rejection, ServerFrame};
pub use id::{ClientMessageId, MessageId, RequestId, RoomId, SessionId, UserId};
pub use timestamp::Timestamp;

/// The version of the protocol this crate speaks, as `system/hello` announces it.
pub const PROTOCOL_VERSION: u32 = 1;

/// The WebSocket subprotocol (RFC 6455, section 1.9) of the JSON encoding.
pub const SUBPROTOCOL_JSON: &str = "veza.v1.json";
