//! The wish to be erased.

use std::time::Duration;

use crate::auth::UserId;
use crate::kernel::Timestamp;

/// How long its owner can come back.
pub const ERASURE_GRACE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// An account that is to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The account.
    pub user_id: UserId,
    /// When its owner asked for it.
    pub requested_at: Timestamp,
    /// When it will be done.
    pub due_at: Timestamp,
}
