//! The job.

use std::time::Duration;

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
    /// It failed for good: a dead letter, kept with its reason until it is
    /// [retried](super::retry_job) or [discarded](super::discard_job).
    Dead,
    /// It was called off.
    Cancelled,
}

impl JobStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Dead,
        Self::Cancelled,
    ];

    /// The name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether it waits or runs.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

/// Which of the jobs that wait comes first.
///
/// A job comes in the order of its due time plus the [penalty](Self::penalty) of its priority. So
/// a high one comes before normal ones that became due up to a minute before it, and none waits for
/// ever: those that become due later than the penalty come after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Somebody waits for it.
    High,
    /// The usual.
    Normal,
    /// It may take its time.
    Low,
}

impl Priority {
    /// All, the first to come first.
    pub const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    /// The number in the store.
    pub const fn rank(self) -> u32 {
        match self {
            Self::High => 0,
            Self::Normal => 1,
            Self::Low => 2,
        }
    }

    /// The priority of this number.
    pub fn from_rank(rank: u32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.rank() == rank)
    }

    /// The name for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }

    /// How much is added to the due time of a job to find its place in the order.
    pub const fn penalty(self) -> Duration {
        match self {
            Self::High => Duration::ZERO,
            Self::Normal => Duration::from_secs(60),
            Self::Low => Duration::from_secs(10 * 60),
        }
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
    /// Which of the jobs that wait comes first.
    pub priority: Priority,
    /// While it waits or runs no other job of its kind has this key.
    pub unique_key: Option<String>,
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
    priority: Priority,
    unique_key: Option<String>,
    not_before: Option<Timestamp>,
}

impl NewJob {
    /// A job that is queued to run at once, with normal priority, and tried [`MAX_ATTEMPTS`]
    /// times.
    pub fn new(kind: &'static str, payload: Value) -> Self {
        Self {
            kind,
            payload,
            max_attempts: MAX_ATTEMPTS,
            priority: Priority::Normal,
            unique_key: None,
            not_before: None,
        }
    }

    /// How often it may be tried; once at least.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Which of the jobs that wait comes first.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Only one job of its kind with this key waits or runs at a time: storing another answers
    /// the one that is there, whose payload stays as it is.
    #[must_use]
    pub fn unique(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }

    /// Not to be done before this time.
    #[must_use]
    pub fn not_before(mut self, time: Timestamp) -> Self {
        self.not_before = Some(time);
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
            priority: self.priority,
            unique_key: self.unique_key,
            attempt: 0,
            max_attempts: self.max_attempts,
            run_at: self.not_before.map_or(now, |time| time.max(now)),
            lease_until: None,
            worker: None,
            progress: 0.0,
            last_error: None,
            created_at: now,
            updated_at: now,
        }
    }
}
