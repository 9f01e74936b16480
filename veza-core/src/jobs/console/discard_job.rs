//! Removes a dead letter.

use crate::auth::AuditAction;
use crate::jobs::{JobId, JobStatus};
use crate::kernel::{Caller, Environment, Metadata};

use super::{JobError, check, on_record};

/// Removes a dead job for good.
///
/// # Errors
/// `Forbidden`, `NotFound`, `WrongStatus`, `Port`.
pub async fn discard_job(
    env: &Environment,
    caller: &Caller,
    id: JobId,
    metadata: &Metadata,
) -> Result<(), JobError> {
    check(caller)?;
    let mut unit = env.store.begin().await?;
    let job = unit.jobs().find(id).await?.ok_or(JobError::NotFound)?;
    if job.status != JobStatus::Dead {
        return Err(JobError::WrongStatus(job.status));
    }
    unit.jobs().discard(id).await?;
    on_record(
        env,
        &mut *unit,
        AuditAction::DiscardJob,
        caller,
        id,
        metadata,
    )
    .await?;
    unit.commit().await?;
    Ok(())
}
