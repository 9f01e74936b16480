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

use std::fmt::Display;

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::kernel::{Caller, Environment, Metadata, Permission, PortError, UnitOfWork};

/// Only who may configure the system, and services whose tokens name the call.
fn check(caller: &Caller) -> Result<(), JobError> {
    match caller {
        Caller::Person(principal) if !principal.may(Permission::SystemConfig) => {
            Err(JobError::Forbidden)
        }
        Caller::Person(_) | Caller::Service(_) => Ok(()),
    }
}

/// Puts on record who did what to which jobs.
async fn on_record(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    action: AuditAction,
    caller: &Caller,
    what: impl Display,
    metadata: &Metadata,
) -> Result<(), PortError> {
    let record = Record::of(action, Outcome::Success);
    let record = match caller {
        Caller::Person(principal) => record
            .by(principal.user_id)
            .about(None)
            .with(what.to_string()),
        Caller::Service(service) => record.with(format!("{what} by the service {}", service.name)),
    };
    audit::append(env, unit, record, metadata).await
}
