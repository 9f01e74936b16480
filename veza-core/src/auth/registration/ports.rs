//! What registration needs from the store.

use async_trait::async_trait;

use crate::auth::TokenDigest;
use crate::kernel::{PortError, Timestamp};

use super::model::PendingRegistration;

/// The pending registrations of a unit of work.
#[async_trait]
pub trait PendingRegistrations: Send {
    /// Adds one.
    ///
    /// # Errors
    /// `Duplicate("username")` when another one has the name; those of the store.
    async fn add(&mut self, pending: &PendingRegistration) -> Result<(), PortError>;

    /// The one whose token this is, whether its time is over or not. It is not locked: what is
    /// made of it is unique by itself.
    ///
    /// # Errors
    /// Those of the store.
    async fn find_by_token(
        &mut self,
        token: &TokenDigest,
    ) -> Result<Option<PendingRegistration>, PortError>;

    /// Gives the newest one of an address whose time is not over another token, and answers it.
    ///
    /// # Errors
    /// Those of the store.
    async fn renew_token(
        &mut self,
        email: &str,
        token: &TokenDigest,
        now: Timestamp,
    ) -> Result<Option<PendingRegistration>, PortError>;

    /// Whether one of another address keeps this name, which is in lower case, for its time.
    ///
    /// # Errors
    /// Those of the store.
    async fn keeps_username(
        &mut self,
        username: &str,
        but_of: &str,
        now: Timestamp,
    ) -> Result<bool, PortError>;

    /// Removes all of an address, and so sets their names free.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove_of(&mut self, email: &str) -> Result<(), PortError>;

    /// Removes those whose time is over, and so sets their names free; how many went.
    ///
    /// # Errors
    /// Those of the store.
    async fn prune(&mut self, now: Timestamp) -> Result<u64, PortError>;
}
