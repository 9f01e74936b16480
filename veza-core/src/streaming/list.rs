//! What the lists of tracks share: cursors in, cursors out.

use crate::kernel::cache::{CacheKey, Space};
use crate::kernel::{Environment, Page, PageRequest, PortError};

use super::error::TrackError;
use super::model::Track;
use super::ports::{SortOrder, TrackKeyset, TrackQuery, TrackScope, TrackSort};
use super::published::PublishedTrack;

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
    let mut items = read(env, &list, &query).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|last| env.cursors.seal(&list, &TrackKeyset::of(last, sort)));
    Ok(Page { items, next_cursor })
}

/// Reads the tracks of a page. Beginnings of the lists for everybody are kept: they are what nearly
/// all readers ask for, and nobody can make endlessly many of them.
async fn read(env: &Environment, list: &str, query: &TrackQuery) -> Result<Vec<Track>, PortError> {
    let mut tracks = None;
    let mut load = async || {
        let mut reader = env.store.glance().await?;
        tracks = Some(reader.tracks().list(query).await?);
        let published = tracks.iter().flatten().map(PublishedTrack::of);
        let published: Option<Vec<_>> = published.collect();
        Ok::<_, PortError>(published.filter(|published| !published.is_empty()))
    };
    let kept = if query.scope == TrackScope::Published && query.after.is_none() {
        let question = format!("{list} {}", query.limit);
        let key = CacheKey::answer_to(Space::TRACK_LISTS, &question);
        env.cache.read(&key, load).await?
    } else {
        load().await?
    };
    let again = |kept: Vec<PublishedTrack>| {
        let tracks = kept.into_iter().map(PublishedTrack::into_track);
        tracks.collect::<Option<Vec<_>>>()
    };
    match (tracks, kept.and_then(again)) {
        (Some(tracks), _) | (None, Some(tracks)) => Ok(tracks),
        // Somebody else found nothing at the same time.
        (None, None) => {
            let mut reader = env.store.glance().await?;
            reader.tracks().list(query).await
        }
    }
}
