//! Tracks as other services see them: all of them, in every state.

use crate::auth::UserId;
use crate::kernel::{Caller, Environment, Page, PageRequest};

use super::error::TrackError;
use super::list::page_of_tracks;
use super::model::{Track, TrackId};
use super::ports::{SortOrder, TrackScope, TrackSort};

/// No person may, whatever their role.
fn check(caller: &Caller) -> Result<(), TrackError> {
    match caller {
        Caller::Service(_) => Ok(()),
        Caller::Person(_) => Err(TrackError::Forbidden),
    }
}

/// Any track.
///
/// # Errors
/// `Forbidden`, `NotFound`, `Port`.
pub async fn track_for_service(
    env: &Environment,
    caller: &Caller,
    id: TrackId,
) -> Result<Track, TrackError> {
    check(caller)?;
    let mut reader = env.store.begin_read().await?;
    let track = reader.tracks().find(id).await?;
    track.ok_or(TrackError::NotFound)
}

/// A page of all tracks of an artist, or of those that everybody may see; the newest first.
///
/// # Errors
/// `Forbidden`, `Cursor`, `Port`.
pub async fn tracks_for_service(
    env: &Environment,
    caller: &Caller,
    artist: Option<UserId>,
    page: &PageRequest,
) -> Result<Page<Track>, TrackError> {
    check(caller)?;
    let scope = artist.map_or(TrackScope::Published, TrackScope::OwnedBy);
    let (sort, order) = (TrackSort::CreatedAt, SortOrder::Descending);
    page_of_tracks(env, scope, None, sort, order, page).await
}
