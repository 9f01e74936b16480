//! `/auth/api-keys`: keys for programs.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::auth::{self, ApiKey, ApiKeyId, CreateApiKey, RevokeApiKey};
use veza_core::kernel::{Permission, Timestamp};
use veza_server_kit::{Auth, Problem, StrictJson, StrictPath};

use crate::Api;
use crate::contract::schema;
use crate::view::Told;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
}

/// A key, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKey)]
pub(crate) struct ApiKeyView {
    #[schema(value_type = Uuid)]
    id: ApiKeyId,
    name: String,
    /// What it may do, as far as its owner may.
    #[schema(value_type = Vec<schema::PermissionName>)]
    permissions: Vec<Permission>,
    #[schema(value_type = schema::Time)]
    created_at: Timestamp,
    /// When it ends, if it does.
    #[schema(required, value_type = Option<schema::Time>)]
    expires_at: Option<Timestamp>,
    /// When it was last used, to some minutes.
    #[schema(required, value_type = Option<schema::Time>)]
    last_used_at: Option<Timestamp>,
}

impl ApiKeyView {
    fn of(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            permissions: key.permissions,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
        }
    }
}

/// One's keys.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyList {
    /// Fifty at most, the newest first.
    items: Vec<ApiKeyView>,
}

/// One's keys
#[utoipa::path(
    get,
    path = "/auth/api-keys",
    operation_id = "auth.api_keys.list",
    tag = "auth",
    security(("accessToken" = [])),
    responses((status = 200, description = "The keys", body = ApiKeyList)),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Auth(who): Auth,
) -> Result<Json<ApiKeyList>, Problem> {
    let keys = auth::list_api_keys(&api.services.env, &who).await?;
    let items = keys.into_iter().map(ApiKeyView::of).collect();
    Ok(Json(ApiKeyList { items }))
}

/// What a key is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CreateBody {
    /// What to call it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it may do: some of what its owner may.
    #[schema(value_type = Vec<schema::PermissionName>, min_items = 1)]
    permissions: Vec<Permission>,
    /// When it ends; never where it is not said.
    #[serde(default)]
    #[schema(value_type = Option<schema::Time>)]
    expires_at: Option<Timestamp>,
}

/// A new key, with its text, which is shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedKey {
    /// Goes into `Authorization: Bearer`.
    key: String,
    #[serde(flatten)]
    view: ApiKeyView,
}

/// Make a key
///
/// A key is shown in place of an access token. It changes nothing of the account's security.
#[utoipa::path(
    post,
    path = "/auth/api-keys",
    operation_id = "auth.api_keys.create",
    tag = "auth",
    security(("accessToken" = [])),
    request_body = CreateBody,
    responses(
        (status = 201, description = "The key is made", body = CreatedKey),
        (status = 409, description = "There are as many as one may have"),
    ),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictJson(body): StrictJson<CreateBody>,
) -> Result<(StatusCode, Json<CreatedKey>), Problem> {
    let command = CreateApiKey {
        name: body.name,
        permissions: body.permissions,
        expires_at: body.expires_at,
        metadata,
    };
    let created = auth::create_api_key(&api.services.env, &who, command).await?;
    let body = CreatedKey {
        key: created.secret.expose().to_owned(),
        view: ApiKeyView::of(created.key),
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// End a key
#[utoipa::path(
    delete,
    path = "/auth/api-keys/{id}",
    operation_id = "auth.api_keys.revoke",
    tag = "auth",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The key")),
    responses((status = 204, description = "It is no longer taken")),
)]
pub(super) async fn revoke(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    Told(metadata): Told,
) -> Result<StatusCode, Problem> {
    let command = RevokeApiKey {
        id: ApiKeyId::from(id),
        metadata,
    };
    auth::revoke_api_key(&api.services.env, &who, command).await?;
    Ok(StatusCode::NO_CONTENT)
}
