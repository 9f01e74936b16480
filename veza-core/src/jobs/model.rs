//! The job.

use serde_json::Value;

use crate::kernel::{Environment, Timestamp};
use crate::typed_ids;

typed_ids! {
    /// The id of a job.
    JobId,
}

/// How often a job is tried, unless it says otherwise.
pub const MAX_ATTEMPTS: u32 = 5;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobStatus {
    /// It waits for its time and for a worker.
    Queued,
    /// A worker has claimed it.
    Running,
    /// It is done.
    Done,
    /// It failed for good.
    Dead,
}

impl JobStatus {
    /// The name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// The status of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Queued, Self::Running, Self::Done, Self::Dead]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// A piece of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done: `streaming.ingest`.
    pub kind: String,
    /// With what; the kind says in which shape.
    pub payload: Value,
    /// Where it stands.
    pub status: JobStatus,
    /// How often it was claimed; the fencing token of the last claim.
    pub attempt: u32,
    /// How often it may be claimed.
    pub max_attempts: u32,
    /// Not to be claimed before.
    pub run_at: Timestamp,
    /// While it runs: until when the claim holds without a heartbeat.
    pub lease_until: Option<Timestamp>,
    /// While it runs: who claimed it.
    pub worker: Option<String>,
    /// How much is done, 0 to 1.
    pub progress: f32,
    /// Why the last attempt failed, for operators.
    pub last_error: Option<String>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Job {
    /// By what the holder of the present claim is known.
    pub fn token(&self) -> FencingToken {
        FencingToken {
            job_id: self.id,
            attempt: self.attempt,
        }
    }

    /// Whether it was claimed more often than it may be tried: every worker before died over it.
    /// What is left to do is to bury it, by the use case of its kind that tells why.
    pub fn is_exhausted(&self) -> bool {
        self.attempt > self.max_attempts
    }

    /// Whether this is the last attempt.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

/// What a write of a claim's holder is let through by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FencingToken {
    /// The job.
    pub job_id: JobId,
    /// The attempt of the claim.
    pub attempt: u32,
}

/// A job to be stored: made by [`new`](Self::new), and by what differs from the usual.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    kind: &'static str,
    payload: Value,
    max_attempts: u32,
}

impl NewJob {
    /// A job that is queued to run at once and tried [`MAX_ATTEMPTS`] times.
    pub fn new(kind: &'static str, payload: Value) -> Self {
        Self {
            kind,
            payload,
            max_attempts: MAX_ATTEMPTS,
        }
    }

    /// How often it may be tried; once at least.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The job as it is stored.
    pub fn into_job(self, env: &Environment) -> Job {
        let now = env.now();
        Job {
            id: env.new_id(),
            kind: self.kind.into(),
            payload: self.payload,
            status: JobStatus::Queued,
            attempt: 0,
            max_attempts: self.max_attempts,
            run_at: now,
            lease_until: None,
            worker: None,
            progress: 0.0,
            last_error: None,
            created_at: now,
            updated_at: now,
        }
    }
}
