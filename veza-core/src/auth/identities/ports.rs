//! What identities need from the store.

use async_trait::async_trait;

use crate::auth::{TokenDigest, UserId};
use crate::kernel::{PortError, Timestamp};

use super::model::{LinkedIdentity, LinkedIdentityId, PendingAuthorization, ProviderId};

/// The linked identities of a unit of work. Whoever changes those of an account has found, and so
/// locked, the account first.
#[async_trait]
pub trait Identities: Send {
    /// Links one.
    ///
    /// # Errors
    /// `Duplicate("identity")` when the subject of this provider is linked already, to whichever
    /// account; `MissingReference` when there is no such account; those of the store.
    async fn add(&mut self, identity: &LinkedIdentity) -> Result<(), PortError>;

    /// The one with this subject at this provider, compared byte by byte. It is not locked.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(
        &mut self,
        provider: &ProviderId,
        subject: &str,
    ) -> Result<Option<LinkedIdentity>, PortError>;

    /// All of an account, the oldest first.
    ///
    /// # Errors
    /// Those of the store.
    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<LinkedIdentity>, PortError>;

    /// Removes one of an account; whether there was one.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove(&mut self, user_id: UserId, id: LinkedIdentityId) -> Result<bool, PortError>;

    /// Removes every one of an account.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove_of(&mut self, user_id: UserId) -> Result<(), PortError>;
}

/// The authorizations that wait for their answer.
#[async_trait]
pub trait PendingAuthorizations: Send {
    /// Adds one.
    ///
    /// # Errors
    /// `MissingReference` when the account of its purpose is not there; `Duplicate("id")`; those of
    /// the store.
    async fn add(&mut self, pending: &PendingAuthorization) -> Result<(), PortError>;

    /// The one with this state, whether its time is over or not. It is not locked.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(
        &mut self,
        state: &TokenDigest,
    ) -> Result<Option<PendingAuthorization>, PortError>;

    /// Removes the one with this state; whether there was one. Of several units of work that try,
    /// one is told so, once it is committed.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove(&mut self, state: &TokenDigest) -> Result<bool, PortError>;

    /// Removes those whose time is over, `limit` at most; how many went.
    ///
    /// # Errors
    /// Those of the store.
    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError>;
}
