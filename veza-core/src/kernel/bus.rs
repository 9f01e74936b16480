//! How events reach those who wait for them.

use async_trait::async_trait;

use super::error::PortError;
use super::event::Event;

/// Carries events out of the outbox.
///
/// Delivery is at least once, in order for each aggregate. An event is delivered when `publish`
/// answers `Ok`; until then it stays in the outbox.
#[async_trait]
pub trait EventBus: Send + Sync {
    /// Hands the event to everyone who waits for it.
    ///
    /// # Errors
    /// When it may not have reached all of them; it is then published again later.
    async fn publish(&self, event: &Event) -> Result<(), PortError>;
}

/// Someone who waits for events. The same event may come twice: `event_id` tells.
#[async_trait]
pub trait EventHandler: Send + Sync {
    /// Takes one event.
    ///
    /// # Errors
    /// When the event has to come again later.
    async fn handle(&self, event: &Event) -> Result<(), PortError>;
}
