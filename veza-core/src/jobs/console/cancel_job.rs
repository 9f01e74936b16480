//! Calls a job off.

use crate::jobs::{Job, JobId};
use crate::kernel::{Environment, Principal};
use crate::streaming;

use super::{JobError, check};

/// Calls off a job that waits or runs, for good. A worker that runs it is told at its next
/// heartbeat, and what it completes after this is refused. A track whose ingest is called off has
/// failed.
///
/// # Errors
/// `Forbidden`, `NotFound`, `WrongStatus`, `Port`.
pub async fn cancel_job(
    env: &Environment,
    principal: &Principal,
    id: JobId,
) -> Result<Job, JobError> {
    check(principal)?;
    let mut unit = env.store.begin().await?;
    let job = unit.jobs().find(id).await?.ok_or(JobError::NotFound)?;
    if !unit.jobs().cancel(id, env.now()).await? {
        return Err(JobError::WrongStatus(job.status));
    }
    streaming::ingest_cancelled(env, &mut *unit, &job).await?;
    let job = unit.jobs().find(id).await?.ok_or(JobError::NotFound)?;
    unit.commit().await?;
    Ok(job)
}
