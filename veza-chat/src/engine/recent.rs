//! Acknowledgements kept for a while, so that a retry does not speak twice.

use std::collections::{HashMap, VecDeque};

use crate::frame::MessageAck;
use crate::id::{ClientMessageId, RoomId, UserId};

type Key = (RoomId, UserId, ClientMessageId);

/// The newest acknowledgements, first in first out.
pub(super) struct RecentAcks {
    window: usize,
    order: VecDeque<Key>,
    acks: HashMap<Key, MessageAck>,
}

impl RecentAcks {
    pub(super) fn new(window: usize) -> Self {
        Self {
            window,
            order: VecDeque::new(),
            acks: HashMap::new(),
        }
    }

    pub(super) fn find(
        &self,
        room: &RoomId,
        user: &UserId,
        id: &ClientMessageId,
    ) -> Option<&MessageAck> {
        self.acks.get(&(room.clone(), user.clone(), id.clone()))
    }

    /// Keeps an acknowledgement and forgets the oldest beyond the window.
    pub(super) fn keep(&mut self, user: &UserId, id: &ClientMessageId, ack: MessageAck) {
        let key = (ack.room_id.clone(), user.clone(), id.clone());
        if self.acks.insert(key.clone(), ack).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > self.window {
            if let Some(oldest) = self.order.pop_front() {
                self.acks.remove(&oldest);
            }
        }
    }
}
