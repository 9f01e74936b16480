//! Revoked tokens.

use async_trait::async_trait;
use uuid::Uuid;
use veza_core::auth::{Revocation, RevocationSubject, Revocations};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn revocation(row: &Row) -> Result<Revocation, PortError> {
    let (session, service): (Option<Uuid>, Option<Uuid>) =
        (row.get("session_id")?, row.get("service_token_id")?);
    let subject = match (session, service) {
        (Some(id), _) => RevocationSubject::Session(id.into()),
        (None, Some(id)) => RevocationSubject::ServiceToken(id.into()),
        (None, None) => RevocationSubject::User(row.id("user_id")?),
    };
    Ok(Revocation {
        id: row.id("id")?,
        subject,
        issued_before: row.time("issued_before")?,
        until: row.time("expires_at")?,
    })
}

pub(crate) fn list(since: Timestamp, now: Timestamp) -> Statement {
    Statement::new("SELECT * FROM revocations WHERE issued_before >= $1 AND expires_at > $2")
        .bind(since)
        .bind(now)
}

#[async_trait]
impl Revocations for Unit {
    async fn add(&mut self, revocation: &Revocation) -> Result<(), PortError> {
        let (session, user, service) = match revocation.subject {
            RevocationSubject::Session(id) => (Some(id.uuid()), None, None),
            RevocationSubject::User(id) => (None, Some(id.uuid()), None),
            RevocationSubject::ServiceToken(id) => (None, None, Some(id.uuid())),
        };
        Statement::new(
            "INSERT INTO revocations
                 (id, session_id, user_id, service_token_id, issued_before, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(revocation.id.uuid())
        .bind(session)
        .bind(user)
        .bind(service)
        .bind(revocation.issued_before)
        .bind(revocation.until)
        .execute(self, "revocations.add")
        .await?;
        Ok(())
    }

    async fn list(
        &mut self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Revocation>, PortError> {
        let rows = list(since, now).all(self, "revocations.list").await?;
        rows.iter().map(revocation).collect()
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError> {
        Statement::new(
            "DELETE FROM revocations WHERE id IN (
                 SELECT id FROM revocations WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        )
        .bind(now)
        .bind(limit)
        .execute(self, "revocations.prune")
        .await
    }
}
