//! The transactional outbox: events are stored with the change they tell of, and published
//! afterwards, at least once and in the order in which they were stored (R-EVT-02).

use async_trait::async_trait;

use super::bus::EventBus;
use super::error::PortError;
use super::event::Event;
use super::id::EventId;
use super::store::Store;
use super::time::Timestamp;

/// Events that are stored with the changes of a unit of work.
#[async_trait]
pub trait Outbox: Send {
    /// Stores an event, to be published once the unit of work is committed.
    ///
    /// # Errors
    /// `Duplicate("event_id")` when it is there already; those of the store.
    async fn append(&mut self, event: &Event) -> Result<(), PortError>;

    /// The oldest events which are not published yet, at most `limit`. Those of an aggregate come in
    /// the order in which they were stored by units that had [locked](super::store::Store) it.
    ///
    /// # Errors
    /// Those of the store.
    async fn fetch_unpublished(&mut self, limit: u32) -> Result<Vec<Event>, PortError>;

    /// Notes that the events are published; the ones that are already, or not there, change
    /// nothing.
    ///
    /// # Errors
    /// Those of the store.
    async fn mark_published(&mut self, ids: &[EventId], now: Timestamp) -> Result<(), PortError>;
}

/// Publishes at most `limit` events and notes it; answers how many. One relay at a time keeps the
/// order; a relay that dies between the two steps publishes again.
///
/// # Errors
/// Those of the store, and of the bus: the events before the one that failed are noted.
pub async fn relay_outbox(
    store: &dyn Store,
    bus: &dyn EventBus,
    now: Timestamp,
    limit: u32,
) -> Result<usize, PortError> {
    let events = {
        let mut reader = store.begin_read().await?;
        reader.outbox().fetch_unpublished(limit).await?
    };
    let mut published = Vec::with_capacity(events.len());
    let mut failure = None;
    for event in &events {
        if let Err(error) = bus.publish(event).await {
            failure = Some(error);
            break;
        }
        published.push(event.event_id);
    }
    if !published.is_empty() {
        let mut unit = store.begin().await?;
        unit.outbox().mark_published(&published, now).await?;
        unit.commit().await?;
    }
    failure.map_or(Ok(published.len()), Err)
}
