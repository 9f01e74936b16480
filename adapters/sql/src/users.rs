//! Accounts.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use veza_core::auth::{PasswordHash, User, UserId, Users};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::dialect::sqlite::port_error;
use crate::row::Reader;
use crate::unit::SqliteUnit;

fn user(op: &'static str, row: &SqliteRow) -> Result<User, PortError> {
    let row = Reader { op, row };
    Ok(User {
        id: row.id("id")?,
        email: row.get("email")?,
        username: row.get("username")?,
        role: row.parsed("role", |role: String| role.parse().ok())?,
        password_hash: PasswordHash::new(row.get::<String>("password_hash")?),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

#[async_trait]
impl Users for SqliteUnit {
    async fn add(&mut self, user: &User) -> Result<(), PortError> {
        sqlx::query(
            "INSERT INTO users (id, email, username, role, password_hash, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(user.id.uuid())
        .bind(&user.email)
        .bind(&user.username)
        .bind(user.role.as_str())
        .bind(user.password_hash.expose())
        .bind(user.created_at.as_millis())
        .bind(user.updated_at.as_millis())
        .execute(self.connection())
        .await
        .map_err(|error| port_error("users.add", error))?;
        Ok(())
    }

    async fn find(&mut self, id: UserId) -> Result<Option<User>, PortError> {
        const OP: &str = "users.find";
        let row = sqlx::query("SELECT * FROM users WHERE id = $1")
            .bind(id.uuid())
            .fetch_optional(self.connection())
            .await
            .map_err(|error| port_error(OP, error))?;
        row.map(|row| user(OP, &row)).transpose()
    }

    async fn find_by_email(&mut self, email: &str) -> Result<Option<User>, PortError> {
        const OP: &str = "users.find_by_email";
        let row = sqlx::query("SELECT * FROM users WHERE email = $1")
            .bind(email)
            .fetch_optional(self.connection())
            .await
            .map_err(|error| port_error(OP, error))?;
        row.map(|row| user(OP, &row)).transpose()
    }

    async fn set_password_hash(
        &mut self,
        id: UserId,
        hash: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), PortError> {
        sqlx::query("UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1")
            .bind(id.uuid())
            .bind(hash.expose())
            .bind(now.as_millis())
            .execute(self.connection())
            .await
            .map_err(|error| port_error("users.set_password_hash", error))?;
        Ok(())
    }
}
