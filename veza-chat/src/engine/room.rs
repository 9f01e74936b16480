//! One room with somebody in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::frame::{JoinedRoom, Since, UserInfo};
use crate::id::{RoomId, SessionId, UserId};

struct Present {
    username: String,
    sessions: usize,
}

/// The sessions, the users behind them and the order of messages.
pub(super) struct Room {
    pub(super) epoch: u64,
    /// The place of the last message; 0 before the first.
    pub(super) seq: u64,
    sessions: BTreeSet<SessionId>,
    users: BTreeMap<UserId, Present>,
}

impl Room {
    pub(super) fn new(epoch: u64) -> Self {
        Self {
            epoch,
            seq: 0,
            sessions: BTreeSet::new(),
            users: BTreeMap::new(),
        }
    }

    pub(super) fn sessions(&self) -> impl Iterator<Item = SessionId> + '_ {
        self.sessions.iter().copied()
    }

    pub(super) fn session_count(&self) -> usize {
        self.sessions.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Adds a session; whether its user was not there before.
    pub(super) fn enter(&mut self, session: SessionId, user: &UserInfo) -> bool {
        if !self.sessions.insert(session) {
            return false;
        }
        let present = self
            .users
            .entry(user.user_id.clone())
            .or_insert_with(|| Present {
                username: user.username.clone(),
                sessions: 0,
            });
        present.sessions += 1;
        present.sessions == 1
    }

    /// Removes a session; whether its user is gone with it.
    pub(super) fn exit(&mut self, session: SessionId, user: &UserId) -> bool {
        if !self.sessions.remove(&session) {
            return false;
        }
        let Some(present) = self.users.get_mut(user) else {
            return false;
        };
        present.sessions -= 1;
        let gone = present.sessions == 0;
        if gone {
            self.users.remove(user);
        }
        gone
    }

    /// The next place in the order.
    pub(super) fn next_seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    /// Who is there, up to `max`, and how many there are.
    pub(super) fn presence(&self, max: usize) -> (Vec<UserInfo>, u64) {
        let users = self
            .users
            .iter()
            .take(max)
            .map(|(user_id, present)| UserInfo {
                user_id: user_id.clone(),
                username: present.username.clone(),
            });
        (users.collect(), self.users.len() as u64)
    }

    /// The answer to who has joined.
    pub(super) fn joined(&self, id: &RoomId, since: Option<Since>, max: usize) -> JoinedRoom {
        let (members, member_count) = self.presence(max);
        // Nothing is stored, so nothing can be sent again: a client has missed nothing only when
        // it has seen the very last message of this run.
        let recovered = since.is_some_and(|s| s.epoch == self.epoch && s.seq == self.seq);
        let (seq, epoch) = (self.seq, self.epoch);
        JoinedRoom {
            room_id: id.clone(),
            seq,
            epoch,
            recovered,
            members,
            member_count,
        }
    }
}
