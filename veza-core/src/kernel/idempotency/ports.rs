//! Where keys are kept.

use async_trait::async_trait;

use crate::auth::UserId;
use crate::kernel::{PortError, Timestamp};

use super::model::{Attempt, AttemptId, Ticket};

/// The idempotency keys of a unit of work.
#[async_trait]
pub trait IdempotencyKeys: Send {
    /// The latest attempt of this key of this account.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, owner: UserId, key: &str) -> Result<Option<Attempt>, PortError>;

    /// Stores an attempt in the place of the one which is kept for its key: `replaced`, or none.
    ///
    /// # Errors
    /// `Duplicate("idempotency_key")` when it is another that is kept; those of the store.
    async fn put(
        &mut self,
        attempt: &Attempt,
        replaced: Option<AttemptId>,
    ) -> Result<(), PortError>;

    /// Notes that the attempt has taken effect with this unit of work; answers whether the key is
    /// still its own. If it is not, the unit of work must not be committed. Nothing happens to one
    /// which has taken effect already.
    ///
    /// # Errors
    /// Those of the store.
    async fn take_effect(&mut self, ticket: &Ticket) -> Result<bool, PortError>;

    /// Stores the sealed answer of an attempt; answers whether the key is still its own.
    ///
    /// # Errors
    /// Those of the store.
    async fn answer(&mut self, ticket: &Ticket, sealed: &[u8]) -> Result<bool, PortError>;

    /// Forgets a key whose attempt has changed nothing; answers whether it did.
    ///
    /// # Errors
    /// Those of the store.
    async fn release(&mut self, ticket: &Ticket) -> Result<bool, PortError>;

    /// Forgets at most `limit` keys whose time is over; answers how many.
    ///
    /// # Errors
    /// Those of the store.
    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError>;
}
