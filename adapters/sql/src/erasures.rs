//! Accounts that are to be erased.

use async_trait::async_trait;
use veza_core::auth::{Erasure, Erasures, UserId};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn erasure(row: &Row) -> Result<Erasure, PortError> {
    Ok(Erasure {
        user_id: row.id("user_id")?,
        requested_at: row.time("requested_at")?,
        due_at: row.time("due_at")?,
    })
}

#[async_trait]
impl Erasures for Unit {
    async fn add(&mut self, erasure: &Erasure) -> Result<(), PortError> {
        Statement::new("INSERT INTO erasures (user_id, requested_at, due_at) VALUES ($1, $2, $3)")
            .bind(erasure.user_id.uuid())
            .bind(erasure.requested_at)
            .bind(erasure.due_at)
            .execute(self, "erasures.add")
            .await?;
        Ok(())
    }

    async fn find(&mut self, user_id: UserId) -> Result<Option<Erasure>, PortError> {
        let row = Statement::new("SELECT * FROM erasures WHERE user_id = $1")
            .bind(user_id.uuid())
            .optional(self, "erasures.find")
            .await?;
        row.as_ref().map(erasure).transpose()
    }

    async fn remove(&mut self, user_id: UserId) -> Result<bool, PortError> {
        let rows = Statement::new("DELETE FROM erasures WHERE user_id = $1")
            .bind(user_id.uuid())
            .execute(self, "erasures.remove")
            .await?;
        Ok(rows > 0)
    }

    async fn due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Erasure>, PortError> {
        let rows = Statement::new(
            "SELECT * FROM erasures WHERE due_at <= $1 ORDER BY due_at, user_id LIMIT $2",
        )
        .bind(now)
        .bind(limit)
        .all(self, "erasures.due")
        .await?;
        rows.iter().map(erasure).collect()
    }
}
