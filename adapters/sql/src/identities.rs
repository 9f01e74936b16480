//! Linked identities, and the authorizations that wait for a provider's answer.

use async_trait::async_trait;
use veza_core::auth::{
    AuthorizationPurpose, Identities, LinkedIdentity, LinkedIdentityId, PendingAuthorization,
    PendingAuthorizations, ProviderId, TokenDigest, UserId,
};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn provider(row: &Row) -> Result<ProviderId, PortError> {
    row.parsed("provider", |text: String| text.parse().ok())
}

fn identity(row: &Row) -> Result<LinkedIdentity, PortError> {
    Ok(LinkedIdentity {
        id: row.id("id")?,
        user_id: row.id("user_id")?,
        provider: provider(row)?,
        subject: row.get("subject")?,
        email: row.get("email")?,
        created_at: row.time("created_at")?,
    })
}

fn purpose(row: &Row) -> Result<AuthorizationPurpose, PortError> {
    let name: String = row.get("purpose")?;
    match name.as_str() {
        "sign_in" => Ok(AuthorizationPurpose::SignIn {
            remember_me: row.get("remember_me")?,
        }),
        "link" => Ok(AuthorizationPurpose::Link {
            user_id: row.id("user_id")?,
            session_id: row.id("session_id")?,
        }),
        "reauthenticate" => Ok(AuthorizationPurpose::Reauthenticate {
            user_id: row.id("user_id")?,
            session_id: row.id("session_id")?,
        }),
        _ => Err(row.corrupt("purpose")),
    }
}

fn pending(row: &Row) -> Result<PendingAuthorization, PortError> {
    Ok(PendingAuthorization {
        state: row.digest("state_digest")?,
        provider: provider(row)?,
        browser: row.digest("browser_digest")?,
        nonce: row.digest("nonce_digest")?,
        sealed_verifier: row.get("sealed_verifier")?,
        purpose: purpose(row)?,
        invitation: row.optional_digest("invitation_digest")?,
        return_to: row.get("return_to")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
    })
}

/// The identity with this subject at this provider.
pub(crate) fn find(provider: &ProviderId, subject: &str) -> Statement {
    Statement::new("SELECT * FROM identities WHERE provider = $1 AND subject = $2")
        .bind(provider.as_str())
        .bind(subject)
}

/// The identities of an account.
pub(crate) fn list_of(user_id: UserId) -> Statement {
    Statement::new("SELECT * FROM identities WHERE user_id = $1 ORDER BY created_at, id")
        .bind(user_id.uuid())
}

#[async_trait]
impl Identities for Unit {
    async fn add(&mut self, identity: &LinkedIdentity) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO identities (id, user_id, provider, subject, email, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(identity.id.uuid())
        .bind(identity.user_id.uuid())
        .bind(identity.provider.as_str())
        .bind(&identity.subject)
        .bind(identity.email.as_deref())
        .bind(identity.created_at)
        .execute(self, "identities.add")
        .await?;
        Ok(())
    }

    async fn find(
        &mut self,
        provider: &ProviderId,
        subject: &str,
    ) -> Result<Option<LinkedIdentity>, PortError> {
        let row = find(provider, subject)
            .optional(self, "identities.find")
            .await?;
        row.as_ref().map(identity).transpose()
    }

    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<LinkedIdentity>, PortError> {
        let rows = list_of(user_id).all(self, "identities.list_of").await?;
        rows.iter().map(identity).collect()
    }

    async fn remove(&mut self, user_id: UserId, id: LinkedIdentityId) -> Result<bool, PortError> {
        let rows = Statement::new("DELETE FROM identities WHERE id = $1 AND user_id = $2")
            .bind(id.uuid())
            .bind(user_id.uuid())
            .execute(self, "identities.remove")
            .await?;
        Ok(rows > 0)
    }

    async fn remove_of(&mut self, user_id: UserId) -> Result<(), PortError> {
        Statement::new("DELETE FROM identities WHERE user_id = $1")
            .bind(user_id.uuid())
            .execute(self, "identities.remove_of")
            .await?;
        Ok(())
    }
}

/// Those whose time is over.
pub(crate) fn prune(now: Timestamp, limit: u32, skip_locked: &str) -> Statement {
    Statement::new(format!(
        "DELETE FROM pending_authorizations WHERE state_digest IN (
             SELECT state_digest FROM pending_authorizations WHERE expires_at <= $1
             ORDER BY expires_at LIMIT $2 {skip_locked})"
    ))
    .bind(now)
    .bind(limit)
}

#[async_trait]
impl PendingAuthorizations for Unit {
    async fn add(&mut self, pending: &PendingAuthorization) -> Result<(), PortError> {
        let (remember_me, of) = match pending.purpose {
            AuthorizationPurpose::SignIn { remember_me } => (remember_me, None),
            AuthorizationPurpose::Link {
                user_id,
                session_id,
            }
            | AuthorizationPurpose::Reauthenticate {
                user_id,
                session_id,
            } => (false, Some((user_id, session_id))),
        };
        Statement::new(
            "INSERT INTO pending_authorizations (state_digest, provider, browser_digest,
                                                 nonce_digest, sealed_verifier, purpose,
                                                 remember_me, user_id, session_id,
                                                 invitation_digest, return_to, created_at,
                                                 expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(&pending.state)
        .bind(pending.provider.as_str())
        .bind(&pending.browser)
        .bind(&pending.nonce)
        .bind(&*pending.sealed_verifier)
        .bind(pending.purpose.as_str())
        .bind(remember_me)
        .bind(of.map(|(user_id, _)| user_id.uuid()))
        .bind(of.map(|(_, session_id)| session_id.uuid()))
        .bind(&pending.invitation)
        .bind(pending.return_to.as_deref())
        .bind(pending.created_at)
        .bind(pending.expires_at)
        .execute(self, "pending_authorizations.add")
        .await?;
        Ok(())
    }

    async fn find(
        &mut self,
        state: &TokenDigest,
    ) -> Result<Option<PendingAuthorization>, PortError> {
        let row = Statement::new("SELECT * FROM pending_authorizations WHERE state_digest = $1")
            .bind(state)
            .optional(self, "pending_authorizations.find")
            .await?;
        row.as_ref().map(pending).transpose()
    }

    async fn remove(&mut self, state: &TokenDigest) -> Result<bool, PortError> {
        let rows = Statement::new("DELETE FROM pending_authorizations WHERE state_digest = $1")
            .bind(state)
            .execute(self, "pending_authorizations.remove")
            .await?;
        Ok(rows > 0)
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError> {
        prune(now, limit, self.dialect().skip_locked())
            .execute(self, "pending_authorizations.prune")
            .await
    }
}
