//! What revocations need from the store.

use async_trait::async_trait;

use crate::kernel::{PortError, Timestamp};

use super::model::Revocation;

/// The revocations of a unit of work.
#[async_trait]
pub trait Revocations: Send {
    /// Adds a revocation.
    ///
    /// # Errors
    /// Those of the store.
    async fn add(&mut self, revocation: &Revocation) -> Result<(), PortError>;

    /// The revocations decided at `since` or later whose time is not over at `now`, in no order.
    ///
    /// # Errors
    /// Those of the store.
    async fn list(
        &mut self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Revocation>, PortError>;

    /// Removes at most `limit` revocations whose time is over; how many went.
    ///
    /// # Errors
    /// Those of the store.
    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError>;
}
