//! The queues of the consumers of one process, kept in the store.

use async_trait::async_trait;

use super::bus::DeadLetter;
use super::consumer::ConsumerName;
use super::error::PortError;
use super::event::Event;
use super::id::EventId;
use super::time::Timestamp;

/// An event in the queue of a consumer.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// How often the consumer failed on it.
    pub attempts: u32,
}

/// How a consumer failed on an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryFailure {
    /// Which event.
    pub event_id: EventId,
    /// Why, for operators.
    pub reason: String,
    /// When it is tried again; none makes it a dead letter.
    pub retry_at: Option<Timestamp>,
}

/// The queues of a unit of work, one for each consumer. A delivery is in the queue until it is
/// removed; as a dead letter it is kept aside.
#[async_trait]
pub trait Deliveries: Send {
    /// Puts an event at the end of the queue of a consumer. One that is there already, be it as a
    /// dead letter, changes nothing.
    ///
    /// # Errors
    /// Those of the store.
    async fn add(&mut self, consumer: &ConsumerName, event: &Event) -> Result<(), PortError>;

    /// The first deliveries that can be tried at `now`, in order; at most `limit`. One that failed
    /// waits for its time, and the later ones of its aggregate wait with it.
    ///
    /// # Errors
    /// Those of the store.
    async fn due(
        &mut self,
        consumer: &ConsumerName,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, PortError>;

    /// Removes a delivery; one that is not there changes nothing.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove(&mut self, consumer: &ConsumerName, event: EventId) -> Result<(), PortError>;

    /// Notes that the consumer failed, which counts as an attempt. Of one that is not in the queue
    /// nothing is noted.
    ///
    /// # Errors
    /// Those of the store.
    async fn note_failure(
        &mut self,
        consumer: &ConsumerName,
        failure: &DeliveryFailure,
        now: Timestamp,
    ) -> Result<(), PortError>;

    /// The oldest dead letters of a consumer; at most `limit`.
    ///
    /// # Errors
    /// Those of the store.
    async fn dead(
        &mut self,
        consumer: &ConsumerName,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, PortError>;

    /// Puts at most `limit` dead letters, the oldest first, at the end of the queue, with no
    /// attempt counted; answers how many.
    ///
    /// # Errors
    /// Those of the store.
    async fn replay(&mut self, consumer: &ConsumerName, limit: u32) -> Result<u32, PortError>;
}
