//! Registrations that wait for a proof.

use async_trait::async_trait;
use veza_core::auth::{PasswordHash, PendingRegistration, PendingRegistrations, TokenDigest};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn pending(row: &Row) -> Result<PendingRegistration, PortError> {
    Ok(PendingRegistration {
        id: row.id("id")?,
        email: row.get("email")?,
        username: row.get("username")?,
        password_hash: PasswordHash::new(row.get::<String>("password_hash")?),
        token: row.digest("token_digest")?,
        invitation: row.optional_digest("invitation_digest")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
    })
}

#[async_trait]
impl PendingRegistrations for Unit {
    async fn add(&mut self, pending: &PendingRegistration) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO pending_registrations (id, email, username, password_hash, token_digest,
                                                invitation_digest, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(pending.id.uuid())
        .bind(&pending.email)
        .bind(&pending.username)
        .bind(pending.password_hash.expose())
        .bind(&pending.token)
        .bind(&pending.invitation)
        .bind(pending.created_at)
        .bind(pending.expires_at)
        .execute(self, "pending_registrations.add")
        .await?;
        Ok(())
    }

    async fn find_by_token(
        &mut self,
        token: &TokenDigest,
    ) -> Result<Option<PendingRegistration>, PortError> {
        let row = Statement::new("SELECT * FROM pending_registrations WHERE token_digest = $1")
            .bind(token)
            .optional(self, "pending_registrations.find_by_token")
            .await?;
        row.as_ref().map(pending).transpose()
    }

    async fn renew_token(
        &mut self,
        email: &str,
        token: &TokenDigest,
        now: Timestamp,
    ) -> Result<Option<PendingRegistration>, PortError> {
        let row = Statement::new(
            "UPDATE pending_registrations SET token_digest = $2
             WHERE id = (
                 SELECT id FROM pending_registrations WHERE email = $1 AND expires_at > $3
                 ORDER BY created_at DESC, id DESC LIMIT 1)
             RETURNING *",
        )
        .bind(email)
        .bind(token)
        .bind(now)
        .optional(self, "pending_registrations.renew_token")
        .await?;
        row.as_ref().map(pending).transpose()
    }

    async fn keeps_username(
        &mut self,
        username: &str,
        but_of: &str,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        let row = Statement::new(
            "SELECT 1 AS kept FROM pending_registrations
             WHERE username = $1 AND email <> $2 AND expires_at > $3",
        )
        .bind(username)
        .bind(but_of)
        .bind(now)
        .optional(self, "pending_registrations.keeps_username")
        .await?;
        Ok(row.is_some())
    }

    async fn remove_of(&mut self, email: &str) -> Result<(), PortError> {
        Statement::new("DELETE FROM pending_registrations WHERE email = $1")
            .bind(email)
            .execute(self, "pending_registrations.remove_of")
            .await?;
        Ok(())
    }

    async fn prune(&mut self, now: Timestamp) -> Result<u64, PortError> {
        Statement::new("DELETE FROM pending_registrations WHERE expires_at <= $1")
            .bind(now)
            .execute(self, "pending_registrations.prune")
            .await
    }
}
