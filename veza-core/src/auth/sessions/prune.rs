//! Removes what is left of sessions whose time is over.

use std::time::Duration;

use crate::kernel::{Environment, PortError};

/// How long a token that is no longer good is remembered, so that showing it ends its session.
const RETIRED_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Rows of each kind that one unit of work removes.
const AT_ONCE: u32 = 500;

/// Removes sessions that have ended, refresh tokens that were retired a week ago, and revocations
/// whose time is over; how many rows went. It is repeated until none do.
///
/// # Errors
/// Those of the store.
pub async fn prune_sessions(env: &Environment) -> Result<u64, PortError> {
    let now = env.now();
    let mut unit = env.store.begin().await?;
    let retired = now.minus(RETIRED_KEPT);
    let removed = unit.sessions().prune(now, retired, AT_ONCE).await?
        + unit.revocations().prune(now, AT_ONCE).await?;
    unit.commit().await?;
    Ok(removed)
}
