//! The live relay: who is connected, who is in which room, and what goes to whom.

mod delivery;
mod hub;
mod recent;
mod room;
mod session;

pub use hub::Hub;

use bytes::Bytes;

use crate::close::CloseCode;
use crate::id::{SessionId, UserId};

/// Bounds on what a [`Hub`] holds and sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubLimits {
    /// Sessions at a time (20,000).
    pub max_sessions: usize,
    /// Rooms with somebody in them, at a time (10,000).
    pub max_rooms: usize,
    /// Sessions in one room (5,000).
    pub max_room_sessions: usize,
    /// Rooms one session may be in (64).
    pub max_rooms_per_session: usize,
    /// Users named in one answer about presence (200); the count is always whole.
    pub max_listed_members: usize,
    /// Bytes that may wait for one slow session before it is closed (1 MiB). Typing is left out
    /// from half of it on.
    pub outbound_budget_bytes: usize,
    /// Acknowledgements kept, over all rooms, to answer a repeated `client_msg_id` (65,536).
    pub dedup_window: usize,
    /// Announced to clients: how often to send a ping, in milliseconds (25,000).
    pub ping_ms: u64,
    /// Announced to clients: the largest frame taken, in bytes (64 KiB).
    pub max_frame_bytes: usize,
}

impl Default for HubLimits {
    fn default() -> Self {
        Self {
            max_sessions: 20_000,
            max_rooms: 10_000,
            max_room_sessions: 5_000,
            max_rooms_per_session: 64,
            max_listed_members: 200,
            outbound_budget_bytes: 1 << 20,
            dedup_window: 1 << 16,
            ping_ms: 25_000,
            max_frame_bytes: 64 * 1024,
        }
    }
}

/// The user behind a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user, proven by the shell.
    pub user_id: UserId,
    /// The user's name, shown to others.
    pub username: String,
}

/// What the shell does next, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write one text message to a session.
    Send {
        /// The session.
        to: SessionId,
        /// UTF-8 JSON, encoded once and shared by all who get it.
        frame: Bytes,
    },
    /// End a session: nothing more comes for it, and the hub has forgotten it.
    Close {
        /// The session.
        to: SessionId,
        /// Why.
        code: CloseCode,
    },
}
