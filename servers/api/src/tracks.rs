//! `/tracks` and `/users/me/tracks`, but for uploads.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use veza_core::kernel::{Page, PageRequest};
use veza_core::streaming::{self, ListTracks, SortOrder, Track, TrackId, TrackSort};
use veza_server_kit::{Auth, MaybeAuth, Problem, StrictPath, StrictQuery};

use crate::Api;
use crate::view::{TrackView, metadata};

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    genre: Option<String>,
    sort_by: Option<SortBy>,
    order: Option<Order>,
    cursor: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SortBy {
    CreatedAt,
    Title,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Asc,
    Desc,
}

#[derive(Deserialize)]
pub(crate) struct MineQuery {
    cursor: Option<String>,
    limit: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrackPage {
    items: Vec<TrackView>,
    next_cursor: Option<String>,
}

pub(crate) async fn list(
    State(api): State<Api>,
    StrictQuery(query): StrictQuery<ListQuery>,
    headers: HeaderMap,
) -> Result<Json<TrackPage>, Problem> {
    let list = ListTracks {
        genre: query.genre.filter(|genre| !genre.trim().is_empty()),
        sort: match query.sort_by {
            None | Some(SortBy::CreatedAt) => TrackSort::CreatedAt,
            Some(SortBy::Title) => TrackSort::Title,
        },
        order: query.order.map(|order| match order {
            Order::Asc => SortOrder::Ascending,
            Order::Desc => SortOrder::Descending,
        }),
        page: PageRequest {
            cursor: query.cursor,
            limit: query.limit,
        },
    };
    let page = streaming::list_tracks(&api.services.env, &list).await?;
    Ok(Json(view(&api, page, &headers)))
}

pub(crate) async fn mine(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictQuery(query): StrictQuery<MineQuery>,
    headers: HeaderMap,
) -> Result<Json<TrackPage>, Problem> {
    let page = PageRequest {
        cursor: query.cursor,
        limit: query.limit,
    };
    let page = streaming::my_tracks(&api.services.env, &who, &page).await?;
    Ok(Json(view(&api, page, &headers)))
}

fn view(api: &Api, page: Page<Track>, headers: &HeaderMap) -> TrackPage {
    let stream = api.origins.stream_for(headers);
    let items = page
        .items
        .into_iter()
        .map(|track| TrackView::of(track, &stream))
        .collect();
    TrackPage {
        items,
        next_cursor: page.next_cursor,
    }
}

pub(crate) async fn get(
    State(api): State<Api>,
    MaybeAuth(who): MaybeAuth,
    StrictPath(id): StrictPath<Uuid>,
    headers: HeaderMap,
) -> Result<Json<TrackView>, Problem> {
    let id = TrackId::from(id);
    let track = streaming::get_track(&api.services.env, who.as_ref(), id).await?;
    Ok(Json(TrackView::of(
        track,
        &api.origins.stream_for(&headers),
    )))
}

pub(crate) async fn delete(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let id = TrackId::from(id);
    streaming::delete_track(&api.services.env, &who, id, &metadata(&headers)).await?;
    Ok(StatusCode::NO_CONTENT)
}
