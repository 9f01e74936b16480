//! `/users`.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::auth::{self, Rename, User, UserId};
use veza_core::kernel::{PageRequest, Timestamp};
use veza_core::streaming;
use veza_server_kit::{Auth, Problem, StrictJson, StrictPath, StrictQuery};

use super::tracks::{MineQuery, TrackPage, view};
use crate::Api;
use crate::contract::schema::Time;
use crate::etag::{IfMatch, IfNoneMatch, tagged};
use crate::page_link::NextPage;
use crate::view::{Told, UserView};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(me))
        .routes(routes!(show, update))
        .routes(routes!(tracks))
}

/// One's own account
#[utoipa::path(
    get,
    path = "/users/me",
    operation_id = "users.me",
    tag = "users",
    security(("accessToken" = [])),
    responses((status = 200, description = "The account", body = UserView)),
)]
pub(super) async fn me(State(api): State<Api>, Auth(who): Auth) -> Result<Json<UserView>, Problem> {
    let user = auth::me(&api.services.env, &who).await?;
    Ok(Json(UserView::of(&user)))
}

/// An account as everybody sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicUser)]
pub(crate) struct PublicUserView {
    #[schema(value_type = Uuid)]
    id: UserId,
    username: String,
    #[schema(value_type = Time)]
    created_at: Timestamp,
}

impl PublicUserView {
    fn of(user: &User) -> Self {
        Self {
            id: user.id,
            username: user.username.clone(),
            created_at: user.created_at,
        }
    }
}

/// An account
#[utoipa::path(
    get,
    path = "/users/{id}",
    operation_id = "users.get",
    tag = "users",
    security(()),
    params(
        ("id" = Uuid, Path, description = "The account"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of what is kept"),
    ),
    responses(
        (status = 200, description = "The account, as everybody sees it", body = PublicUserView,
            headers(("ETag" = String, description = "Which state of it this is"))),
        (status = 304, description = "It is as it was"),
    ),
)]
pub(super) async fn show(
    State(api): State<Api>,
    StrictPath(id): StrictPath<Uuid>,
    seen: IfNoneMatch,
) -> Result<Response, Problem> {
    let user = auth::show_user(&api.services.env, UserId::from(id)).await?;
    tagged(user.name_version(), &PublicUserView::of(&user), &seen)
}

/// What an account is to be like.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserUpdate)]
pub(crate) struct UpdateBody {
    /// The name others see: letters, digits, `_` and `-`.
    #[schema(min_length = 3, max_length = 32)]
    username: String,
}

/// Change one's account
#[utoipa::path(
    put,
    path = "/users/{id}",
    operation_id = "users.update",
    tag = "users",
    security(("accessToken" = [])),
    params(
        ("id" = Uuid, Path, description = "The account"),
        ("If-Match" = String, Header, description = "The `ETag` of what is to be changed"),
    ),
    request_body = UpdateBody,
    responses(
        (status = 200, description = "The account as it is now", body = PublicUserView,
            headers(("ETag" = String, description = "Which state of it this is"))),
        (status = 409, description = "Another account has the name"),
    ),
)]
pub(super) async fn update(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    IfMatch(expected): IfMatch,
    Told(metadata): Told,
    StrictJson(body): StrictJson<UpdateBody>,
) -> Result<Response, Problem> {
    let command = Rename {
        user_id: UserId::from(id),
        expected,
        username: body.username,
        metadata,
    };
    let user = auth::rename(&api.services.env, &who, command).await?;
    let view = PublicUserView::of(&user);
    tagged(user.name_version(), &view, &IfNoneMatch::NOTHING)
}

/// What somebody has published
#[utoipa::path(
    get,
    path = "/users/{id}/tracks",
    operation_id = "users.tracks",
    tag = "tracks",
    security(()),
    params(("id" = Uuid, Path, description = "The artist"), MineQuery),
    responses(
        (status = 200, description = "A page of their public tracks, the newest first",
            body = TrackPage),
    ),
)]
pub(super) async fn tracks(
    State(api): State<Api>,
    StrictPath(id): StrictPath<Uuid>,
    StrictQuery(query): StrictQuery<MineQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<(NextPage, Json<TrackPage>), Problem> {
    let artist = auth::show_user(&api.services.env, UserId::from(id)).await?;
    let page = PageRequest {
        cursor: query.cursor,
        limit: query.limit,
    };
    let page = streaming::tracks_of(&api.services.env, artist.id, &page).await?;
    Ok(view(&api, page, &uri, &headers))
}
