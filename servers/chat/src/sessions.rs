//! The hub and the outboxes of its sessions, under one lock.
//!
//! The lock is held for the time of one frame, never across an await: it makes the order in which
//! the hub speaks the order in which every outbox gets it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;
use veza_chat::frame::ErrorBody;
use veza_chat::{
    ClientFrame, CloseCode, Effect, Hub, HubLimits, Member, Rejection, RequestId, SessionId,
};

use crate::clock;

/// Set once, when a session ends by the server's will.
#[derive(Default)]
pub(crate) struct Ending {
    code: OnceLock<CloseCode>,
    ended: CancellationToken,
}

impl Ending {
    /// Waits for the end.
    pub(crate) async fn wait(&self) -> CloseCode {
        self.ended.cancelled().await;
        self.code
            .get()
            .copied()
            .unwrap_or(CloseCode::ServiceRestart)
    }

    fn set(&self, code: CloseCode) {
        // A session ends once; a second reason comes too late to matter.
        let _ = self.code.set(code);
        self.ended.cancel();
    }
}

/// The way into one connection.
struct Outbox {
    frames: UnboundedSender<Bytes>,
    ending: std::sync::Arc<Ending>,
}

/// The way out: what one connection has to write.
pub(crate) struct Inbox {
    /// Frames in order. The channel has no bound of its own: the hub's byte budget is its bound.
    pub(crate) frames: UnboundedReceiver<Bytes>,
    /// The end, when the server wants it.
    pub(crate) ending: std::sync::Arc<Ending>,
}

struct State {
    hub: Hub,
    outboxes: HashMap<SessionId, Outbox>,
    is_open: bool,
}

/// All sessions of a server.
pub(crate) struct Sessions {
    state: Mutex<State>,
}

impl Sessions {
    pub(crate) fn new(limits: HubLimits) -> Self {
        let hub = Hub::new(limits, clock::first_epoch());
        Self {
            state: Mutex::new(State {
                hub,
                outboxes: HashMap::new(),
                is_open: true,
            }),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.lock().hub.session_count()
    }

    pub(crate) fn connect(
        &self,
        id: SessionId,
        member: Member,
        request_id: Option<RequestId>,
    ) -> Inbox {
        let (sender, frames) = unbounded_channel();
        let ending = std::sync::Arc::<Ending>::default();
        let mut state = self.lock();
        state.outboxes.insert(
            id,
            Outbox {
                frames: sender,
                ending: ending.clone(),
            },
        );
        let effects = if state.is_open {
            state.hub.connect(clock::now(), id, member, request_id)
        } else {
            vec![Effect::Close {
                to: id,
                code: CloseCode::ServiceRestart,
            }]
        };
        state.deliver(effects);
        Inbox { frames, ending }
    }

    pub(crate) fn handle(&self, from: SessionId, frame: ClientFrame) {
        let mut state = self.lock();
        let effects = state
            .hub
            .handle(clock::now(), clock::fresh_id(), from, frame);
        state.deliver(effects);
    }

    pub(crate) fn reject(&self, from: SessionId, rejection: &Rejection) {
        let mut state = self.lock();
        let effects = state.hub.reject(from, rejection);
        state.deliver(effects);
    }

    pub(crate) fn refuse(&self, from: SessionId, body: ErrorBody, request_id: Option<RequestId>) {
        let mut state = self.lock();
        let effects = state.hub.refuse(from, body, request_id);
        state.deliver(effects);
    }

    pub(crate) fn close(&self, id: SessionId, code: CloseCode) {
        let mut state = self.lock();
        let effects = state.hub.close(id, code);
        state.deliver(effects);
    }

    pub(crate) fn written(&self, id: SessionId, bytes: usize) {
        self.lock().hub.written(id, bytes);
    }

    pub(crate) fn disconnect(&self, id: SessionId) {
        let mut state = self.lock();
        state.outboxes.remove(&id);
        let effects = state.hub.disconnect(id);
        state.deliver(effects);
    }

    pub(crate) fn shut_down(&self) {
        let mut state = self.lock();
        state.is_open = false;
        let effects = state.hub.shut_down();
        state.deliver(effects);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The engine does not panic; should it, the other sessions can still be told.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn deliver(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send { to, frame } => {
                    if let Some(outbox) = self.outboxes.get(&to) {
                        // A connection which is gone is about to say so itself.
                        let _ = outbox.frames.send(frame);
                    }
                }
                Effect::Close { to, code } => {
                    if let Some(outbox) = self.outboxes.remove(&to) {
                        outbox.ending.set(code);
                    }
                }
            }
        }
    }
}
