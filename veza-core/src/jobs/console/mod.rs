//! What operators see and do: lists, dead letters, retries, calling off. For administrators.

mod cancel_job;
mod discard_job;
mod error;
mod get_job;
mod list_jobs;
mod retry_dead;
mod retry_job;

pub use cancel_job::cancel_job;
pub use discard_job::discard_job;
pub use error::JobError;
pub use get_job::get_job;
pub use list_jobs::{ListJobs, list_jobs};
pub use retry_dead::retry_dead;
pub use retry_job::retry_job;

use crate::kernel::{Permission, Principal};

/// Only who may configure the system.
fn check(principal: &Principal) -> Result<(), JobError> {
    if principal.may(Permission::SystemConfig) {
        Ok(())
    } else {
        Err(JobError::Forbidden)
    }
}
