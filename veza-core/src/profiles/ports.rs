//! Where pictures of people are kept.

use async_trait::async_trait;

use crate::auth::UserId;
use crate::kernel::PortError;

use super::model::Avatar;

/// The pictures of a unit of work.
#[async_trait]
pub trait Avatars: Send {
    /// The picture of a person; locked until the end of a unit of work that writes.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, user_id: UserId) -> Result<Option<Avatar>, PortError>;

    /// Stores the picture of a person in the place of the one before.
    ///
    /// # Errors
    /// `MissingReference` when there is no such account; those of the store.
    async fn put(&mut self, avatar: &Avatar) -> Result<(), PortError>;
}
