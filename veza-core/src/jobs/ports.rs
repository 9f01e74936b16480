//! Where jobs are kept.

use async_trait::async_trait;

use crate::kernel::{PortError, Timestamp};

use super::model::{FencingToken, Job, JobId};

/// The wish to take a job.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// Of these kinds.
    pub kinds: &'a [&'a str],
    /// Who asks, for operators.
    pub worker: &'a str,
    /// The present time.
    pub now: Timestamp,
    /// Until when the claim holds without a heartbeat.
    pub lease_until: Timestamp,
}

/// Whether a write was let through.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fenced {
    /// The token is the one of the present claim; the write took place.
    Held,
    /// The job is somebody else's by now, or no longer running; nothing was written.
    Lost,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, for good.
    Done,
    /// Failed; to be claimed again, not before `run_at`.
    Retry {
        /// When.
        run_at: Timestamp,
        /// Why it failed, for operators.
        error: String,
    },
    /// Handed back unfinished, as when its worker stops; to be claimed again at once. The attempt
    /// is one more than `max_attempts` allowed for, so that stopping never uses a job up.
    HandedBack,
    /// Failed for good.
    Dead {
        /// Why, for operators.
        error: String,
    },
}

/// The jobs of a unit of work.
#[async_trait]
pub trait Jobs: Send {
    /// Stores a job; it can be claimed once the unit of work is committed.
    ///
    /// # Errors
    /// Those of the store.
    async fn enqueue(&mut self, job: &Job) -> Result<(), PortError>;

    /// The job with this id.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, id: JobId) -> Result<Option<Job>, PortError>;

    /// Takes the job that has waited longest, among those which are queued and due and those
    /// whose lease has run out. It is running then, its attempt counted up and its progress 0.
    /// Two claims never get the same attempt of a job.
    ///
    /// # Errors
    /// Those of the store.
    async fn claim(&mut self, claim: &Claim<'_>) -> Result<Option<Job>, PortError>;

    /// Renews the lease of a running job, and notes its progress where one is given.
    ///
    /// # Errors
    /// Those of the store.
    async fn extend_lease(
        &mut self,
        token: &FencingToken,
        lease_until: Timestamp,
        progress: Option<f32>,
        now: Timestamp,
    ) -> Result<Fenced, PortError>;

    /// Ends the attempt of a running job.
    ///
    /// # Errors
    /// Those of the store.
    async fn finish(
        &mut self,
        token: &FencingToken,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<Fenced, PortError>;
}
