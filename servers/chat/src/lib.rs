//! The WebSocket shell around veza-chat.
//!
//! [`ChatServer`] owns a [`veza_chat::Hub`] and the connections which feed it. What the shell adds
//! is what the engine has no hands for: tokens checked at the door, an allow-list of origins, the
//! clock, sockets with bounded buffers, rate limits, heartbeats and a graceful end.
//!
//! A client presents its access token in one of three ways, never in the URL, where it would end
//! in logs and histories:
//!
//! - `Authorization: Bearer TOKEN`, for clients which can set headers;
//! - `Sec-WebSocket-Protocol: veza.v1.json, bearer.TOKEN`, for browsers, which can't;
//! - a first frame `{"type":"system","action":"auth","data":{"token":"TOKEN"}}`.
//!
//! `GET /ws` is the only route; health and the rest of a service come from whoever serves it. Serve
//! it with `TCP_NODELAY`: chat frames are small, and without it the system holds each one back until
//! the one before is acknowledged, which costs some 40 ms.

mod authenticator;
mod clock;
mod config;
mod connection;
mod refusal;
mod sessions;
mod token_bucket;
mod upgrade;

use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use authenticator::{Authenticator, Identity};
pub use config::{ChatConfig, RateLimit};

use sessions::Sessions;

/// A chat server, ready to be served by its [`router`]. Clones are the same server.
#[derive(Clone)]
pub struct ChatServer {
    inner: Arc<Inner>,
}

struct Inner {
    config: ChatConfig,
    authenticator: Arc<dyn Authenticator>,
    sessions: Sessions,
    /// One permit for each open socket, authenticated or not.
    sockets: Arc<Semaphore>,
    tasks: TaskTracker,
    /// Once set, sockets which have no session yet end, and no new ones are taken.
    stopping: CancellationToken,
}

impl ChatServer {
    /// A server without connections.
    pub fn new(config: ChatConfig, authenticator: Arc<dyn Authenticator>) -> Self {
        let inner = Inner {
            sessions: Sessions::new(config.hub),
            sockets: Arc::new(Semaphore::new(
                config.max_sockets.min(Semaphore::MAX_PERMITS),
            )),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            config,
            authenticator,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Sessions which are open: authenticated and greeted.
    pub fn session_count(&self) -> usize {
        self.inner.sessions.count()
    }

    /// Ends gracefully: new connections get 503, open ones are told to reconnect (close 1012), and
    /// what has not ended after `config.drain` is left behind.
    ///
    /// Call it when the process is asked to stop, before or while the listener ends.
    pub async fn shut_down(&self) {
        self.inner.stopping.cancel();
        self.inner.tasks.close();
        self.inner.sessions.shut_down();
        let ended = tokio::time::timeout(self.inner.config.drain, self.inner.tasks.wait()).await;
        if ended.is_err() {
            tracing::warn!(sockets = self.inner.tasks.len(), "left behind at shutdown");
        }
    }
}

/// The routes of a chat server: `GET /ws`.
pub fn router(server: &ChatServer) -> Router {
    Router::new()
        .route("/ws", any(upgrade::upgrade))
        .with_state(server.clone())
}
