//! Sessions and their chains of refresh tokens.

use async_trait::async_trait;
use veza_core::auth::{
    RefreshToken, RefreshTokenState, Session, SessionId, Sessions, TokenDigest, UserId,
};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn session(row: &Row) -> Result<Session, PortError> {
    Ok(Session {
        id: row.id("id")?,
        user_id: row.id("user_id")?,
        user_agent: row.get("user_agent")?,
        address: row.get("address")?,
        remember_me: row.get("remember_me")?,
        created_at: row.time("created_at")?,
        last_used_at: row.time("last_used_at")?,
        expires_at: row.time("expires_at")?,
        authenticated_at: row.time("authenticated_at")?,
    })
}

fn refresh_token(row: &Row) -> Result<RefreshToken, PortError> {
    let state = |name: String| RefreshTokenState::from_name(&name);
    Ok(RefreshToken {
        digest: row.digest("digest")?,
        session_id: row.id("session_id")?,
        state: row.parsed("state", state)?,
        changed_at: row.time("changed_at")?,
    })
}

async fn find_token(
    unit: &mut Unit,
    digest: &TokenDigest,
) -> Result<Option<RefreshToken>, PortError> {
    let row = by_digest(digest)
        .optional(unit, "sessions.find_by_refresh_token")
        .await?;
    row.as_ref().map(refresh_token).transpose()
}

pub(crate) fn by_digest(digest: &TokenDigest) -> Statement {
    Statement::new("SELECT * FROM refresh_tokens WHERE digest = $1").bind(digest)
}

pub(crate) fn list_of(user_id: UserId) -> Statement {
    Statement::new("SELECT * FROM sessions WHERE user_id = $1 ORDER BY last_used_at DESC, id DESC")
        .bind(user_id.uuid())
        .locking("sessions")
}

pub(crate) fn prune_ended(ended: Timestamp, limit: u32) -> Statement {
    Statement::new(
        "DELETE FROM sessions WHERE id IN (
             SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(ended)
    .bind(limit)
}

pub(crate) fn prune_retired(retired: Timestamp, limit: u32) -> Statement {
    Statement::new(
        "DELETE FROM refresh_tokens WHERE digest IN (
             SELECT digest FROM refresh_tokens
             WHERE state IN ('spent', 'replaced') AND changed_at < $1
             ORDER BY changed_at LIMIT $2)",
    )
    .bind(retired)
    .bind(limit)
}

#[async_trait]
impl Sessions for Unit {
    async fn add(&mut self, session: &Session) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO sessions (id, user_id, user_agent, address, remember_me, created_at,
                                   last_used_at, expires_at, authenticated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(session.id.uuid())
        .bind(session.user_id.uuid())
        .bind(&session.user_agent)
        .bind(&session.address)
        .bind(session.remember_me)
        .bind(session.created_at)
        .bind(session.last_used_at)
        .bind(session.expires_at)
        .bind(session.authenticated_at)
        .execute(self, "sessions.add")
        .await?;
        Ok(())
    }

    async fn find(&mut self, id: SessionId) -> Result<Option<Session>, PortError> {
        let row = Statement::new("SELECT * FROM sessions WHERE id = $1")
            .bind(id.uuid())
            .locking("sessions")
            .optional(self, "sessions.find")
            .await?;
        row.as_ref().map(session).transpose()
    }

    async fn find_by_refresh_token(
        &mut self,
        digest: &TokenDigest,
    ) -> Result<Option<(Session, RefreshToken)>, PortError> {
        let Some(token) = find_token(self, digest).await? else {
            return Ok(None);
        };
        let Some(session) = Sessions::find(self, token.session_id).await? else {
            return Ok(None);
        };
        // Again, now that nobody else can change the chain: a statement on PostgreSQL sees what
        // was committed before it began.
        let token = find_token(self, digest).await?;
        Ok(token.map(|token| (session, token)))
    }

    async fn update(&mut self, session: &Session) -> Result<bool, PortError> {
        let changed = Statement::new(
            "UPDATE sessions SET last_used_at = $2, expires_at = $3, authenticated_at = $4
             WHERE id = $1",
        )
        .bind(session.id.uuid())
        .bind(session.last_used_at)
        .bind(session.expires_at)
        .bind(session.authenticated_at)
        .execute(self, "sessions.update")
        .await?;
        Ok(changed == 1)
    }

    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<Session>, PortError> {
        let rows = list_of(user_id).all(self, "sessions.list_of").await?;
        rows.iter().map(session).collect()
    }

    async fn remove(&mut self, id: SessionId) -> Result<bool, PortError> {
        let removed = Statement::new("DELETE FROM sessions WHERE id = $1")
            .bind(id.uuid())
            .execute(self, "sessions.remove")
            .await?;
        Ok(removed == 1)
    }

    async fn add_refresh_token(&mut self, token: &RefreshToken) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO refresh_tokens (digest, session_id, state, changed_at)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(&token.digest)
        .bind(token.session_id.uuid())
        .bind(token.state.as_str())
        .bind(token.changed_at)
        .execute(self, "sessions.add_refresh_token")
        .await?;
        Ok(())
    }

    async fn move_refresh_tokens(
        &mut self,
        session_id: SessionId,
        from: RefreshTokenState,
        to: RefreshTokenState,
        now: Timestamp,
    ) -> Result<(), PortError> {
        Statement::new(
            "UPDATE refresh_tokens SET state = $3, changed_at = $4
             WHERE session_id = $1 AND state = $2",
        )
        .bind(session_id.uuid())
        .bind(from.as_str())
        .bind(to.as_str())
        .bind(now)
        .execute(self, "sessions.move_refresh_tokens")
        .await?;
        Ok(())
    }

    async fn prune(
        &mut self,
        ended: Timestamp,
        retired: Timestamp,
        limit: u32,
    ) -> Result<u64, PortError> {
        const OP: &str = "sessions.prune";
        let sessions = prune_ended(ended, limit).execute(self, OP).await?;
        let tokens = prune_retired(retired, limit).execute(self, OP).await?;
        Ok(sessions + tokens)
    }
}
