//! How frames reach sessions, and what becomes of those which read too slowly.

use bytes::Bytes;

use super::{Effect, Hub};
use crate::close::CloseCode;
use crate::frame::{Event, PresenceChange, ServerFrame, UserInfo};
use crate::id::{RequestId, RoomId, SessionId};

/// How a frame is treated when its reader is slow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Left out when the queue is half full: the next one replaces it anyway.
    Ephemeral,
    /// Never left out: a session which can't take it is closed and knows that it missed something.
    Reliable,
}

/// Collects effects, and the sessions which can't take any more.
#[derive(Default)]
pub(super) struct Outbox {
    pub(super) effects: Vec<Effect>,
    overdue: Vec<SessionId>,
}

impl Hub {
    pub(super) fn reply(
        &mut self,
        to: SessionId,
        event: Event,
        request_id: Option<RequestId>,
    ) -> Vec<Effect> {
        let mut out = Outbox::default();
        self.push(&mut out, to, event, request_id);
        self.settle(out)
    }

    pub(super) fn push(
        &mut self,
        out: &mut Outbox,
        to: SessionId,
        event: Event,
        request_id: Option<RequestId>,
    ) {
        let frame = Bytes::from(ServerFrame::answer(event, request_id).encode());
        self.queue(out, to, frame, Class::Reliable);
    }

    /// Sends one frame to a whole room, encoded once.
    pub(super) fn publish(
        &mut self,
        out: &mut Outbox,
        room_id: &RoomId,
        except: Option<SessionId>,
        event: Event,
        class: Class,
    ) {
        let Some(room) = self.rooms.get(room_id) else {
            return;
        };
        let to: Vec<SessionId> = room.sessions().filter(|id| Some(*id) != except).collect();
        if to.is_empty() {
            return;
        }
        let frame = Bytes::from(ServerFrame::new(event).encode());
        for id in to {
            self.queue(out, id, frame.clone(), class);
        }
    }

    pub(super) fn queue(&mut self, out: &mut Outbox, to: SessionId, frame: Bytes, class: Class) {
        let Some(session) = self.sessions.get_mut(&to) else {
            return;
        };
        let queued = session.queued_bytes + frame.len();
        let budget = self.limits.outbound_budget_bytes;
        match class {
            Class::Ephemeral if queued > budget / 2 => {}
            Class::Reliable if queued > budget => out.overdue.push(to),
            _ => {
                session.queued_bytes = queued;
                out.effects.push(Effect::Send { to, frame });
            }
        }
    }

    /// Closes the sessions which could not take a frame, until nobody is left who could not: the
    /// news that one has gone may be what is too much for the next.
    pub(super) fn settle(&mut self, mut out: Outbox) -> Vec<Effect> {
        while !out.overdue.is_empty() {
            // All of them first, so that none is told about the others.
            let mut departures = Vec::new();
            for id in std::mem::take(&mut out.overdue) {
                if self.remove(id, &mut departures) {
                    out.effects.push(Effect::Close {
                        to: id,
                        code: CloseCode::SlowConsumer,
                    });
                }
            }
            self.announce(&mut out, departures);
        }
        out.effects
    }

    /// Takes a session out of everything and notes the rooms its user has left; whether it was
    /// there.
    pub(super) fn remove(&mut self, id: SessionId, departures: &mut Vec<PresenceChange>) -> bool {
        let Some(session) = self.sessions.remove(&id) else {
            return false;
        };
        let user = session.user();
        let left = session
            .rooms
            .iter()
            .filter_map(|room_id| self.exit_room(id, &user, room_id));
        departures.extend(left);
        true
    }

    /// Takes a session out of a room; what to tell the others when its user is gone with it.
    pub(super) fn exit_room(
        &mut self,
        id: SessionId,
        user: &UserInfo,
        room_id: &RoomId,
    ) -> Option<PresenceChange> {
        let room = self.rooms.get_mut(room_id)?;
        let is_gone = room.exit(id, &user.user_id);
        if room.is_empty() {
            self.rooms.remove(room_id);
        }
        is_gone.then(|| PresenceChange {
            room_id: room_id.clone(),
            user: user.clone(),
        })
    }

    pub(super) fn announce(
        &mut self,
        out: &mut Outbox,
        departures: impl IntoIterator<Item = PresenceChange>,
    ) {
        for change in departures {
            let room_id = change.room_id.clone();
            self.publish(
                out,
                &room_id,
                None,
                Event::PresenceLeft(change),
                Class::Reliable,
            );
        }
    }
}
