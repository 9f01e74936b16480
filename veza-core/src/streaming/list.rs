//! What the lists of tracks share: cursors in, cursors out.

use crate::kernel::{Environment, Page, PageRequest};

use super::error::TrackError;
use super::model::Track;
use super::ports::{SortOrder, TrackKeyset, TrackQuery, TrackScope, TrackSort};

/// Reads one page. It asks the store for one track more than the page has, to know whether there
/// is a next page.
pub(super) async fn page_of_tracks(
    env: &Environment,
    scope: TrackScope,
    genre_key: Option<String>,
    sort: TrackSort,
    order: SortOrder,
    request: &PageRequest,
) -> Result<Page<Track>, TrackError> {
    let list = format!("tracks {scope:?} {genre_key:?} {sort:?} {order:?}");
    let after = match &request.cursor {
        Some(cursor) => Some(env.cursors.open::<TrackKeyset>(&list, cursor)?),
        None => None,
    };
    let limit = request.limit();
    let query = TrackQuery {
        scope,
        genre_key,
        sort,
        order,
        after,
        limit: limit + 1,
    };
    let mut items = {
        let mut reader = env.store.begin_read().await?;
        reader.tracks().list(&query).await?
    };
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|last| env.cursors.seal(&list, &TrackKeyset::of(last, sort)));
    Ok(Page { items, next_cursor })
}
