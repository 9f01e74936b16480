//! Accounts.

use async_trait::async_trait;
use veza_core::auth::{Ban, PasswordHash, User, UserId, Users};
use veza_core::kernel::{PortError, Role, Timestamp, TypedId as _};

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
        ban: ban(row)?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// The words of the partial index, so that it can be used.
pub(crate) fn admins() -> Statement {
    Statement::new("SELECT id FROM users WHERE role = 'admin'")
}

/// What these accounts may do as of now: locked one after the other, in the order of their ids.
pub(crate) fn with_roles(ids: &[UserId]) -> Statement {
    let mut statement = Statement::new("SELECT id, role FROM users WHERE id IN (");
    for (place, id) in ids.iter().enumerate() {
        if place > 0 {
            statement = statement.push(", ");
        }
        statement = statement.push_bind(id.uuid());
    }
    statement.push(") ORDER BY id").locking("users")
}

fn ban(row: &Row) -> Result<Option<Ban>, PortError> {
    let Some(since) = row.optional_time("banned_at")? else {
        return Ok(None);
    };
    Ok(Some(Ban {
        by: row.id("banned_by")?,
        reason: row.get("ban_reason")?,
        since,
        until: row.optional_time("banned_until")?,
    }))
}

#[async_trait]
impl Users for Unit {
    async fn add(&mut self, user: &User) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO users (id, email, username, role, password_hash, created_at, updated_at,
                                ban_reason, banned_by, banned_at, banned_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(user.id.uuid())
        .bind(&user.email)
        .bind(&user.username)
        .bind(user.role.as_str())
        .bind(user.password_hash.expose())
        .bind(user.created_at)
        .bind(user.updated_at)
        .bind(user.ban.as_ref().map(|ban| &ban.reason))
        .bind(user.ban.as_ref().map(|ban| ban.by.uuid()))
        .bind(user.ban.as_ref().map(|ban| ban.since))
        .bind(user.ban.as_ref().and_then(|ban| ban.until))
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

    async fn find_by_username(&mut self, username: &str) -> Result<Option<User>, PortError> {
        let row = Statement::new("SELECT * FROM users WHERE username = $1")
            .bind(username)
            .locking("users")
            .optional(self, "users.find_by_username")
            .await?;
        row.as_ref().map(user).transpose()
    }

    async fn update(&mut self, user: &User) -> Result<bool, PortError> {
        let changed = Statement::new(
            "UPDATE users
             SET email = $2, username = $3, role = $4, password_hash = $5, updated_at = $6,
                 ban_reason = $7, banned_by = $8, banned_at = $9, banned_until = $10
             WHERE id = $1",
        )
        .bind(user.id.uuid())
        .bind(&user.email)
        .bind(&user.username)
        .bind(user.role.as_str())
        .bind(user.password_hash.expose())
        .bind(user.updated_at)
        .bind(user.ban.as_ref().map(|ban| &ban.reason))
        .bind(user.ban.as_ref().map(|ban| ban.by.uuid()))
        .bind(user.ban.as_ref().map(|ban| ban.since))
        .bind(user.ban.as_ref().and_then(|ban| ban.until))
        .execute(self, "users.update")
        .await?;
        Ok(changed == 1)
    }

    async fn lock_admins(&mut self, others: &[UserId]) -> Result<Vec<UserId>, PortError> {
        const OP: &str = "users.lock_admins";
        let rows = admins().all(self, OP).await?;
        let ids = rows.iter().map(|row| row.id("id"));
        let mut ids: Vec<UserId> = ids.collect::<Result<_, _>>()?;
        ids.extend(others);
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // Who was one when they were looked for may be none when they are locked.
        let mut locked = Vec::new();
        for row in with_roles(&ids).all(self, OP).await? {
            if row.get::<String>("role")? == Role::Admin.as_str() {
                locked.push(row.id("id")?);
            }
        }
        Ok(locked)
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
