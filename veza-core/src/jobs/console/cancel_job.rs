//! Calls a job off.

use crate::auth::AuditAction;
use crate::jobs::{Job, JobId};
use crate::kernel::{Caller, Environment, Metadata};
use crate::streaming;

use super::{JobError, check, on_record};

/// Calls off a job that waits or runs, for good. A worker that runs it is told at its next
/// heartbeat, and what it completes after this is refused. A track whose ingest is called off has
/// failed.
///
/// # Errors
/// `Forbidden`, `NotFound`, `WrongStatus`, `Port`.
pub async fn cancel_job(
    env: &Environment,
    caller: &Caller,
    id: JobId,
    metadata: &Metadata,
) -> Result<Job, JobError> {
    check(caller)?;
    let mut unit = env.store.begin().await?;
    let job = unit.jobs().find(id).await?.ok_or(JobError::NotFound)?;
    if !unit.jobs().cancel(id, env.now()).await? {
        return Err(JobError::WrongStatus(job.status));
    }
    streaming::ingest_cancelled(env, &mut *unit, &job).await?;
    let job = unit.jobs().find(id).await?.ok_or(JobError::NotFound)?;
    on_record(
        env,
        &mut *unit,
        AuditAction::CancelJob,
        caller,
        id,
        metadata,
    )
    .await?;
    unit.commit().await?;
    Ok(job)
}
