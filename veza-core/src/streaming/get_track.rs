//! One track.

use crate::kernel::{Environment, Principal};

use super::error::TrackError;
use super::model::{Track, TrackId};

/// The track, if whoever asks may see it.
///
/// # Errors
/// `NotFound`, also for what may not be seen; `Port`.
pub async fn get_track(
    env: &Environment,
    viewer: Option<&Principal>,
    id: TrackId,
) -> Result<Track, TrackError> {
    let mut reader = env.store.begin_read().await?;
    let track = reader.tracks().find(id).await?;
    track
        .filter(|track| track.is_visible_to(viewer))
        .ok_or(TrackError::NotFound)
}
