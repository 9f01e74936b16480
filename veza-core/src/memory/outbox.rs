//! The outbox in memory.

use async_trait::async_trait;

use crate::kernel::outbox::Outbox;
use crate::kernel::{Event, EventId, PortError, PortErrorKind, Timestamp};

use super::storable::storable_json;
use super::store::MemoryUnit;

#[async_trait]
impl Outbox for MemoryUnit {
    async fn append(&mut self, event: &Event) -> Result<(), PortError> {
        const OP: &str = "outbox.append";
        let outbox = &mut self.write(OP)?.outbox;
        storable_json(OP, &event.data)?;
        if outbox
            .iter()
            .any(|(other, _)| other.event_id == event.event_id)
        {
            return Err(PortError::new(PortErrorKind::Duplicate("event_id"), OP));
        }
        outbox.push((event.clone(), None));
        Ok(())
    }

    async fn fetch_unpublished(&mut self, limit: u32) -> Result<Vec<Event>, PortError> {
        let unpublished = self
            .state
            .outbox
            .iter()
            .filter(|(_, published)| published.is_none());
        Ok(unpublished
            .map(|(event, _)| event.clone())
            .take(limit as usize)
            .collect())
    }

    async fn mark_published(&mut self, ids: &[EventId], now: Timestamp) -> Result<(), PortError> {
        for (event, published) in &mut self.write("outbox.mark_published")?.outbox {
            if ids.contains(&event.event_id) {
                published.get_or_insert(now);
            }
        }
        Ok(())
    }
}
