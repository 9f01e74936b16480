//! Takes jobs and keeps them.

use std::time::Duration;

use crate::kernel::{Environment, PortError};

use super::model::{FencingToken, Job};
use super::ports::{Claim, Fenced};

/// Takes at most `limit` jobs of a kind for the length of a lease.
/// A job may come [exhausted](Job::is_exhausted).
///
/// Where there is nothing to do nothing is written, and nobody who writes is waited for.
///
/// # Errors
/// Those of the store.
pub async fn claim_jobs(
    env: &Environment,
    kind: &str,
    limit: u32,
    worker: &str,
    lease: Duration,
) -> Result<Vec<Job>, PortError> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let due = {
        let mut reader = env.store.begin_read().await?;
        reader.jobs().is_due(kind, env.now()).await?
    };
    if !due {
        return Ok(Vec::new());
    }
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let claim = Claim {
        kind,
        limit,
        worker,
        now,
        lease_until: now.plus(lease),
    };
    let jobs = unit.jobs().claim(&claim).await?;
    if !jobs.is_empty() {
        unit.commit().await?;
    }
    Ok(jobs)
}

/// Takes the next job of a kind, if there is one: [`claim_jobs`] of one.
///
/// # Errors
/// Those of the store.
pub async fn claim_next(
    env: &Environment,
    kind: &str,
    worker: &str,
    lease: Duration,
) -> Result<Option<Job>, PortError> {
    Ok(claim_jobs(env, kind, 1, worker, lease).await?.pop())
}

/// Renews the lease of a job from now on, and notes its progress where one is given. `Lost` means:
/// stop, another has the job or it was called off.
///
/// # Errors
/// Those of the store.
pub async fn heartbeat(
    env: &Environment,
    token: &FencingToken,
    progress: Option<f32>,
    lease: Duration,
) -> Result<Fenced, PortError> {
    let progress = progress.map(|progress| {
        if progress.is_finite() {
            progress.clamp(0.0, 1.0)
        } else {
            0.0
        }
    });
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let fenced = unit
        .jobs()
        .extend_lease(token, now.plus(lease), progress, now)
        .await?;
    if fenced == Fenced::Held {
        unit.commit().await?;
    }
    Ok(fenced)
}
