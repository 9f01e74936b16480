//! Links of mails about accounts.

use async_trait::async_trait;
use uuid::Uuid;
use veza_core::auth::{AccountLink, AccountLinks, LinkPurpose, TokenDigest, UserId};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn link(row: &Row) -> Result<AccountLink, PortError> {
    let purpose = |name: String| LinkPurpose::from_name(&name);
    Ok(AccountLink {
        digest: row.digest("digest")?,
        purpose: row.parsed("purpose", purpose)?,
        user_id: row.get::<Option<Uuid>>("user_id")?.map(UserId::from),
        email: row.get("email")?,
        expires_at: row.time("expires_at")?,
    })
}

#[async_trait]
impl AccountLinks for Unit {
    async fn add(&mut self, link: &AccountLink) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO account_links (digest, purpose, user_id, email, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&link.digest)
        .bind(link.purpose.as_str())
        .bind(link.user_id.map(UserId::uuid))
        .bind(&link.email)
        .bind(link.expires_at)
        .execute(self, "account_links.add")
        .await?;
        Ok(())
    }

    async fn find(&mut self, digest: &TokenDigest) -> Result<Option<AccountLink>, PortError> {
        let row = Statement::new("SELECT * FROM account_links WHERE digest = $1")
            .bind(digest)
            .optional(self, "account_links.find")
            .await?;
        row.as_ref().map(link).transpose()
    }

    async fn remove_of(&mut self, user_id: UserId, purpose: LinkPurpose) -> Result<(), PortError> {
        Statement::new("DELETE FROM account_links WHERE user_id = $1 AND purpose = $2")
            .bind(user_id.uuid())
            .bind(purpose.as_str())
            .execute(self, "account_links.remove_of")
            .await?;
        Ok(())
    }

    async fn prune(&mut self, now: Timestamp) -> Result<u64, PortError> {
        Statement::new("DELETE FROM account_links WHERE expires_at <= $1")
            .bind(now)
            .execute(self, "account_links.prune")
            .await
    }
}
