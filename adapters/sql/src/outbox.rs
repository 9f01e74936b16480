//! Events to be published.

use async_trait::async_trait;
use serde_json::Value;
use veza_core::kernel::outbox::Outbox;
use veza_core::kernel::{Event, EventId, PortError, PortErrorKind, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

/// The oldest events which are not published yet.
pub(crate) fn unpublished(limit: u32) -> Statement {
    Statement::new("SELECT * FROM outbox_events WHERE published_at IS NULL ORDER BY seq LIMIT $1")
        .bind(limit)
}

fn event(row: &Row) -> Result<Event, PortError> {
    Ok(Event {
        event_id: row.id("event_id")?,
        event_type: row.get("event_type")?,
        aggregate_id: row.get("aggregate_id")?,
        aggregate_type: row.get("aggregate_type")?,
        timestamp: row.time("occurred_at")?,
        version: row.int("version")?,
        data: row.json("data")?,
        metadata: row.json("metadata")?,
    })
}

#[async_trait]
impl Outbox for Unit {
    async fn append(&mut self, event: &Event) -> Result<(), PortError> {
        const OP: &str = "outbox.append";
        let metadata: Value = serde_json::to_value(&event.metadata)
            .map_err(|error| PortError::caused(PortErrorKind::Internal, OP, error))?;
        Statement::new(
            "INSERT INTO outbox_events (event_id, event_type, aggregate_id, aggregate_type,
                                        occurred_at, version, data, metadata)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(event.event_id.uuid())
        .bind(&event.event_type)
        .bind(event.aggregate_id)
        .bind(&event.aggregate_type)
        .bind(event.timestamp)
        .bind(event.version)
        .bind(&event.data)
        .bind(metadata)
        .execute(self, OP)
        .await?;
        Ok(())
    }

    async fn fetch_unpublished(&mut self, limit: u32) -> Result<Vec<Event>, PortError> {
        let rows = unpublished(limit)
            .all(self, "outbox.fetch_unpublished")
            .await?;
        rows.iter().map(event).collect()
    }

    async fn mark_published(&mut self, ids: &[EventId], now: Timestamp) -> Result<(), PortError> {
        let listed = self.dialect().one_of_ids(1);
        Statement::new(format!(
            "UPDATE outbox_events SET published_at = $2
             WHERE event_id {listed} AND published_at IS NULL"
        ))
        .bind(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>())
        .bind(now)
        .execute(self, "outbox.mark_published")
        .await?;
        Ok(())
    }
}
