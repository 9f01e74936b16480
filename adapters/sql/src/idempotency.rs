//! Idempotency keys.

use async_trait::async_trait;
use veza_core::auth::UserId;
use veza_core::kernel::idempotency::{Attempt, AttemptId, IdempotencyKeys, Progress, Ticket};
use veza_core::kernel::{PortError, PortErrorKind, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn attempt(row: &Row) -> Result<Attempt, PortError> {
    Ok(Attempt {
        owner: row.id("owner_id")?,
        key: row.get("key")?,
        id: row.id("attempt_id")?,
        operation: row.get("operation")?,
        request_hash: row.parsed("request_hash", |hash: Vec<u8>| hash.try_into().ok())?,
        progress: match row.get::<String>("progress")?.as_str() {
            "begun" => Progress::Begun,
            "took_effect" => Progress::TookEffect,
            // The table knows no fourth.
            _ => Progress::Answered(row.get("answer")?),
        },
        began_at: row.time("began_at")?,
        expires_at: row.time("expires_at")?,
    })
}

fn answer(progress: &Progress) -> Option<&[u8]> {
    match progress {
        Progress::Answered(sealed) => Some(sealed),
        Progress::Begun | Progress::TookEffect => None,
    }
}

/// Forgets keys whose time is over.
pub(crate) fn prune(now: Timestamp, limit: u32) -> Statement {
    Statement::new(
        "DELETE FROM idempotency_keys WHERE (owner_id, key) IN (
             SELECT owner_id, key FROM idempotency_keys
             WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(now)
    .bind(limit)
}

#[async_trait]
impl IdempotencyKeys for Unit {
    async fn find(&mut self, owner: UserId, key: &str) -> Result<Option<Attempt>, PortError> {
        let row = Statement::new("SELECT * FROM idempotency_keys WHERE owner_id = $1 AND key = $2")
            .bind(owner.uuid())
            .bind(key)
            .locking("idempotency_keys")
            .optional(self, "idempotency_keys.find")
            .await?;
        row.as_ref().map(attempt).transpose()
    }

    async fn put(
        &mut self,
        attempt: &Attempt,
        replaced: Option<AttemptId>,
    ) -> Result<(), PortError> {
        const OP: &str = "idempotency_keys.put";
        // A row that is there is replaced if it is the one which is meant to be, and otherwise, as
        // when none is, left alone: then no row is changed.
        let rows = Statement::new(
            "INSERT INTO idempotency_keys (owner_id, key, attempt_id, operation, request_hash,
                                           progress, answer, began_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (owner_id, key) DO UPDATE
             SET attempt_id = excluded.attempt_id, operation = excluded.operation,
                 request_hash = excluded.request_hash, progress = excluded.progress,
                 answer = excluded.answer, began_at = excluded.began_at,
                 expires_at = excluded.expires_at
             WHERE idempotency_keys.attempt_id = $10",
        )
        .bind(attempt.owner.uuid())
        .bind(&attempt.key)
        .bind(attempt.id.uuid())
        .bind(&attempt.operation)
        .bind(&attempt.request_hash[..])
        .bind(attempt.progress.as_str())
        .bind(answer(&attempt.progress))
        .bind(attempt.began_at)
        .bind(attempt.expires_at)
        .bind(replaced.map(|id| id.uuid()))
        .execute(self, OP)
        .await?;
        match rows {
            0 => {
                let taken = PortErrorKind::Duplicate("idempotency_key");
                Err(PortError::new(taken, OP))
            }
            _ => Ok(()),
        }
    }

    async fn take_effect(&mut self, ticket: &Ticket) -> Result<bool, PortError> {
        let rows = Statement::new(
            "UPDATE idempotency_keys
             SET progress = CASE progress WHEN 'begun' THEN 'took_effect' ELSE progress END
             WHERE owner_id = $1 AND key = $2 AND attempt_id = $3",
        )
        .bind(ticket.owner.uuid())
        .bind(&ticket.key)
        .bind(ticket.attempt.uuid())
        .execute(self, "idempotency_keys.take_effect")
        .await?;
        Ok(rows == 1)
    }

    async fn answer(&mut self, ticket: &Ticket, sealed: &[u8]) -> Result<bool, PortError> {
        let rows = Statement::new(
            "UPDATE idempotency_keys SET progress = 'answered', answer = $4
             WHERE owner_id = $1 AND key = $2 AND attempt_id = $3",
        )
        .bind(ticket.owner.uuid())
        .bind(&ticket.key)
        .bind(ticket.attempt.uuid())
        .bind(sealed)
        .execute(self, "idempotency_keys.answer")
        .await?;
        Ok(rows == 1)
    }

    async fn release(&mut self, ticket: &Ticket) -> Result<bool, PortError> {
        let rows = Statement::new(
            "DELETE FROM idempotency_keys
             WHERE owner_id = $1 AND key = $2 AND attempt_id = $3 AND progress = 'begun'",
        )
        .bind(ticket.owner.uuid())
        .bind(&ticket.key)
        .bind(ticket.attempt.uuid())
        .execute(self, "idempotency_keys.release")
        .await?;
        Ok(rows == 1)
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError> {
        prune(now, limit)
            .execute(self, "idempotency_keys.prune")
            .await
    }
}
