//! Erasing one's account.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::auth::{self, RequestErasure, UserId};
use veza_core::kernel::Timestamp;
use veza_server_kit::{Auth, Problem, StrictPath};

use crate::Api;
use crate::contract::schema;
use crate::view::Told;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(erase))
}

/// An account that is to be erased.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErasureView {
    /// When it will be; signing in before keeps it.
    #[schema(value_type = schema::Time)]
    due_at: Timestamp,
}

/// Have one's account erased
///
/// Signs out everywhere. The account is erased in thirty days, with its tracks; signing in before
/// keeps it.
#[utoipa::path(
    delete,
    path = "/users/{id}",
    operation_id = "users.erase",
    tag = "users",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The account; one's own")),
    responses(
        (status = 202, description = "It will be erased", body = ErasureView),
        (status = 409, description = "It is the last administrator"),
    ),
)]
pub(super) async fn erase(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
    Told(metadata): Told,
) -> Result<(StatusCode, Json<ErasureView>), Problem> {
    let command = RequestErasure {
        user_id: UserId::from(id),
        metadata,
    };
    let erasure = auth::request_erasure(&api.services.env, &who, command).await?;
    api.learn_of_revocations().await;
    let body = ErasureView {
        due_at: erasure.due_at,
    };
    Ok((StatusCode::ACCEPTED, Json(body)))
}
