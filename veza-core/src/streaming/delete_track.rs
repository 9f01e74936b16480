//! Removes a track.

use crate::kernel::{Environment, Expected, Metadata, Principal};

use super::error::TrackError;
use super::events::TrackDeleted;
use super::model::TrackId;
use super::purge_media::PurgePayload;

/// Removes a track, queues the removal of its files and tells `streaming.track.deleted.v1`.
///
/// # Errors
/// `NotFound`, also for what may not be seen; `Forbidden`; `Stale` when it is none of the versions
/// that are `expected`; `Port`.
pub async fn delete_track(
    env: &Environment,
    principal: &Principal,
    id: TrackId,
    expected: &Expected,
    metadata: &Metadata,
) -> Result<(), TrackError> {
    let mut unit = env.store.begin().await?;
    let track = unit.tracks().find(id).await?.ok_or(TrackError::NotFound)?;
    if !track.may_be_deleted_by(principal) {
        return Err(track.refusal_to(principal));
    }
    if !expected.is_met_by(track.version) {
        return Err(TrackError::Stale);
    }
    unit.tracks().delete(id).await?;
    let purge = PurgePayload {
        track_id: id,
        keep: None,
        source: Some(track.source.key),
    };
    unit.jobs().enqueue(&purge.into_job(env)).await?;
    let event = TrackDeleted {
        track_id: id,
        deleted_by: principal.user_id,
    };
    let event = env.event(&event, metadata);
    unit.outbox().append(&event).await?;
    unit.commit().await?;
    env.changed(&event).await;
    Ok(())
}
