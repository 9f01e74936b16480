//! Tries a dead letter again.

use crate::auth::AuditAction;
use crate::jobs::{Job, JobId, JobStatus, MAX_ATTEMPTS};
use crate::kernel::{Caller, Environment, Metadata};

use super::{JobError, check, on_record};

/// Queues a dead job again, to run at once, with a new allowance of attempts.
///
/// # Errors
/// `Forbidden`, `NotFound`, `WrongStatus`, `Superseded`, `Port`.
pub async fn retry_job(
    env: &Environment,
    caller: &Caller,
    id: JobId,
    metadata: &Metadata,
) -> Result<Job, JobError> {
    check(caller)?;
    let mut unit = env.store.begin().await?;
    let job = unit.jobs().find(id).await?.ok_or(JobError::NotFound)?;
    if job.status != JobStatus::Dead {
        return Err(JobError::WrongStatus(job.status));
    }
    if !unit.jobs().revive(id, MAX_ATTEMPTS, env.now()).await? {
        return Err(JobError::Superseded);
    }
    let job = unit.jobs().find(id).await?.ok_or(JobError::NotFound)?;
    on_record(env, &mut *unit, AuditAction::RetryJob, caller, id, metadata).await?;
    unit.commit().await?;
    Ok(job)
}
