//! The tracks that everybody may see.

use crate::kernel::{Environment, Page, PageRequest};

use super::error::TrackError;
use super::list::page_of_tracks;
use super::model::{Track, fold};
use super::ports::{SortOrder, TrackScope, TrackSort};

/// Which of them, in which order.
#[derive(Clone, Debug, Default)]
pub struct ListTracks {
    /// Only those of this genre; upper and lower case are the same.
    pub genre: Option<String>,
    /// Sorted by what.
    pub sort: TrackSort,
    /// In which direction; without it the newest first, or titles from A to Z.
    pub order: Option<SortOrder>,
    /// Which page.
    pub page: PageRequest,
}

/// A page of the public tracks that are ready.
///
/// # Errors
/// `Cursor`, `Port`.
pub async fn list_tracks(env: &Environment, query: &ListTracks) -> Result<Page<Track>, TrackError> {
    let order = query.order.unwrap_or(match query.sort {
        TrackSort::CreatedAt => SortOrder::Descending,
        TrackSort::Title => SortOrder::Ascending,
    });
    let genre_key = query.genre.as_deref().map(|genre| fold(genre.trim()));
    page_of_tracks(
        env,
        TrackScope::Published,
        genre_key,
        query.sort,
        order,
        &query.page,
    )
    .await
}
