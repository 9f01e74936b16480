//! One connected session.

use std::collections::BTreeSet;

use super::Member;
use crate::frame::UserInfo;
use crate::id::RoomId;

/// What the hub knows of a session.
pub(super) struct Session {
    pub(super) member: Member,
    pub(super) rooms: BTreeSet<RoomId>,
    /// Bytes handed to the shell which it has not reported as written.
    pub(super) queued_bytes: usize,
}

impl Session {
    pub(super) fn new(member: Member) -> Self {
        Self {
            member,
            rooms: BTreeSet::new(),
            queued_bytes: 0,
        }
    }

    pub(super) fn user(&self) -> UserInfo {
        UserInfo {
            user_id: self.member.user_id.clone(),
            username: self.member.username.clone(),
        }
    }
}
