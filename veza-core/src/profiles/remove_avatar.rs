//! Takes a person's picture away.

use serde::Deserialize;

use crate::auth::UserId;
use crate::files::{BlobStore, remove_revisions};
use crate::jobs::{Job, NewJob};
use crate::kernel::{
    Environment, Metadata, Permission, PortError, PortErrorKind, Principal, UnitOfWork,
};

use super::PURGE_PICTURES_JOB;
use super::error::AvatarError;
use super::events::AvatarRemoved;
use super::model::Avatar;

/// Shows no picture of a person any more; what is being made of a file that was taken is not shown
/// either. Its owner may, and who may delete anybody's tracks. A job removes the files.
///
/// # Errors
/// `Forbidden`, `NotFound` when there is none, `Port`.
pub async fn remove_avatar(
    env: &Environment,
    principal: &Principal,
    user_id: UserId,
    metadata: &Metadata,
) -> Result<(), AvatarError> {
    if principal.user_id != user_id && !principal.may(Permission::TrackDeleteAny) {
        return Err(AvatarError::Forbidden);
    }
    let mut unit = env.store.begin().await?;
    if !take_away(env, &mut *unit, user_id, metadata).await? {
        return Err(AvatarError::NotFound);
    }
    Ok(unit.commit().await?)
}

/// The same within a unit of work; whether there was a picture.
pub(crate) async fn take_away(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user_id: UserId,
    metadata: &Metadata,
) -> Result<bool, PortError> {
    let avatar = unit.avatars().find(user_id).await?;
    let is_there = |avatar: &Avatar| avatar.image.is_some() || avatar.pending.is_some();
    let Some(avatar) = avatar.filter(is_there) else {
        return Ok(false);
    };
    let none = Avatar {
        image: None,
        pending: None,
        failure: None,
        updated_at: env.now(),
        ..avatar
    };
    unit.avatars().put(&none).await?;
    let payload = serde_json::json!({ "userId": user_id });
    let job = NewJob::new(PURGE_PICTURES_JOB, payload).into_job(env);
    unit.jobs().enqueue(&job).await?;
    let event = AvatarRemoved { user_id };
    unit.outbox().append(&env.event(&event, metadata)).await?;
    Ok(true)
}

/// What the job is about.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    user_id: UserId,
}

/// Removes the files of a person's pictures that are shown no more.
///
/// # Errors
/// `Corrupt` when the payload cannot be read; those of the stores.
pub async fn purge_pictures(
    env: &Environment,
    blobs: &dyn BlobStore,
    job: &Job,
) -> Result<(), PortError> {
    let Payload { user_id } = serde_json::from_value(job.payload.clone())
        .map_err(|error| PortError::caused(PortErrorKind::Corrupt, "purge.payload", error))?;
    let shown = {
        let mut reader = env.store.begin_read().await?;
        reader.avatars().find(user_id).await?
    };
    let keep = shown.and_then(|avatar| avatar.image);
    let keep = keep.map(|image| image.revision);
    remove_revisions(blobs, &Avatar::root(user_id), keep, job.created_at).await
}
