//! Which consumer has seen which event.

use async_trait::async_trait;

use super::consumer::ConsumerName;
use super::error::PortError;
use super::id::EventId;
use super::time::Timestamp;

/// The events that consumers have seen, noted in the unit of work that holds what they did about
/// them: so an event has its effect once, however often it comes.
#[async_trait]
pub trait Inbox: Send {
    /// Notes that the consumer sees the event; `false` when it has seen it before. While another
    /// unit of work notes the same, this waits for how that one ends.
    ///
    /// # Errors
    /// Those of the store.
    async fn first_time(
        &mut self,
        consumer: &ConsumerName,
        event: EventId,
        now: Timestamp,
    ) -> Result<bool, PortError>;

    /// Forgets at most `limit` events that were seen before this time, and answers how many. One
    /// that comes again afterwards has its effect again, so keep them for longer than any event
    /// can be under way.
    ///
    /// # Errors
    /// Those of the store.
    async fn forget(&mut self, before: Timestamp, limit: u32) -> Result<u64, PortError>;
}
