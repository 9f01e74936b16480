//! Accounts.

use async_trait::async_trait;
use veza_core::auth::{PasswordHash, User, UserId, Users};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn user(row: &Row) -> Result<User, PortError> {
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
impl Users for Unit {
    async fn add(&mut self, user: &User) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO users (id, email, username, role, password_hash, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(user.id.uuid())
        .bind(&user.email)
        .bind(&user.username)
        .bind(user.role.as_str())
        .bind(user.password_hash.expose())
        .bind(user.created_at)
        .bind(user.updated_at)
        .execute(self, "users.add")
        .await?;
        Ok(())
    }

    async fn find(&mut self, id: UserId) -> Result<Option<User>, PortError> {
        let row = Statement::new("SELECT * FROM users WHERE id = $1")
            .bind(id.uuid())
            .locking("users")
            .optional(self, "users.find")
            .await?;
        row.as_ref().map(user).transpose()
    }

    async fn find_by_email(&mut self, email: &str) -> Result<Option<User>, PortError> {
        let row = Statement::new("SELECT * FROM users WHERE email = $1")
            .bind(email)
            .locking("users")
            .optional(self, "users.find_by_email")
            .await?;
        row.as_ref().map(user).transpose()
    }

    async fn set_password_hash(
        &mut self,
        id: UserId,
        hash: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), PortError> {
        Statement::new("UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1")
            .bind(id.uuid())
            .bind(hash.expose())
            .bind(now)
            .execute(self, "users.set_password_hash")
            .await?;
        Ok(())
    }
}
