//! What a use case is given besides its command.

use std::sync::Arc;

use super::cache::ReadCache;
use super::event::{DomainEvent, Event, Metadata};
use super::id::{EventId, TypedId};
use super::page::CursorKey;
use super::random::Entropy;
use super::seal::Sealer;
use super::store::Store;
use super::time::{Clock, Timestamp};

/// The store, the clock, the random source, and what secrets and cursors are sealed with. Cheap
/// to clone.
#[derive(Clone)]
pub struct Environment {
    /// Where state is kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// What stored secrets are sealed with.
    pub sealer: Arc<dyn Sealer>,
    /// What page cursors are sealed with.
    pub cursors: CursorKey,
    /// What queries read through.
    pub cache: ReadCache,
}

impl Environment {
    /// Forgets at once what an event made old whose change has just been committed, if the cache
    /// can be reached; the event itself does it again, until it is done.
    pub async fn changed(&self, event: &Event) {
        let _ = self.cache.follow(event).await;
    }

    /// The time of the clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id: a UUIDv7 of the clock's time and fresh randomness.
    pub fn new_id<I: TypedId>(&self) -> I {
        I::generate(self.clock.now(), &*self.entropy)
    }

    /// The envelope of something that happened just now.
    pub fn event<E: DomainEvent>(&self, event: &E, metadata: &Metadata) -> Event {
        Event::new(
            self.new_id::<EventId>(),
            self.now(),
            event,
            metadata.clone(),
        )
    }
}
