//! What keys need from the store.

use async_trait::async_trait;

use crate::auth::UserId;
use crate::kernel::{PortError, Timestamp};

use super::model::{ApiKey, ApiKeyId};

/// The keys of a unit of work. Whoever changes the keys of an account has found, and so locked,
/// the account first.
#[async_trait]
pub trait ApiKeys: Send {
    /// Adds one.
    ///
    /// # Errors
    /// `MissingReference` when there is no such account; those of the store.
    async fn add(&mut self, key: &ApiKey) -> Result<(), PortError>;

    /// The one with this id, whether its time is over or not. It is not locked.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>, PortError>;

    /// Those of an account, the newest first.
    ///
    /// # Errors
    /// Those of the store.
    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<ApiKey>, PortError>;

    /// Remembers that one was used; nothing happens when there is none.
    ///
    /// # Errors
    /// Those of the store.
    async fn set_last_used(&mut self, id: ApiKeyId, at: Timestamp) -> Result<(), PortError>;

    /// Removes one; whether there was one.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove(&mut self, id: ApiKeyId) -> Result<bool, PortError>;
}
