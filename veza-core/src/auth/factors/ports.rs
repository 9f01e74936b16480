//! What second factors need from the store.

use async_trait::async_trait;

use crate::auth::{TokenDigest, UserId};
use crate::kernel::{PortError, Timestamp};

use super::model::MfaConfig;
use super::ticket::MfaTicket;

/// The second factors of a unit of work. Each belongs to an account, which whoever changes one has
/// found, and so locked, first.
#[async_trait]
pub trait MfaConfigs: Send {
    /// The one of an account.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, user_id: UserId) -> Result<Option<MfaConfig>, PortError>;

    /// Stores the one of an account, in place of any before.
    ///
    /// # Errors
    /// `MissingReference` when there is no such account; those of the store.
    async fn put(&mut self, config: &MfaConfig) -> Result<(), PortError>;

    /// Removes the one of an account; whether there was one.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove(&mut self, user_id: UserId) -> Result<bool, PortError>;
}

/// The tickets of logins that wait for the second factor.
#[async_trait]
pub trait MfaTickets: Send {
    /// Adds one.
    ///
    /// # Errors
    /// `MissingReference` when there is no such account; `Duplicate("id")`; those of the
    /// store.
    async fn add(&mut self, ticket: &MfaTicket) -> Result<(), PortError>;

    /// The one with this digest. It is not locked: whoever uses it has found its account first.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, digest: &TokenDigest) -> Result<Option<MfaTicket>, PortError>;

    /// Counts a try off; nothing happens when there is no such ticket or no try left.
    ///
    /// # Errors
    /// Those of the store.
    async fn count_off(&mut self, digest: &TokenDigest) -> Result<(), PortError>;

    /// Removes every ticket of an account.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove_of(&mut self, user_id: UserId) -> Result<(), PortError>;

    /// Removes those whose time is over, `limit` at most; how many went.
    ///
    /// # Errors
    /// Those of the store.
    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError>;
}
