//! Which consumer has seen which event.

use async_trait::async_trait;
use veza_core::kernel::inbox::Inbox;
use veza_core::kernel::{ConsumerName, EventId, PortError, Timestamp, TypedId as _};

use crate::statement::Statement;
use crate::unit::Unit;

/// Removes what was seen first.
pub(crate) fn forget(before: Timestamp, limit: u32) -> Statement {
    Statement::new(
        "DELETE FROM inbox_events WHERE (consumer, event_id) IN (
             SELECT consumer, event_id FROM inbox_events WHERE seen_at < $1
             ORDER BY seen_at LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
}

#[async_trait]
impl Inbox for Unit {
    async fn first_time(
        &mut self,
        consumer: &ConsumerName,
        event: EventId,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        // On PostgreSQL this waits for another unit that has just inserted the same.
        let noted = Statement::new(
            "INSERT INTO inbox_events (consumer, event_id, seen_at) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )
        .bind(consumer.as_str())
        .bind(event.uuid())
        .bind(now)
        .execute(self, "inbox.first_time")
        .await?;
        Ok(noted > 0)
    }

    async fn forget(&mut self, before: Timestamp, limit: u32) -> Result<u64, PortError> {
        forget(before, limit).execute(self, "inbox.forget").await
    }
}
