//! Second factors, and the logins that wait for one.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;
use veza_core::auth::{MfaConfig, MfaConfigs, MfaTicket, MfaTickets, TokenDigest, UserId};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn config(row: &Row) -> Result<MfaConfig, PortError> {
    let codes: Vec<String> = row.json("recovery_codes")?;
    let codes = codes.iter().map(|code| digest(code));
    let codes: Option<Vec<TokenDigest>> = codes.collect();
    Ok(MfaConfig {
        user_id: row.id("user_id")?,
        sealed_secret: row.get("sealed_secret")?,
        confirmed_at: row.optional_time("confirmed_at")?,
        last_step: row.get("last_step")?,
        recovery_codes: codes.ok_or_else(|| row.corrupt("recovery_codes"))?,
        failures: row.int("failures")?,
        failed_at: row.optional_time("failed_at")?,
        created_at: row.time("created_at")?,
    })
}

fn digest(code: &str) -> Option<TokenDigest> {
    let bytes = URL_SAFE_NO_PAD.decode(code).ok()?;
    bytes.try_into().ok().map(TokenDigest::from_bytes)
}

fn codes(digests: &[TokenDigest]) -> Json {
    let texts = digests
        .iter()
        .map(|digest| URL_SAFE_NO_PAD.encode(digest.as_bytes()));
    texts.map(Json::String).collect()
}

fn ticket(row: &Row) -> Result<MfaTicket, PortError> {
    Ok(MfaTicket {
        digest: row.digest("digest")?,
        user_id: row.id("user_id")?,
        credential: row.digest("credential")?,
        remember_me: row.get("remember_me")?,
        tries_left: row.int("tries_left")?,
        expires_at: row.time("expires_at")?,
    })
}

#[async_trait]
impl MfaConfigs for Unit {
    async fn find(&mut self, user_id: UserId) -> Result<Option<MfaConfig>, PortError> {
        let row = Statement::new("SELECT * FROM mfa_configs WHERE user_id = $1")
            .bind(user_id.uuid())
            .optional(self, "mfa_configs.find")
            .await?;
        row.as_ref().map(config).transpose()
    }

    async fn put(&mut self, config: &MfaConfig) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO mfa_configs (user_id, sealed_secret, confirmed_at, last_step,
                                      recovery_codes, failures, failed_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (user_id) DO UPDATE SET
                 sealed_secret = excluded.sealed_secret, confirmed_at = excluded.confirmed_at,
                 last_step = excluded.last_step, recovery_codes = excluded.recovery_codes,
                 failures = excluded.failures, failed_at = excluded.failed_at,
                 created_at = excluded.created_at",
        )
        .bind(config.user_id.uuid())
        .bind(&*config.sealed_secret)
        .bind(config.confirmed_at)
        .bind(config.last_step)
        .bind(codes(&config.recovery_codes))
        .bind(config.failures)
        .bind(config.failed_at)
        .bind(config.created_at)
        .execute(self, "mfa_configs.put")
        .await?;
        Ok(())
    }

    async fn remove(&mut self, user_id: UserId) -> Result<bool, PortError> {
        let rows = Statement::new("DELETE FROM mfa_configs WHERE user_id = $1")
            .bind(user_id.uuid())
            .execute(self, "mfa_configs.remove")
            .await?;
        Ok(rows > 0)
    }
}

#[async_trait]
impl MfaTickets for Unit {
    async fn add(&mut self, ticket: &MfaTicket) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO mfa_tickets (digest, user_id, credential, remember_me, tries_left,
                                      expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&ticket.digest)
        .bind(ticket.user_id.uuid())
        .bind(&ticket.credential)
        .bind(ticket.remember_me)
        .bind(ticket.tries_left)
        .bind(ticket.expires_at)
        .execute(self, "mfa_tickets.add")
        .await?;
        Ok(())
    }

    async fn find(&mut self, digest: &TokenDigest) -> Result<Option<MfaTicket>, PortError> {
        let row = Statement::new("SELECT * FROM mfa_tickets WHERE digest = $1")
            .bind(digest)
            .optional(self, "mfa_tickets.find")
            .await?;
        row.as_ref().map(ticket).transpose()
    }

    async fn count_off(&mut self, digest: &TokenDigest) -> Result<(), PortError> {
        Statement::new(
            "UPDATE mfa_tickets SET tries_left = tries_left - 1
             WHERE digest = $1 AND tries_left > 0",
        )
        .bind(digest)
        .execute(self, "mfa_tickets.count_off")
        .await?;
        Ok(())
    }

    async fn remove_of(&mut self, user_id: UserId) -> Result<(), PortError> {
        Statement::new("DELETE FROM mfa_tickets WHERE user_id = $1")
            .bind(user_id.uuid())
            .execute(self, "mfa_tickets.remove_of")
            .await?;
        Ok(())
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError> {
        let skip_locked = self.dialect().skip_locked();
        Statement::new(format!(
            "DELETE FROM mfa_tickets WHERE digest IN (
                 SELECT digest FROM mfa_tickets WHERE expires_at <= $1
                 ORDER BY expires_at LIMIT $2 {skip_locked})"
        ))
        .bind(now)
        .bind(limit)
        .execute(self, "mfa_tickets.prune")
        .await
    }
}
