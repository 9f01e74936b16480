//! What erasing needs from the store.

use async_trait::async_trait;

use crate::auth::UserId;
use crate::kernel::{PortError, Timestamp};

use super::model::Erasure;

/// The erasures of a unit of work. Whoever changes the one of an account has found, and so locked,
/// the account first.
#[async_trait]
pub trait Erasures: Send {
    /// Stores the one of an account, unless there is one.
    ///
    /// # Errors
    /// `MissingReference` when there is no such account; `Duplicate("id")` when there is one; those
    /// of the store.
    async fn add(&mut self, erasure: &Erasure) -> Result<(), PortError>;

    /// The one of an account.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, user_id: UserId) -> Result<Option<Erasure>, PortError>;

    /// Removes the one of an account; whether there was one.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove(&mut self, user_id: UserId) -> Result<bool, PortError>;

    /// Those that are due by then, the earliest first, `limit` at most.
    ///
    /// # Errors
    /// Those of the store.
    async fn due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Erasure>, PortError>;
}
