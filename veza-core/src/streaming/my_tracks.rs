//! One's own tracks.

use crate::kernel::{Environment, Page, PageRequest, Principal};

use super::error::TrackError;
use super::list::page_of_tracks;
use super::model::Track;
use super::ports::{SortOrder, TrackScope, TrackSort};

/// A page of the tracks of whoever asks, in every state, the newest first.
///
/// # Errors
/// `Cursor`, `Port`.
pub async fn my_tracks(
    env: &Environment,
    principal: &Principal,
    page: &PageRequest,
) -> Result<Page<Track>, TrackError> {
    let scope = TrackScope::OwnedBy(principal.user_id);
    page_of_tracks(
        env,
        scope,
        None,
        TrackSort::CreatedAt,
        SortOrder::Descending,
        page,
    )
    .await
}
