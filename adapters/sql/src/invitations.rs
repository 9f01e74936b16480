//! Invitations.

use async_trait::async_trait;
use veza_core::auth::{Invitation, InvitationId, Invitations, TokenDigest, UserId};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn invitation(row: &Row) -> Result<Invitation, PortError> {
    Ok(Invitation {
        id: row.id("id")?,
        digest: row.digest("digest")?,
        invited_by: row.id("invited_by")?,
        role: row.parsed("role", |name: String| name.parse().ok())?,
        uses_left: row.int("uses_left")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
    })
}

#[async_trait]
impl Invitations for Unit {
    async fn add(&mut self, invitation: &Invitation) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO invitations (id, digest, invited_by, role, uses_left, created_at,
                                      expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(invitation.id.uuid())
        .bind(&invitation.digest)
        .bind(invitation.invited_by.uuid())
        .bind(invitation.role.as_str())
        .bind(invitation.uses_left)
        .bind(invitation.created_at)
        .bind(invitation.expires_at)
        .execute(self, "invitations.add")
        .await?;
        Ok(())
    }

    async fn find_by_code(&mut self, code: &TokenDigest) -> Result<Option<Invitation>, PortError> {
        let row = Statement::new("SELECT * FROM invitations WHERE digest = $1")
            .bind(code)
            .locking("invitations")
            .optional(self, "invitations.find_by_code")
            .await?;
        row.as_ref().map(invitation).transpose()
    }

    async fn count_off(&mut self, id: InvitationId) -> Result<bool, PortError> {
        let rows = Statement::new(
            "UPDATE invitations SET uses_left = uses_left - 1 WHERE id = $1 AND uses_left > 0",
        )
        .bind(id.uuid())
        .execute(self, "invitations.count_off")
        .await?;
        Ok(rows > 0)
    }

    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<Invitation>, PortError> {
        let rows = Statement::new(
            "SELECT * FROM invitations WHERE invited_by = $1 ORDER BY created_at DESC, id DESC",
        )
        .bind(user_id.uuid())
        .all(self, "invitations.list_of")
        .await?;
        rows.iter().map(invitation).collect()
    }

    async fn remove(&mut self, user_id: UserId, id: InvitationId) -> Result<bool, PortError> {
        let rows = Statement::new("DELETE FROM invitations WHERE id = $1 AND invited_by = $2")
            .bind(id.uuid())
            .bind(user_id.uuid())
            .execute(self, "invitations.remove")
            .await?;
        Ok(rows > 0)
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> Result<u64, PortError> {
        let skip_locked = self.dialect().skip_locked();
        Statement::new(format!(
            "DELETE FROM invitations WHERE id IN (
                 SELECT id FROM invitations WHERE expires_at <= $1
                 ORDER BY expires_at LIMIT $2 {skip_locked})"
        ))
        .bind(before)
        .bind(limit)
        .execute(self, "invitations.prune")
        .await
    }
}
