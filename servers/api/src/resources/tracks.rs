//! `/tracks` and `/users/me/tracks`, but for uploads.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::kernel::{Page, PageRequest};
use veza_core::streaming::{self, ListTracks, SortOrder, Track, TrackId, TrackSort};
use veza_server_kit::{Auth, MaybeAuth, Problem, StrictPath, StrictQuery};

use crate::Api;
use crate::view::{Told, TrackView};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(mine))
        .routes(routes!(get, delete))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only tracks of this genre, whatever the case.
    genre: Option<String>,
    /// By what they are sorted; by default by `created_at`.
    #[param(inline)]
    sort_by: Option<SortBy>,
    /// In which direction; by default the newest first, titles from A.
    #[param(inline)]
    order: Option<Order>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
    /// How many at most: 1 to 100, by default 20. Anything beyond is the nearest end.
    #[param(minimum = 0, maximum = 4294967295_i64)]
    limit: Option<u32>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SortBy {
    CreatedAt,
    Title,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    Asc,
    Desc,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MineQuery {
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
    /// How many at most: 1 to 100, by default 20. Anything beyond is the nearest end.
    #[param(minimum = 0, maximum = 4294967295_i64)]
    limit: Option<u32>,
}

/// One page of tracks.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrackPage {
    items: Vec<TrackView>,
    /// Where the next page begins; none on the last.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// The tracks that everybody may hear
#[utoipa::path(
    get,
    path = "/tracks",
    operation_id = "tracks.list",
    tag = "tracks",
    security(()),
    params(ListQuery),
    responses((status = 200, description = "A page of them", body = TrackPage)),
)]
pub(super) async fn list(
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

/// One's own tracks, in every state
#[utoipa::path(
    get,
    path = "/users/me/tracks",
    operation_id = "users.me.tracks",
    tag = "tracks",
    security(("accessToken" = [])),
    params(MineQuery),
    responses((status = 200, description = "A page of them, the newest first", body = TrackPage)),
)]
pub(super) async fn mine(
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

/// One track
///
/// Its owner sees it in every state; everybody else once it is ready and public.
#[utoipa::path(
    get,
    path = "/tracks/{id}",
    operation_id = "tracks.get",
    tag = "tracks",
    security((), ("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The track")),
    responses((status = 200, description = "The track", body = TrackView)),
)]
pub(super) async fn get(
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

/// Remove a track and its media
///
/// Its owner may, and a moderator.
#[utoipa::path(
    delete,
    path = "/tracks/{id}",
    operation_id = "tracks.delete",
    tag = "tracks",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The track")),
    responses((status = 204, description = "It is removed")),
)]
pub(super) async fn delete(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    Told(metadata): Told,
) -> Result<StatusCode, Problem> {
    let id = TrackId::from(id);
    streaming::delete_track(&api.services.env, &who, id, &metadata).await?;
    Ok(StatusCode::NO_CONTENT)
}
