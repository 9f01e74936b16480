//! Pictures of people.

use async_trait::async_trait;
use veza_core::auth::UserId;
use veza_core::kernel::{PortError, TypedId as _};
use veza_core::profiles::{Avatar, AvatarImage, Avatars, PictureFormat};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn avatar(row: &Row) -> Result<Avatar, PortError> {
    let revision: Option<uuid::Uuid> = row.get("revision")?;
    let image = match revision {
        Some(revision) => Some(AvatarImage {
            revision: revision.into(),
            format: row.parsed("format", |name: String| PictureFormat::from_name(&name))?,
        }),
        None => None,
    };
    let pending = row.parsed("pending_key", |key: Option<String>| {
        key.map(|key| key.parse().ok())
            .map_or(Some(None), |key| key.map(Some))
    })?;
    Ok(Avatar {
        user_id: row.id("user_id")?,
        image,
        pending,
        failure: row.get("failure")?,
        updated_at: row.time("updated_at")?,
    })
}

#[async_trait]
impl Avatars for Unit {
    async fn find(&mut self, user_id: UserId) -> Result<Option<Avatar>, PortError> {
        let row = Statement::new("SELECT * FROM avatars WHERE user_id = $1")
            .bind(user_id.uuid())
            .locking("avatars")
            .optional(self, "avatars.find")
            .await?;
        row.as_ref().map(avatar).transpose()
    }

    async fn put(&mut self, avatar: &Avatar) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO avatars (user_id, revision, format, pending_key, failure, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (user_id) DO UPDATE
             SET revision = excluded.revision, format = excluded.format,
                 pending_key = excluded.pending_key, failure = excluded.failure,
                 updated_at = excluded.updated_at",
        )
        .bind(avatar.user_id.uuid())
        .bind(avatar.image.map(|image| image.revision.uuid()))
        .bind(avatar.image.map(|image| image.format.as_str()))
        .bind(avatar.pending.as_ref().map(|key| key.as_str()))
        .bind(&avatar.failure)
        .bind(avatar.updated_at)
        .execute(self, "avatars.put")
        .await?;
        Ok(())
    }
}
