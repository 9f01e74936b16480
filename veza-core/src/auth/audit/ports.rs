//! What the record needs from the store.

use async_trait::async_trait;

use crate::auth::UserId;
use crate::kernel::{PortError, Timestamp};

use super::model::{AuditEvent, AuditFilter};

/// The record of a unit of work. Nothing in it is ever changed or removed.
#[async_trait]
pub trait AuditLog: Send {
    /// Adds a line.
    ///
    /// # Errors
    /// `Duplicate("id")` when there is one with this id; those of the store.
    async fn append(&mut self, event: &AuditEvent) -> Result<(), PortError>;

    /// The lines that are wanted, the newest first, by time and id.
    ///
    /// # Errors
    /// Those of the store.
    async fn list(&mut self, filter: &AuditFilter) -> Result<Vec<AuditEvent>, PortError>;

    /// The network addresses, each once and in no order, from which an account did what came off
    /// since then; the newest `limit` of these acts are looked at.
    ///
    /// # Errors
    /// Those of the store.
    async fn addresses_of(
        &mut self,
        actor: UserId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<String>, PortError>;
}
