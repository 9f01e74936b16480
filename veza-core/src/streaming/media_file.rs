//! A file of a track's media.

use crate::files::BlobKey;
use crate::kernel::{Environment, Principal};

use super::error::TrackError;
use super::get_track::present_track;
use super::model::{RevisionId, Track, TrackId};

/// The blob of the file `path` of a track's media, if whoever asks may see the track and this is
/// its present revision. The blob itself may still be missing.
///
/// # Errors
/// `NotFound`, also for what may not be seen and for paths that cannot be; `Port`.
pub async fn media_file(
    env: &Environment,
    viewer: Option<&Principal>,
    id: TrackId,
    revision: RevisionId,
    path: &str,
) -> Result<(Track, BlobKey), TrackError> {
    // Not through the cache: what was taken back must not be served for as long as that.
    let track = present_track(env, viewer, id).await?;
    if track.media().is_none_or(|media| media.revision != revision) {
        return Err(TrackError::NotFound);
    }
    let key = Track::media_prefix(id, revision)
        .join(path)
        .map_err(|_| TrackError::NotFound)?;
    Ok((track, key))
}
