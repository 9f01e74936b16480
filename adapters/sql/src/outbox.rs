//! Events to be published.

use async_trait::async_trait;
use serde_json::Value;
use veza_core::kernel::outbox::{Backlog, Outbox, ParkedEvent, PendingEvent, PublishFailure};
use veza_core::kernel::{Event, EventId, PortError, PortErrorKind, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

/// The oldest pending events.
pub(crate) fn unpublished(limit: u32) -> Statement {
    Statement::new(
        "SELECT * FROM outbox_events WHERE published_at IS NULL AND parked_at IS NULL
         ORDER BY seq LIMIT $1",
    )
    .bind(limit)
}

/// The oldest pending events before which none of the same aggregate waits for its time.
pub(crate) fn due(now: Timestamp, limit: u32) -> Statement {
    Statement::new(
        "SELECT * FROM outbox_events AS event
         WHERE published_at IS NULL AND parked_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM outbox_events AS before
             WHERE before.aggregate_id = event.aggregate_id AND before.seq <= event.seq
               AND before.retry_at > $1)
         ORDER BY seq LIMIT $2",
    )
    .bind(now)
    .bind(limit)
}

/// The events that were parked first.
pub(crate) fn parked(limit: u32) -> Statement {
    Statement::new(
        "SELECT * FROM outbox_events WHERE parked_at IS NOT NULL
         ORDER BY parked_at, seq LIMIT $1",
    )
    .bind(limit)
}

/// Removes the events that were published first.
pub(crate) fn forget(before: Timestamp, limit: u32) -> Statement {
    Statement::new(
        "DELETE FROM outbox_events WHERE seq IN (
             SELECT seq FROM outbox_events WHERE published_at < $1
             ORDER BY published_at LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
}

/// The number of events in each state, and the time of the first.
pub(crate) fn backlog() -> Statement {
    Statement::new(
        "SELECT
             (SELECT count(*) FROM outbox_events
              WHERE published_at IS NULL AND parked_at IS NULL) AS pending,
             (SELECT occurred_at FROM outbox_events
              WHERE published_at IS NULL AND parked_at IS NULL ORDER BY seq LIMIT 1) AS oldest,
             (SELECT count(*) FROM outbox_events WHERE parked_at IS NOT NULL) AS parked",
    )
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

    async fn fetch_due(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PendingEvent>, PortError> {
        let rows = due(now, limit).all(self, "outbox.fetch_due").await?;
        let pending = |row: &Row| {
            Ok(PendingEvent {
                event: event(row)?,
                attempts: row.int("attempts")?,
            })
        };
        rows.iter().map(pending).collect()
    }

    async fn mark_published(&mut self, ids: &[EventId], now: Timestamp) -> Result<(), PortError> {
        let listed = self.dialect().one_of_ids(1);
        Statement::new(format!(
            "UPDATE outbox_events SET published_at = $2, retry_at = NULL, parked_at = NULL
             WHERE event_id {listed} AND published_at IS NULL"
        ))
        .bind(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>())
        .bind(now)
        .execute(self, "outbox.mark_published")
        .await?;
        Ok(())
    }

    async fn note_failure(
        &mut self,
        failure: &PublishFailure,
        now: Timestamp,
    ) -> Result<(), PortError> {
        Statement::new(
            "UPDATE outbox_events
             SET attempts = attempts + 1, last_error = $2, retry_at = $3, parked_at = $4
             WHERE event_id = $1 AND published_at IS NULL AND parked_at IS NULL",
        )
        .bind(failure.event_id.uuid())
        .bind(&failure.reason)
        .bind(failure.retry_at)
        .bind(failure.retry_at.is_none().then_some(now))
        .execute(self, "outbox.note_failure")
        .await?;
        Ok(())
    }

    async fn list_parked(&mut self, limit: u32) -> Result<Vec<ParkedEvent>, PortError> {
        let rows = parked(limit).all(self, "outbox.list_parked").await?;
        let parked = |row: &Row| {
            Ok(ParkedEvent {
                event: event(row)?,
                attempts: row.int("attempts")?,
                reason: row.get("last_error")?,
                parked_at: row.time("parked_at")?,
            })
        };
        rows.iter().map(parked).collect()
    }

    async fn unpark(&mut self, id: EventId) -> Result<bool, PortError> {
        let unparked = Statement::new(
            "UPDATE outbox_events SET parked_at = NULL, attempts = 0
             WHERE event_id = $1 AND parked_at IS NOT NULL",
        )
        .bind(id.uuid())
        .execute(self, "outbox.unpark")
        .await?;
        Ok(unparked > 0)
    }

    async fn backlog(&mut self) -> Result<Backlog, PortError> {
        let row = backlog().optional(self, "outbox.backlog").await?;
        let Some(row) = row else {
            return Ok(Backlog::default());
        };
        Ok(Backlog {
            pending: row.int("pending")?,
            oldest: row.optional_time("oldest")?,
            parked: row.int("parked")?,
        })
    }

    async fn forget_published(&mut self, before: Timestamp, limit: u32) -> Result<u64, PortError> {
        let forget = forget(before, limit);
        forget.execute(self, "outbox.forget_published").await
    }
}
