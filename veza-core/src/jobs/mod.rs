//! Work done later, by whoever takes it: leases, fencing tokens, retries with back-off.
//!
//! A worker claims a job for the length of a lease and renews it by heartbeats. When the worker
//! dies, the lease runs out and somebody else claims the job. Every claim counts the attempt up,
//! and that number is the **fencing token**: each later write names it, and a worker which was
//! thought dead and wakes up again finds that its token is no longer the one of the job.

mod backoff;
mod claim;
mod finish;
mod model;
mod ports;

pub use backoff::retry_delay;
pub use claim::{claim_next, heartbeat};
pub(crate) use finish::fail_in;
pub use finish::{Failed, bury, complete, fail};
pub use model::{FencingToken, Job, JobId, JobStatus, MAX_ATTEMPTS, NewJob};
pub use ports::{Claim, Fenced, Jobs, Outcome};
