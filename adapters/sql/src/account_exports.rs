//! Exports of accounts.

use async_trait::async_trait;
use veza_core::auth::UserId;
use veza_core::exports::{AccountExport, AccountExports, ExportState};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn export(row: &Row) -> Result<AccountExport, PortError> {
    let name: String = row.get("state")?;
    let state = match name.as_str() {
        "pending" => ExportState::Pending,
        "ready" => ExportState::Ready {
            attempt: row.int("attempt")?,
            size: row.int("size_bytes")?,
            expires_at: row.time("expires_at")?,
        },
        "failed" => ExportState::Failed,
        _ => return Err(row.corrupt("state")),
    };
    Ok(AccountExport {
        id: row.id("id")?,
        user_id: row.id("user_id")?,
        state,
        requested_at: row.time("requested_at")?,
    })
}

/// Those that are ready and whose time is over.
pub(crate) fn expired(now: Timestamp, limit: u32) -> Statement {
    Statement::new(
        "SELECT * FROM account_exports WHERE expires_at <= $1
         ORDER BY expires_at, user_id LIMIT $2",
    )
    .bind(now)
    .bind(limit)
}

#[async_trait]
impl AccountExports for Unit {
    async fn put(&mut self, export: &AccountExport) -> Result<(), PortError> {
        let (attempt, size, expires_at) = match export.state {
            ExportState::Ready {
                attempt,
                size,
                expires_at,
            } => (
                Some(i64::from(attempt)),
                i64::try_from(size).ok(),
                Some(expires_at),
            ),
            ExportState::Pending | ExportState::Failed => (None, None, None),
        };
        Statement::new(
            "INSERT INTO account_exports (user_id, id, state, attempt, size_bytes, expires_at,
                                          requested_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (user_id) DO UPDATE
             SET id = excluded.id, state = excluded.state, attempt = excluded.attempt,
                 size_bytes = excluded.size_bytes, expires_at = excluded.expires_at,
                 requested_at = excluded.requested_at",
        )
        .bind(export.user_id.uuid())
        .bind(export.id.uuid())
        .bind(export.state.as_str())
        .bind(attempt)
        .bind(size)
        .bind(expires_at)
        .bind(export.requested_at)
        .execute(self, "account_exports.put")
        .await?;
        Ok(())
    }

    async fn find(&mut self, user_id: UserId) -> Result<Option<AccountExport>, PortError> {
        let row = Statement::new("SELECT * FROM account_exports WHERE user_id = $1")
            .bind(user_id.uuid())
            .optional(self, "account_exports.find")
            .await?;
        row.as_ref().map(export).transpose()
    }

    async fn remove(&mut self, user_id: UserId) -> Result<bool, PortError> {
        let rows = Statement::new("DELETE FROM account_exports WHERE user_id = $1")
            .bind(user_id.uuid())
            .execute(self, "account_exports.remove")
            .await?;
        Ok(rows > 0)
    }

    async fn expired(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<AccountExport>, PortError> {
        let rows = expired(now, limit)
            .all(self, "account_exports.expired")
            .await?;
        rows.iter().map(export).collect()
    }
}
