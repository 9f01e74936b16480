//! Every port in memory: for demos, tests and browsers. Nothing here outlives the process.

mod accounts;
mod api_keys;
mod auth;
mod avatars;
mod blobs;
mod cache;
mod deliveries;
mod erasures;
mod factors;
mod gate;
mod idempotency;
mod identities;
mod inbox;
mod invitations;
mod jobs;
mod leases;
mod mail;
mod outbox;
mod rate;
mod seal;
mod sessions;
mod signals;
mod storable;
mod store;
mod time;
mod tracks;
mod users;

pub use auth::{MemoryTokens, QuickPasswords};
pub use blobs::MemoryBlobs;
pub use cache::MemoryCache;
pub use identities::MemoryProvider;
pub use mail::MemoryMailer;
pub use rate::MemoryLimiter;
pub use seal::MemorySealer;
pub use signals::MemorySignals;
pub(crate) use storable::storable;
pub use store::MemoryStore;
pub(crate) use store::MemoryUnit;
pub use time::{ManualClock, SeededEntropy};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks even when a panic happened under the lock: every change here is made in one step, so
/// what is found is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
