//! Takes jobs and keeps them.

use std::time::Duration;

use crate::kernel::{Environment, PortError};

use super::model::{FencingToken, Job};
use super::ports::{Claim, Fenced};

/// Takes the next job of the given kinds for the length of a lease, if there is one. A job may
/// come [exhausted](Job::is_exhausted).
///
/// # Errors
/// Those of the store.
pub async fn claim_next(
    env: &Environment,
    kinds: &[&str],
    worker: &str,
    lease: Duration,
) -> Result<Option<Job>, PortError> {
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let claim = Claim {
        kinds,
        worker,
        now,
        lease_until: now.plus(lease),
    };
    let job = unit.jobs().claim(&claim).await?;
    if job.is_some() {
        unit.commit().await?;
    }
    Ok(job)
}

/// Renews the lease of a job from now on.
///
/// # Errors
/// Those of the store.
pub async fn heartbeat(
    env: &Environment,
    token: &FencingToken,
    lease: Duration,
) -> Result<Fenced, PortError> {
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let fenced = unit
        .jobs()
        .extend_lease(token, now.plus(lease), None, now)
        .await?;
    unit.commit().await?;
    Ok(fenced)
}
