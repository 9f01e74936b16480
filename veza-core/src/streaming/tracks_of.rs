//! What an artist has published.

use crate::auth::UserId;
use crate::kernel::{Environment, Page, PageRequest};

use super::error::TrackError;
use super::list::page_of_tracks;
use super::model::Track;
use super::ports::{SortOrder, TrackScope, TrackSort};

/// A page of the tracks of an artist that everybody may see, the newest first.
///
/// # Errors
/// `Cursor`, `Port`.
pub async fn tracks_of(
    env: &Environment,
    artist: UserId,
    page: &PageRequest,
) -> Result<Page<Track>, TrackError> {
    let scope = TrackScope::PublishedBy(artist);
    let (sort, order) = (TrackSort::CreatedAt, SortOrder::Descending);
    page_of_tracks(env, scope, None, sort, order, page).await
}
