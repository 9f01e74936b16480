//! How events reach those who wait for them.

use async_trait::async_trait;

use super::consumer::ConsumerName;
use super::error::PortError;
use super::event::Event;
use super::time::Timestamp;

/// Why an event is not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The bus is not there now; no event is at fault.
    #[error(transparent)]
    Away(#[from] PortError),
    /// The bus did not take this event; it may take it the next time.
    #[error("the bus did not take the event: {0}")]
    Refused(String),
    /// The bus will never take this event, as when it is too large.
    #[error("the event cannot be published: {0}")]
    Impossible(String),
}

/// Carries events out of the outbox to consumers.
///
/// Delivery is at least once, and in order for each aggregate. A consumer of a
/// [`Subscription`](super::Subscription) has its own queue, so that one that fails keeps no other
/// waiting. It has the effect of each event once, by the inbox; what it fails on comes again after
/// a wait, while the later events of the same aggregate wait behind it and those of others go on;
/// after its [`Attempts`](super::Attempts) the event becomes one of its [`DeadLetters`].
/// An event that nobody waits for counts as published.
#[async_trait]
pub trait EventBus: Send + Sync {
    /// Takes events over; what became of each, in the same order. No two of them are of one
    /// aggregate, so they may be taken in any order.
    ///
    /// `Ok` means that the event outlives the death of this process and of the bus. After
    /// [`PublishError::Away`] it may have been taken all the same.
    async fn publish(&self, events: &[&Event]) -> Vec<Result<(), PublishError>>;
}

/// An event that a consumer could not handle.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetter {
    /// The event.
    pub event: Event,
    /// How often it was tried, where that is known.
    pub attempts: Option<u32>,
    /// Why it failed the last time, for operators.
    pub reason: String,
    /// When it was given up, where that is known.
    pub died_at: Option<Timestamp>,
}

/// The events that consumers could not handle.
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// The oldest dead letters of a consumer, at most `limit`.
    ///
    /// # Errors
    /// When they cannot be looked at now.
    async fn list(&self, consumer: &ConsumerName, limit: u32)
    -> Result<Vec<DeadLetter>, PortError>;

    /// Gives at most `limit` dead letters, the oldest first, back to the consumer, and answers how
    /// many. Each has its effect once, even if this is done twice or is broken off half-way. They
    /// come after the events that arrived meanwhile: the order of their aggregates is lost.
    ///
    /// # Errors
    /// When they cannot be moved now; those that were are not counted.
    async fn replay(&self, consumer: &ConsumerName, limit: u32) -> Result<u32, PortError>;
}
