//! Keys of programs.

use async_trait::async_trait;
use serde_json::Value as Json;
use veza_core::auth::{ApiKey, ApiKeyId, ApiKeys, UserId};
use veza_core::kernel::{Permission, PortError, PortErrorKind, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn key(row: &Row) -> Result<ApiKey, PortError> {
    Ok(ApiKey {
        id: row.id("id")?,
        user_id: row.id("user_id")?,
        name: row.get("name")?,
        digest: row.digest("digest")?,
        permissions: row.json("permissions")?,
        created_at: row.time("created_at")?,
        expires_at: row.optional_time("expires_at")?,
        last_used_at: row.optional_time("last_used_at")?,
    })
}

fn names(permissions: &[Permission], op: &'static str) -> Result<Json, PortError> {
    serde_json::to_value(permissions)
        .map_err(|error| PortError::caused(PortErrorKind::Internal, op, error))
}

#[async_trait]
impl ApiKeys for Unit {
    async fn add(&mut self, key: &ApiKey) -> Result<(), PortError> {
        const OP: &str = "api_keys.add";
        Statement::new(
            "INSERT INTO api_keys (id, user_id, name, digest, permissions, created_at, expires_at,
                                   last_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(key.id.uuid())
        .bind(key.user_id.uuid())
        .bind(&key.name)
        .bind(&key.digest)
        .bind(names(&key.permissions, OP)?)
        .bind(key.created_at)
        .bind(key.expires_at)
        .bind(key.last_used_at)
        .execute(self, OP)
        .await?;
        Ok(())
    }

    async fn find(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>, PortError> {
        let row = Statement::new("SELECT * FROM api_keys WHERE id = $1")
            .bind(id.uuid())
            .optional(self, "api_keys.find")
            .await?;
        row.as_ref().map(key).transpose()
    }

    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<ApiKey>, PortError> {
        let rows = Statement::new(
            "SELECT * FROM api_keys WHERE user_id = $1 ORDER BY created_at DESC, id DESC",
        )
        .bind(user_id.uuid())
        .all(self, "api_keys.list_of")
        .await?;
        rows.iter().map(key).collect()
    }

    async fn set_last_used(&mut self, id: ApiKeyId, at: Timestamp) -> Result<(), PortError> {
        Statement::new("UPDATE api_keys SET last_used_at = $2 WHERE id = $1")
            .bind(id.uuid())
            .bind(at)
            .execute(self, "api_keys.set_last_used")
            .await?;
        Ok(())
    }

    async fn remove(&mut self, id: ApiKeyId) -> Result<bool, PortError> {
        let rows = Statement::new("DELETE FROM api_keys WHERE id = $1")
            .bind(id.uuid())
            .execute(self, "api_keys.remove")
            .await?;
        Ok(rows > 0)
    }
}
