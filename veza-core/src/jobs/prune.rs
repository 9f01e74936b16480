//! Removes jobs that are over.

use std::time::Duration;

use crate::kernel::{Environment, PortError};

/// The kind of the jobs which remove what is over.
pub const PRUNE_JOB: &str = "jobs.prune";

/// How long what is over is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Jobs that were done or called off.
    pub ended: Duration,
    /// Dead letters.
    pub dead: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
        Self {
            ended: days(7),
            dead: days(90),
        }
    }
}

/// What is removed in one unit of work: little, for others write meanwhile.
const STEP: u32 = 500;

/// Removes what is older than `retention` says, and answers how much.
///
/// # Errors
/// Those of the store; what was removed before stays removed.
pub async fn prune(env: &Environment, retention: &Retention) -> Result<u64, PortError> {
    let now = env.now();
    let (ended, dead) = (now.minus(retention.ended), now.minus(retention.dead));
    let mut removed = 0;
    loop {
        let mut unit = env.store.begin().await?;
        let step = unit.jobs().prune(ended, dead, STEP).await?;
        unit.commit().await?;
        removed += step;
        if step < u64::from(STEP) {
            return Ok(removed);
        }
    }
}
