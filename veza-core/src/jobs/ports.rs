//! Where jobs are kept.

use async_trait::async_trait;

pub use crate::kernel::lease::Fenced;
use crate::kernel::{PortError, Timestamp};

use super::model::{FencingToken, Job, JobId, JobStatus};

/// The wish to take jobs.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// Of this kind.
    pub kind: &'a str,
    /// At most so many.
    pub limit: u32,
    /// Who asks, for operators.
    pub worker: &'a str,
    /// The present time.
    pub now: Timestamp,
    /// Until when the claims hold without a heartbeat.
    pub lease_until: Timestamp,
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

/// Which jobs a list holds, the newest first.
#[derive(Clone, Debug, Default)]
pub struct JobQuery {
    /// Those that stand so.
    pub status: Option<JobStatus>,
    /// Those of this kind.
    pub kind: Option<String>,
    /// Those older than this one.
    pub before: Option<JobId>,
    /// At most so many.
    pub limit: u32,
}

/// The jobs of a unit of work.
#[async_trait]
pub trait Jobs: Send {
    /// Stores a job; it can be claimed once the unit of work is committed. Where an active job of
    /// its kind has its unique key nothing is stored. Answers the id of the job that is there
    /// now, this one or the other.
    ///
    /// # Errors
    /// Those of the store.
    async fn enqueue(&mut self, job: &Job) -> Result<JobId, PortError>;

    /// The job with this id; locked until the end of a unit of work that writes.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, id: JobId) -> Result<Option<Job>, PortError>;

    /// Whether a job of this kind could be claimed now.
    ///
    /// # Errors
    /// Those of the store.
    async fn is_due(&mut self, kind: &str, now: Timestamp) -> Result<bool, PortError>;

    /// Takes jobs which are queued and due, and jobs whose lease has run out, as their
    /// [priority](super::Priority) says. They are answered in no order of their own. Each is
    /// running then, its attempt counted up and its progress 0. Two claims never get the same attempt of a job,
    /// and none waits for another: what others are about to take is passed over.
    ///
    /// # Errors
    /// Those of the store.
    async fn claim(&mut self, claim: &Claim<'_>) -> Result<Vec<Job>, PortError>;

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

    /// Calls off a job that waits or runs; `false` when it does neither. Whoever runs it finds
    /// its claim lost.
    ///
    /// # Errors
    /// Those of the store.
    async fn cancel(&mut self, id: JobId, now: Timestamp) -> Result<bool, PortError>;

    /// The jobs of a query, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    async fn list(&mut self, query: &JobQuery) -> Result<Vec<Job>, PortError>;

    /// Queues a dead job again, to run at once, with as many attempts more; the reason of its
    /// death stays until it has another. `false` when it is not dead, or an active job has its
    /// unique key.
    ///
    /// # Errors
    /// Those of the store.
    async fn revive(&mut self, id: JobId, attempts: u32, now: Timestamp)
    -> Result<bool, PortError>;

    /// As [`revive`](Self::revive), for the oldest dead jobs of a kind, at most `limit`; answers
    /// how many. Of several with one unique key the oldest is revived.
    ///
    /// # Errors
    /// Those of the store.
    async fn revive_kind(
        &mut self,
        kind: &str,
        attempts: u32,
        limit: u32,
        now: Timestamp,
    ) -> Result<u64, PortError>;

    /// Removes a dead job; `false` when it is not dead.
    ///
    /// # Errors
    /// Those of the store.
    async fn discard(&mut self, id: JobId) -> Result<bool, PortError>;

    /// Removes at most `limit` jobs that were done or called off before `ended`, or died before
    /// `dead`; answers how many.
    ///
    /// # Errors
    /// Those of the store.
    async fn prune(
        &mut self,
        ended: Timestamp,
        dead: Timestamp,
        limit: u32,
    ) -> Result<u64, PortError>;
}

/// When each schedule is due next.
#[async_trait]
pub trait Schedules: Send {
    /// When the schedule of this name is due next; locked until the end of a unit of work that
    /// writes. None: it was never set.
    ///
    /// # Errors
    /// Those of the store.
    async fn next_due(&mut self, name: &str) -> Result<Option<Timestamp>, PortError>;

    /// Sets when the schedule of this name is due for the first time; one that is set stays as it
    /// is.
    ///
    /// # Errors
    /// Those of the store.
    async fn start(&mut self, name: &str, due: Timestamp) -> Result<(), PortError>;

    /// Sets when it is due next.
    ///
    /// # Errors
    /// Those of the store.
    async fn advance(&mut self, name: &str, due: Timestamp) -> Result<(), PortError>;
}
