//! `/tracks` and `/users/me/tracks`, but for uploads.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::kernel::{Page, PageRequest};
use veza_core::streaming::{
    self, ListTracks, SortOrder, Track, TrackId, TrackSort, UpdateTrack, Visibility,
};
use veza_server_kit::{Auth, MaybeAuth, Problem, StrictJson, StrictPath, StrictQuery};

use crate::Api;
use crate::contract::schema;
use crate::etag::{IfMatch, IfNoneMatch, MaybeIfMatch, tagged};
use crate::page_link::NextPage;
use crate::view::{Told, TrackView};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(mine))
        .routes(routes!(get, update, delete))
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
    #[param(minimum = 0, maximum = 4294967295_i64, format = Int64)]
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
    pub(super) cursor: Option<String>,
    /// How many at most: 1 to 100, by default 20. Anything beyond is the nearest end.
    #[param(minimum = 0, maximum = 4294967295_i64, format = Int64)]
    pub(super) limit: Option<u32>,
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
    responses(
        (status = 200, description = "A page of them; `Link` leads to the next",
            body = TrackPage),
    ),
)]
pub(super) async fn list(
    State(api): State<Api>,
    StrictQuery(query): StrictQuery<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<(NextPage, Json<TrackPage>), Problem> {
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
    Ok(view(&api, page, &uri, &headers))
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
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<(NextPage, Json<TrackPage>), Problem> {
    let page = PageRequest {
        cursor: query.cursor,
        limit: query.limit,
    };
    let page = streaming::my_tracks(&api.services.env, &who, &page).await?;
    Ok(view(&api, page, &uri, &headers))
}

/// A page as it is answered.
pub(super) fn view(
    api: &Api,
    page: Page<Track>,
    uri: &Uri,
    headers: &HeaderMap,
) -> (NextPage, Json<TrackPage>) {
    let stream = api.origins.stream_for(headers);
    let items = page
        .items
        .into_iter()
        .map(|track| TrackView::of(track, &stream))
        .collect();
    let next = NextPage::of(uri, page.next_cursor.as_deref());
    let page = TrackPage {
        items,
        next_cursor: page.next_cursor,
    };
    (next, Json(page))
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
    params(
        ("id" = Uuid, Path, description = "The track"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what is kept"),
    ),
    responses(
        (status = 200, description = "The track", body = TrackView,
            headers(("ETag" = String, description = "Which state of it this is"))),
        (status = 304, description = "It is as it was"),
    ),
)]
pub(super) async fn get(
    State(api): State<Api>,
    MaybeAuth(who): MaybeAuth,
    StrictPath(id): StrictPath<Uuid>,
    seen: IfNoneMatch,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = TrackId::from(id);
    let track = streaming::get_track(&api.services.env, who.as_ref(), id).await?;
    let version = track.version;
    let view = TrackView::of(track, &api.origins.stream_for(&headers));
    tagged(version, &view, &seen)
}

/// What a track is to be like.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TrackUpdate)]
pub(crate) struct UpdateBody {
    /// A title of 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// A genre of at most 50 characters.
    genre: Option<String>,
    /// A description of at most 5,000 characters.
    description: Option<String>,
    #[schema(value_type = schema::Visibility)]
    visibility: Visibility,
}

/// Change a track
///
/// All that its owner says of it is replaced: a genre or a description that is left out is
/// removed. `If-Match` names what the change is meant for.
#[utoipa::path(
    put,
    path = "/tracks/{id}",
    operation_id = "tracks.update",
    tag = "tracks",
    security(("accessToken" = [])),
    params(
        ("id" = Uuid, Path, description = "The track"),
        ("If-Match" = String, Header, description = "The `ETag` of what is to be changed"),
    ),
    request_body = UpdateBody,
    responses(
        (status = 200, description = "The track as it is now", body = TrackView,
            headers(("ETag" = String, description = "Which state of it this is"))),
    ),
)]
pub(super) async fn update(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    IfMatch(expected): IfMatch,
    Told(metadata): Told,
    headers: HeaderMap,
    StrictJson(body): StrictJson<UpdateBody>,
) -> Result<Response, Problem> {
    let command = UpdateTrack {
        id: TrackId::from(id),
        expected,
        title: body.title,
        genre: body.genre,
        description: body.description,
        visibility: body.visibility,
        metadata,
    };
    let track = streaming::update_track(&api.services.env, &who, command).await?;
    let version = track.version;
    let view = TrackView::of(track, &api.origins.stream_for(&headers));
    tagged(version, &view, &IfNoneMatch::NOTHING)
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
    params(
        ("id" = Uuid, Path, description = "The track"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what is to be removed"),
    ),
    responses((status = 204, description = "It is removed")),
)]
pub(super) async fn delete(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    MaybeIfMatch(expected): MaybeIfMatch,
    Told(metadata): Told,
) -> Result<StatusCode, Problem> {
    let id = TrackId::from(id);
    streaming::delete_track(&api.services.env, &who, id, &expected, &metadata).await?;
    Ok(StatusCode::NO_CONTENT)
}
