//! Removes a dead letter.

use crate::jobs::{JobId, JobStatus};
use crate::kernel::{Environment, Principal};

use super::{JobError, check};

/// Removes a dead job for good.
///
/// # Errors
/// `Forbidden`, `NotFound`, `WrongStatus`, `Port`.
pub async fn discard_job(
    env: &Environment,
    principal: &Principal,
    id: JobId,
) -> Result<(), JobError> {
    check(principal)?;
    let mut unit = env.store.begin().await?;
    let job = unit.jobs().find(id).await?.ok_or(JobError::NotFound)?;
    if job.status != JobStatus::Dead {
        return Err(JobError::WrongStatus(job.status));
    }
    unit.jobs().discard(id).await?;
    unit.commit().await?;
    Ok(())
}
