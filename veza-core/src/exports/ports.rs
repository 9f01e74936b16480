//! Where exports are kept.

use async_trait::async_trait;

use crate::auth::UserId;
use crate::kernel::{PortError, Timestamp};

use super::model::AccountExport;

/// The exports of a unit of work. Whoever changes the one of an account has found, and so locked,
/// the account first.
#[async_trait]
pub trait AccountExports: Send {
    /// Stores the one of an account, in place of any before.
    ///
    /// # Errors
    /// `MissingReference` when there is no such account; those of the store.
    async fn put(&mut self, export: &AccountExport) -> Result<(), PortError>;

    /// The one of an account. It is not locked.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, user_id: UserId) -> Result<Option<AccountExport>, PortError>;

    /// Removes the one of an account; whether there was one.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove(&mut self, user_id: UserId) -> Result<bool, PortError>;

    /// Those that are ready and whose time to be fetched is over, the longest first, `limit` at
    /// most.
    ///
    /// # Errors
    /// Those of the store.
    async fn expired(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<AccountExport>, PortError>;
}
