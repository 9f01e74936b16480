//! Ends attempts.

use std::time::Duration;

use crate::kernel::text::one_line;
use crate::kernel::{Backoff, Environment, PortError, Timestamp, UnitOfWork};

use super::model::{FencingToken, Job};
use super::ports::{Fenced, Outcome};

/// The waits between the attempts of a job.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_secs(2),
    longest: Duration::from_secs(5 * 60),
};
/// How much is kept of a reason, in characters.
const MAX_REASON: usize = 1_000;

/// A reason as it is stored: one line of a bounded length, whoever said it.
fn kept(reason: &str) -> String {
    one_line(reason).chars().take(MAX_REASON).collect()
}

/// What became of a job that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It is tried again, not before this time.
    RetryAt(Timestamp),
    /// It is not tried again.
    Dead,
    /// It is somebody else's by now.
    Lost,
}

/// Notes that a job is done.
///
/// # Errors
/// Those of the store.
pub async fn complete(env: &Environment, token: &FencingToken) -> Result<Fenced, PortError> {
    let mut unit = env.store.begin().await?;
    let fenced = unit.jobs().finish(token, &Outcome::Done, env.now()).await?;
    unit.commit().await?;
    Ok(fenced)
}

/// Gives a job back unfinished, as when its worker stops. The attempt does not count.
///
/// # Errors
/// Those of the store; the job is claimed again when its lease has run out.
pub async fn hand_back(env: &Environment, token: &FencingToken) -> Result<Fenced, PortError> {
    let mut unit = env.store.begin().await?;
    let fenced = unit
        .jobs()
        .finish(token, &Outcome::HandedBack, env.now())
        .await?;
    unit.commit().await?;
    Ok(fenced)
}

/// Notes that an attempt failed; the job waits for the next one, or is dead after the last.
///
/// # Errors
/// Those of the store.
pub async fn fail(env: &Environment, job: &Job, error: &str) -> Result<Failed, PortError> {
    let mut unit = env.store.begin().await?;
    let failed = fail_in(env, &mut *unit, job, error).await?;
    unit.commit().await?;
    Ok(failed)
}

/// Notes that a job failed for good, whatever attempts are left.
///
/// # Errors
/// Those of the store.
pub async fn bury(
    env: &Environment,
    token: &FencingToken,
    reason: &str,
) -> Result<Failed, PortError> {
    let mut unit = env.store.begin().await?;
    let outcome = Outcome::Dead {
        error: kept(reason),
    };
    let fenced = unit.jobs().finish(token, &outcome, env.now()).await?;
    unit.commit().await?;
    Ok(match fenced {
        Fenced::Held => Failed::Dead,
        Fenced::Lost => Failed::Lost,
    })
}

/// As [`fail`], within a unit of work of the caller.
pub(crate) async fn fail_in(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    job: &Job,
    error: &str,
) -> Result<Failed, PortError> {
    let now = env.now();
    let error = kept(error);
    let (outcome, failed) = if job.is_last_attempt() {
        (Outcome::Dead { error }, Failed::Dead)
    } else {
        let run_at = now.plus(BACKOFF.delay(job.attempt, &*env.entropy));
        (Outcome::Retry { run_at, error }, Failed::RetryAt(run_at))
    };
    match unit.jobs().finish(&job.token(), &outcome, now).await? {
        Fenced::Held => Ok(failed),
        Fenced::Lost => Ok(Failed::Lost),
    }
}
