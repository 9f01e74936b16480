//! What consumers have seen, in memory.

use std::collections::btree_map::Entry;

use async_trait::async_trait;

use crate::kernel::inbox::Inbox;
use crate::kernel::{ConsumerName, EventId, PortError, Timestamp};

use super::store::MemoryUnit;

#[async_trait]
impl Inbox for MemoryUnit {
    async fn first_time(
        &mut self,
        consumer: &ConsumerName,
        event: EventId,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        let inbox = &mut self.write("inbox.first_time")?.inbox;
        Ok(match inbox.entry((consumer.clone(), event)) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(now);
                true
            }
        })
    }

    async fn forget(&mut self, before: Timestamp, limit: u32) -> Result<u64, PortError> {
        let mut forgotten = 0;
        self.write("inbox.forget")?.inbox.retain(|_, seen_at| {
            let forget = *seen_at < before && forgotten < u64::from(limit);
            forgotten += u64::from(forget);
            !forget
        });
        Ok(forgotten)
    }
}
