//! Events void what they made old.

use async_trait::async_trait;

use super::ReadCache;
use crate::auth::forget_changed_users;
use crate::kernel::consumer::{EventHandler, HandleError};
use crate::kernel::environment::Environment;
use crate::kernel::error::PortError;
use crate::kernel::event::Event;
use crate::kernel::store::UnitOfWork;
use crate::streaming::forget_changed_tracks;

/// The consumer which voids what is kept.
pub const CACHE_FOLLOWER: &str = "cache";
/// The events it waits for.
pub const CACHE_EVENTS: [&str; 2] = ["streaming.track.#", "auth.user.#"];

impl ReadCache {
    /// Forgets what an event has made old.
    ///
    /// # Errors
    /// Those of the cache; the event has to come again then.
    pub async fn follow(&self, event: &Event) -> Result<(), PortError> {
        forget_changed_users(self, event).await?;
        forget_changed_tracks(self, event).await
    }
}

/// Voids what events made old in the cache of the environment. So the cache learns of every
/// change, also of those whose process died between its commit and the moment it told the cache,
/// or could not reach it.
#[derive(Clone, Copy, Debug, Default)]
pub struct CacheFollower;

#[async_trait]
impl EventHandler for CacheFollower {
    async fn handle(
        &self,
        env: &Environment,
        _unit: &mut dyn UnitOfWork,
        event: &Event,
    ) -> Result<(), HandleError> {
        Ok(env.cache.follow(event).await?)
    }
}
