//! Shows one job.

use crate::jobs::{Job, JobId};
use crate::kernel::{Caller, Environment};

use super::{JobError, check};

/// The job with this id.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Port`.
pub async fn get_job(env: &Environment, caller: &Caller, id: JobId) -> Result<Job, JobError> {
    check(caller)?;
    let mut reader = env.store.begin_read().await?;
    reader.jobs().find(id).await?.ok_or(JobError::NotFound)
}
