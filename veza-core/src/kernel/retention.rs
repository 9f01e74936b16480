//! Forgets old events.

use std::time::Duration;

use super::environment::Environment;
use super::error::PortError;

/// Rows that are removed in one unit of work, so that no other waits for long.
const STEP: u32 = 500;

/// How long traces of events are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventRetention {
    /// An event, after it was published.
    pub published: Duration,
    /// That a consumer has seen an event. One that comes again after that has its effect again, so
    /// this is longer than an event is kept anywhere.
    pub seen: Duration,
}

impl Default for EventRetention {
    /// A week, and two months.
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            published: DAY * 7,
            seen: DAY * 60,
        }
    }
}

/// Removes what is older than that, in small steps; answers how much. What is pending, parked or a
/// dead letter stays.
///
/// # Errors
/// Those of the store; what was removed until then stays removed.
pub async fn forget_events(
    env: &Environment,
    retention: &EventRetention,
) -> Result<u64, PortError> {
    let mut forgotten = 0;
    loop {
        let now = env.now();
        let mut unit = env.store.begin().await?;
        let before = now.minus(retention.published);
        let published = unit.outbox().forget_published(before, STEP).await?;
        let before = now.minus(retention.seen);
        let seen = unit.inbox().forget(before, STEP).await?;
        unit.commit().await?;
        forgotten += published + seen;
        if published.max(seen) < u64::from(STEP) {
            return Ok(forgotten);
        }
    }
}
