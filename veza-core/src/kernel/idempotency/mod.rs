//! Requests that take effect once, however often they are sent (the IETF's Idempotency-Key draft).
//!
//! The client gives a request a key. The first attempt with it [claims](claim) the key, does its
//! work and [stores its answer](finish), which later attempts are given. An attempt may die at any
//! point, so that its work is tied to the key: every unit of work of the attempt begins with
//! [`IdempotencyKeys::take_effect`], which is kept when, and only when, the unit of work is. After a
//! crash the key tells whether there was an effect. If not, the next attempt does the work, and the
//! first, should it be alive after all, can no longer commit. If there was, the next attempt is told
//! so, and nothing is done twice.

mod claim;
mod finish;
mod model;
mod ports;

pub use claim::{Claim, Claimed, claim};
pub use finish::{Ending, finish, prune};
pub use model::{Attempt, AttemptId, Progress, StoredAnswer, Ticket};
pub use ports::IdempotencyKeys;
