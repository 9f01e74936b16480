//! When jobs that come back are due.

use async_trait::async_trait;
use veza_core::jobs::Schedules;
use veza_core::kernel::{PortError, Timestamp};

use crate::statement::Statement;
use crate::unit::Unit;

#[async_trait]
impl Schedules for Unit {
    async fn next_due(&mut self, name: &str) -> Result<Option<Timestamp>, PortError> {
        let row = Statement::new("SELECT next_at FROM schedules WHERE name = $1")
            .bind(name)
            .locking("schedules")
            .optional(self, "schedules.next_due")
            .await?;
        row.map(|row| row.time("next_at")).transpose()
    }

    async fn start(&mut self, name: &str, due: Timestamp) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO schedules (name, next_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(due)
        .execute(self, "schedules.start")
        .await?;
        Ok(())
    }

    async fn advance(&mut self, name: &str, due: Timestamp) -> Result<(), PortError> {
        Statement::new("UPDATE schedules SET next_at = $2 WHERE name = $1")
            .bind(name)
            .bind(due)
            .execute(self, "schedules.advance")
            .await?;
        Ok(())
    }
}
