//! What a chat server allows.

use std::time::Duration;

use veza_chat::{FrameLimits, HubLimits};

/// How fast one connection may send: a token bucket over text messages and control frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateLimit {
    /// Messages at once (40).
    pub burst: u32,
    /// Messages a second in the long run (20).
    pub per_second: f64,
    /// Refused messages in a row after which the connection is closed (100).
    pub patience: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self {
            burst: 40,
            per_second: 20.0,
            patience: 100,
        }
    }
}

/// Settings of a [`crate::ChatServer`]; the defaults suit one instance on a small machine.
#[derive(Debug, Clone)]
pub struct ChatConfig {
    /// Origins whose pages may connect, such as `https://veza.example`. A request without `Origin`
    /// is no browser's and passes; with one that is not listed it gets 403. Empty: no page may.
    pub allowed_origins: Vec<String>,
    /// Open sockets at a time, authenticated or not (20,000); more get 503.
    pub max_sockets: usize,
    /// How long a socket without a token may take to send one, and a token to be checked (10 s).
    pub auth_timeout: Duration,
    /// How often a silent client is pinged (25 s).
    pub ping_every: Duration,
    /// How long a client may be silent, or leave what is written to it untaken (60 s).
    pub heartbeat_timeout: Duration,
    /// How often the token of an open session is checked again (5 s).
    pub reauthenticate_every: Duration,
    /// How long a closing handshake may take (1 s).
    pub close_timeout: Duration,
    /// How long connections have to end at shutdown (5 s).
    pub drain: Duration,
    /// How fast one connection may send.
    pub rate: RateLimit,
    /// What a frame may hold.
    pub frames: FrameLimits,
    /// What the hub holds.
    pub hub: HubLimits,
}

impl Default for ChatConfig {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            max_sockets: 20_000,
            auth_timeout: Duration::from_secs(10),
            ping_every: Duration::from_secs(25),
            heartbeat_timeout: Duration::from_secs(60),
            reauthenticate_every: Duration::from_secs(5),
            close_timeout: Duration::from_secs(1),
            drain: Duration::from_secs(5),
            rate: RateLimit::default(),
            frames: FrameLimits::default(),
            hub: HubLimits::default(),
        }
    }
}
