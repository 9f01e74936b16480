//! The queues of the consumers of one process.

use async_trait::async_trait;
use veza_core::kernel::bus::DeadLetter;
use veza_core::kernel::delivery::{Deliveries, Delivery, DeliveryFailure};
use veza_core::kernel::{
    ConsumerName, Event, EventId, PortError, PortErrorKind, Timestamp, TypedId as _,
};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

/// The first deliveries before which none of the same aggregate waits for its time.
pub(crate) fn due(consumer: &ConsumerName, now: Timestamp, limit: u32) -> Statement {
    Statement::new(
        "SELECT * FROM event_deliveries AS delivery
         WHERE consumer = $1 AND dead_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM event_deliveries AS before
             WHERE before.consumer = $1 AND before.aggregate_id = delivery.aggregate_id
               AND before.seq <= delivery.seq AND before.retry_at > $2)
         ORDER BY seq LIMIT $3",
    )
    .bind(consumer.as_str())
    .bind(now)
    .bind(limit)
}

/// The oldest dead letters.
pub(crate) fn dead(consumer: &ConsumerName, limit: u32) -> Statement {
    Statement::new(
        "SELECT * FROM event_deliveries WHERE consumer = $1 AND dead_at IS NOT NULL
         ORDER BY dead_at, seq LIMIT $2",
    )
    .bind(consumer.as_str())
    .bind(limit)
}

fn delivery(row: &Row) -> Result<Delivery, PortError> {
    Ok(Delivery {
        event: row.json("event")?,
        attempts: row.int("attempts")?,
    })
}

fn dead_letter(row: &Row) -> Result<DeadLetter, PortError> {
    Ok(DeadLetter {
        event: row.json("event")?,
        attempts: Some(row.int("attempts")?),
        reason: row.get("last_error")?,
        died_at: row.optional_time("dead_at")?,
    })
}

#[async_trait]
impl Deliveries for Unit {
    async fn add(&mut self, consumer: &ConsumerName, event: &Event) -> Result<(), PortError> {
        const OP: &str = "deliveries.add";
        let envelope = serde_json::to_value(event)
            .map_err(|error| PortError::caused(PortErrorKind::Internal, OP, error))?;
        Statement::new(
            "INSERT INTO event_deliveries (consumer, event_id, aggregate_id, event)
             VALUES ($1, $2, $3, $4) ON CONFLICT (consumer, event_id) DO NOTHING",
        )
        .bind(consumer.as_str())
        .bind(event.event_id.uuid())
        .bind(event.aggregate_id)
        .bind(envelope)
        .execute(self, OP)
        .await?;
        Ok(())
    }

    async fn due(
        &mut self,
        consumer: &ConsumerName,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, PortError> {
        let rows = due(consumer, now, limit)
            .all(self, "deliveries.due")
            .await?;
        rows.iter().map(delivery).collect()
    }

    async fn remove(&mut self, consumer: &ConsumerName, event: EventId) -> Result<(), PortError> {
        Statement::new("DELETE FROM event_deliveries WHERE consumer = $1 AND event_id = $2")
            .bind(consumer.as_str())
            .bind(event.uuid())
            .execute(self, "deliveries.remove")
            .await?;
        Ok(())
    }

    async fn note_failure(
        &mut self,
        consumer: &ConsumerName,
        failure: &DeliveryFailure,
        now: Timestamp,
    ) -> Result<(), PortError> {
        Statement::new(
            "UPDATE event_deliveries
             SET attempts = attempts + 1, last_error = $3, retry_at = $4, dead_at = $5
             WHERE consumer = $1 AND event_id = $2 AND dead_at IS NULL",
        )
        .bind(consumer.as_str())
        .bind(failure.event_id.uuid())
        .bind(&failure.reason)
        .bind(failure.retry_at)
        .bind(failure.retry_at.is_none().then_some(now))
        .execute(self, "deliveries.note_failure")
        .await?;
        Ok(())
    }

    async fn dead(
        &mut self,
        consumer: &ConsumerName,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, PortError> {
        let rows = dead(consumer, limit).all(self, "deliveries.dead").await?;
        rows.iter().map(dead_letter).collect()
    }

    async fn replay(&mut self, consumer: &ConsumerName, limit: u32) -> Result<u32, PortError> {
        const OP: &str = "deliveries.replay";
        let letters = dead(consumer, limit).all(self, OP).await?;
        let mut replayed = 0;
        for letter in &letters {
            let removed = Statement::new(
                "DELETE FROM event_deliveries
                 WHERE consumer = $1 AND event_id = $2 AND dead_at IS NOT NULL",
            )
            .bind(consumer.as_str())
            .bind(letter.get::<uuid::Uuid>("event_id")?)
            .execute(self, OP)
            .await?;
            // Somebody else may replay at the same time.
            if removed > 0 {
                self.add(consumer, &letter.json("event")?).await?;
                replayed += 1;
            }
        }
        Ok(replayed)
    }
}
