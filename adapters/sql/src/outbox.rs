//! Events to be published.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use veza_core::kernel::outbox::Outbox;
use veza_core::kernel::{Event, EventId, PortError, PortErrorKind, Timestamp, TypedId as _};

use crate::dialect::sqlite::port_error;
use crate::row::Reader;
use crate::unit::SqliteUnit;

/// The oldest events which are not published yet.
pub(crate) const UNPUBLISHED: &str =
    "SELECT * FROM outbox_events WHERE published_at IS NULL ORDER BY seq LIMIT $1";

fn event(row: &SqliteRow) -> Result<Event, PortError> {
    let row = Reader {
        op: "outbox.fetch_unpublished",
        row,
    };
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
impl Outbox for SqliteUnit {
    async fn append(&mut self, event: &Event) -> Result<(), PortError> {
        const OP: &str = "outbox.append";
        let metadata = serde_json::to_string(&event.metadata)
            .map_err(|error| PortError::caused(PortErrorKind::Internal, OP, error))?;
        sqlx::query(
            "INSERT INTO outbox_events (event_id, event_type, aggregate_id, aggregate_type,
                                        occurred_at, version, data, metadata)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(event.event_id.uuid())
        .bind(&event.event_type)
        .bind(event.aggregate_id)
        .bind(&event.aggregate_type)
        .bind(event.timestamp.as_millis())
        .bind(i64::from(event.version))
        .bind(event.data.to_string())
        .bind(metadata)
        .execute(self.connection())
        .await
        .map_err(|error| port_error(OP, error))?;
        Ok(())
    }

    async fn fetch_unpublished(&mut self, limit: u32) -> Result<Vec<Event>, PortError> {
        let rows = sqlx::query(UNPUBLISHED)
            .bind(i64::from(limit))
            .fetch_all(self.connection())
            .await
            .map_err(|error| port_error("outbox.fetch_unpublished", error))?;
        rows.iter().map(event).collect()
    }

    async fn mark_published(&mut self, ids: &[EventId], now: Timestamp) -> Result<(), PortError> {
        for id in ids {
            sqlx::query(
                "UPDATE outbox_events SET published_at = $2
                 WHERE event_id = $1 AND published_at IS NULL",
            )
            .bind(id.uuid())
            .bind(now.as_millis())
            .execute(self.connection())
            .await
            .map_err(|error| port_error("outbox.mark_published", error))?;
        }
        Ok(())
    }
}
