//! The bus of one process.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::kernel::bus::{EventBus, EventHandler};
use crate::kernel::{Event, PortError};

use super::lock;

/// Hands every event to the handlers of this process, one after the other. Nothing is queued: the
/// outbox is the queue.
#[derive(Default)]
pub struct InProcessBus {
    handlers: Mutex<Vec<(String, Arc<dyn EventHandler>)>>,
}

impl InProcessBus {
    /// A bus nobody waits on.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands all events whose type starts with `prefix` (such as `streaming.`) to `handler`.
    pub fn subscribe(&self, prefix: &str, handler: Arc<dyn EventHandler>) {
        lock(&self.handlers).push((prefix.to_owned(), handler));
    }
}

#[async_trait]
impl EventBus for InProcessBus {
    async fn publish(&self, event: &Event) -> Result<(), PortError> {
        let waiting: Vec<_> = lock(&self.handlers)
            .iter()
            .filter(|(prefix, _)| event.event_type.starts_with(prefix))
            .map(|(_, handler)| Arc::clone(handler))
            .collect();
        for handler in waiting {
            handler.handle(event).await?;
        }
        Ok(())
    }
}
