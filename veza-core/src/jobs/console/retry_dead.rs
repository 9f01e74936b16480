//! Tries all dead letters of a kind again.

use crate::auth::AuditAction;
use crate::jobs::MAX_ATTEMPTS;
use crate::kernel::{Caller, Environment, Metadata};

use super::{JobError, check, on_record};

/// How many are queued in one call.
const AT_ONCE: u32 = 1_000;

/// Queues the dead jobs of a kind again, the oldest first and at most a thousand, and answers how
/// many: call again until it answers 0. Those whose work another job does already stay dead.
///
/// # Errors
/// `Forbidden`, `Port`.
pub async fn retry_dead(
    env: &Environment,
    caller: &Caller,
    kind: &str,
    metadata: &Metadata,
) -> Result<u64, JobError> {
    check(caller)?;
    let mut unit = env.store.begin().await?;
    let revived = unit
        .jobs()
        .revive_kind(kind, MAX_ATTEMPTS, AT_ONCE, env.now())
        .await?;
    if revived > 0 {
        let action = AuditAction::RetryDeadJobs;
        on_record(env, &mut *unit, action, caller, kind, metadata).await?;
    }
    unit.commit().await?;
    Ok(revived)
}
