//! Work done later, by whoever takes it: leases, fencing tokens, retries with back-off.
//!
//! A worker claims a job for the length of a lease and renews it by heartbeats. When the worker
//! dies, the lease runs out and somebody else claims the job. Every claim counts the attempt up,
//! and that number is the **fencing token**: each later write names it, and a worker which was
//! thought dead and wakes up again finds that its token is no longer the one of the job.
//!
//! A job ends done, called off, or dead: a dead letter keeps its reason until an operator retries
//! or discards it. [Schedules](Schedule) store jobs at their due times.

mod claim;
mod console;
mod finish;
mod model;
mod ports;
mod prune;
mod schedule;

pub use claim::{claim_jobs, claim_next, heartbeat};
pub use console::{
    JobError, ListJobs, cancel_job, discard_job, get_job, list_jobs, retry_dead, retry_job,
};
pub(crate) use finish::fail_in;
pub use finish::{Failed, bury, complete, fail, hand_back};
pub use model::{FencingToken, Job, JobId, JobStatus, MAX_ATTEMPTS, NewJob, Priority};
pub use ports::{Claim, Fenced, JobQuery, Jobs, Outcome, Schedules};
pub use prune::{PRUNE_JOB, Retention, prune};
pub use schedule::{Schedule, run_schedules};
