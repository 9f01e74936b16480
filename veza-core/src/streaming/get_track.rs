//! One track.

use crate::auth::user_profile;
use crate::kernel::{Environment, PortError, Principal};

use super::error::TrackError;
use super::model::{Track, TrackId};
use super::published::{PublishedTrack, track_key};

/// The track, if whoever asks may see it. A published one may be some moments old.
///
/// # Errors
/// `NotFound`, also for what may not be seen; `Port`.
pub async fn get_track(
    env: &Environment,
    viewer: Option<&Principal>,
    id: TrackId,
) -> Result<Track, TrackError> {
    // What is not published is not kept, but has been read here.
    let mut read = None;
    let kept = env
        .cache
        .read(&track_key(id), async || {
            read = stored_track(env, id).await?;
            Ok::<_, PortError>(read.as_ref().and_then(PublishedTrack::of))
        })
        .await?;
    let track = match (read, kept.and_then(PublishedTrack::into_track)) {
        (Some(track), _) => Some(track),
        (None, Some(kept)) => Some(with_present_name(env, kept).await?),
        (None, None) => stored_track(env, id).await?,
    };
    visible(track, viewer)
}

/// The same as the store has it at this moment.
///
/// # Errors
/// As [`get_track`].
pub(super) async fn present_track(
    env: &Environment,
    viewer: Option<&Principal>,
    id: TrackId,
) -> Result<Track, TrackError> {
    visible(stored_track(env, id).await?, viewer)
}

async fn stored_track(env: &Environment, id: TrackId) -> Result<Option<Track>, PortError> {
    let mut reader = env.store.glance().await?;
    reader.tracks().find(id).await
}

/// A name changes without a word of the tracks that bear it.
async fn with_present_name(env: &Environment, mut track: Track) -> Result<Track, PortError> {
    if let Some(profile) = user_profile(env, track.artist.id).await? {
        track.artist.username = profile.username;
    }
    Ok(track)
}

fn visible(track: Option<Track>, viewer: Option<&Principal>) -> Result<Track, TrackError> {
    track
        .filter(|track| track.is_visible_to(viewer))
        .ok_or(TrackError::NotFound)
}
