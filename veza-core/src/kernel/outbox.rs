//! The transactional outbox: events are stored with the change they tell of, and published
//! afterwards, at least once and in the order in which they were stored (R-EVT-02).

use async_trait::async_trait;

use super::error::PortError;
use super::event::Event;
use super::id::EventId;
use super::time::Timestamp;

/// An event that waits to be published.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingEvent {
    /// The event.
    pub event: Event,
    /// How often the bus did not take it.
    pub attempts: u32,
}

/// An event that was given up because the bus does not take it.
#[derive(Clone, Debug, PartialEq)]
pub struct ParkedEvent {
    /// The event.
    pub event: Event,
    /// How often it was tried.
    pub attempts: u32,
    /// What the bus said last, for operators.
    pub reason: String,
    /// When it was given up.
    pub parked_at: Timestamp,
}

/// How much waits in the outbox: for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Events that are neither published nor parked.
    pub pending: u64,
    /// When the one of them that was stored first happened.
    pub oldest: Option<Timestamp>,
    /// Events that are parked.
    pub parked: u64,
}

/// What became of an event that the bus did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishFailure {
    /// Which event.
    pub event_id: EventId,
    /// What the bus said, for operators.
    pub reason: String,
    /// When it is tried again; none parks it.
    pub retry_at: Option<Timestamp>,
}

/// Events that are stored with the changes of a unit of work.
///
/// An event is pending until it is published or parked. Events of one aggregate come in the order
/// in which they were stored by units of work that had [locked](super::store::Store) it.
#[async_trait]
pub trait Outbox: Send {
    /// Stores an event, to be published once the unit of work is committed.
    ///
    /// # Errors
    /// `Duplicate("event_id")` when it is there already; those of the store.
    async fn append(&mut self, event: &Event) -> Result<(), PortError>;

    /// The oldest pending events, at most `limit`.
    ///
    /// # Errors
    /// Those of the store.
    async fn fetch_unpublished(&mut self, limit: u32) -> Result<Vec<Event>, PortError>;

    /// The oldest pending events that can be published at `now`, in the order they were stored; at
    /// most `limit`. One that failed waits for its time, and the later ones of its aggregate wait
    /// with it.
    ///
    /// # Errors
    /// Those of the store.
    async fn fetch_due(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PendingEvent>, PortError>;

    /// Notes that the events are published; the ones that are already, or not there, change
    /// nothing.
    ///
    /// # Errors
    /// Those of the store.
    async fn mark_published(&mut self, ids: &[EventId], now: Timestamp) -> Result<(), PortError>;

    /// Notes that the bus did not take a pending event, which counts as an attempt. Of one that is
    /// not pending nothing is noted.
    ///
    /// # Errors
    /// Those of the store.
    async fn note_failure(
        &mut self,
        failure: &PublishFailure,
        now: Timestamp,
    ) -> Result<(), PortError>;

    /// The parked events, the one that was parked first first; at most `limit`.
    ///
    /// # Errors
    /// Those of the store.
    async fn list_parked(&mut self, limit: u32) -> Result<Vec<ParkedEvent>, PortError>;

    /// Makes a parked event pending again, with no attempt counted; `false` when it is not parked.
    /// It comes after those of its aggregate that were published meanwhile.
    ///
    /// # Errors
    /// Those of the store.
    async fn unpark(&mut self, id: EventId) -> Result<bool, PortError>;

    /// How much waits.
    ///
    /// # Errors
    /// Those of the store.
    async fn backlog(&mut self) -> Result<Backlog, PortError>;

    /// Removes at most `limit` events that were published before this time, and answers how many.
    ///
    /// # Errors
    /// Those of the store.
    async fn forget_published(&mut self, before: Timestamp, limit: u32) -> Result<u64, PortError>;
}
