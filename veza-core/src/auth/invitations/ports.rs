//! What invitations need from the store.

use async_trait::async_trait;

use crate::auth::{TokenDigest, UserId};
use crate::kernel::{PortError, Timestamp};

use super::model::{Invitation, InvitationId};

/// The invitations of a unit of work.
#[async_trait]
pub trait Invitations: Send {
    /// Adds one.
    ///
    /// # Errors
    /// `MissingReference` when there is no such account; `Duplicate("invitation")`; those of the
    /// store.
    async fn add(&mut self, invitation: &Invitation) -> Result<(), PortError>;

    /// The one with this code, whether it is good or not. A unit of work that writes locks it.
    ///
    /// # Errors
    /// Those of the store.
    async fn find_by_code(&mut self, code: &TokenDigest) -> Result<Option<Invitation>, PortError>;

    /// Counts a use off; whether there was one left.
    ///
    /// # Errors
    /// Those of the store.
    async fn count_off(&mut self, id: InvitationId) -> Result<bool, PortError>;

    /// Those of an account, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<Invitation>, PortError>;

    /// Removes one of an account; whether there was one.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove(&mut self, user_id: UserId, id: InvitationId) -> Result<bool, PortError>;

    /// Removes those whose time was over by then, `limit` at most; how many went.
    ///
    /// # Errors
    /// Those of the store.
    async fn prune(&mut self, before: Timestamp, limit: u32) -> Result<u64, PortError>;
}
