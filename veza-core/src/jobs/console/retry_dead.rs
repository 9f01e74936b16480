//! Tries all dead letters of a kind again.

use crate::jobs::MAX_ATTEMPTS;
use crate::kernel::{Environment, Principal};

use super::{JobError, check};

/// How many are queued in one call.
const AT_ONCE: u32 = 1_000;

/// Queues the dead jobs of a kind again, the oldest first and at most a thousand, and answers how
/// many: call again until it answers 0. Those whose work another job does already stay dead.
///
/// # Errors
/// `Forbidden`, `Port`.
pub async fn retry_dead(
    env: &Environment,
    principal: &Principal,
    kind: &str,
) -> Result<u64, JobError> {
    check(principal)?;
    let mut unit = env.store.begin().await?;
    let revived = unit
        .jobs()
        .revive_kind(kind, MAX_ATTEMPTS, AT_ONCE, env.now())
        .await?;
    unit.commit().await?;
    Ok(revived)
}
