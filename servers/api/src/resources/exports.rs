//! `/users/me/export`: everything that is kept of oneself.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::exports::{self, AccountExport, ExportError, ExportState};
use veza_core::kernel::Timestamp;
use veza_server_kit::{Auth, Problem};

use crate::Api;
use crate::blob_body::blob_body;
use crate::contract::schema;
use crate::view::Told;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(show, request))
}

/// What takes as long as it takes.
pub(super) fn slow_routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(fetch))
}

/// How it stands with an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Export)]
pub(crate) struct ExportView {
    /// `pending`, `ready` or `failed`.
    status: &'static str,
    #[schema(value_type = schema::Time)]
    requested_at: Timestamp,
    /// How many bytes the archive has, once it is ready.
    #[schema(required)]
    size: Option<u64>,
    /// Until when it can be fetched, once it is ready.
    #[schema(required, value_type = Option<schema::Time>)]
    expires_at: Option<Timestamp>,
}

impl ExportView {
    fn of(export: &AccountExport) -> Self {
        let (size, expires_at) = match export.state {
            ExportState::Ready {
                size, expires_at, ..
            } => (Some(size), Some(expires_at)),
            ExportState::Pending | ExportState::Failed => (None, None),
        };
        Self {
            status: export.state.as_str(),
            requested_at: export.requested_at,
            size,
            expires_at,
        }
    }
}

/// Ask for an export of one's account
///
/// Everything that is kept of oneself, with the files one has uploaded, is written into a ZIP
/// archive; a mail tells when it can be fetched. While one is being written it is answered.
#[utoipa::path(
    post,
    path = "/users/me/export",
    operation_id = "users.export.request",
    tag = "users",
    security(("accessToken" = [])),
    responses((status = 202, description = "It will be written", body = ExportView)),
)]
pub(super) async fn request(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
) -> Result<(StatusCode, Json<ExportView>), Problem> {
    api.limiters.export(who.user_id).await.check()?;
    let export = exports::request_export(&api.services.env, &who, &metadata).await?;
    Ok((StatusCode::ACCEPTED, Json(ExportView::of(&export))))
}

/// How it stands with one's export
#[utoipa::path(
    get,
    path = "/users/me/export",
    operation_id = "users.export.show",
    tag = "users",
    security(("accessToken" = [])),
    responses(
        (status = 200, description = "The export", body = ExportView),
        (status = 404, description = "None was asked for, or its time is over"),
    ),
)]
pub(super) async fn show(
    State(api): State<Api>,
    Auth(who): Auth,
) -> Result<Json<ExportView>, Problem> {
    let export = exports::show_export(&api.services.env, &who).await?;
    Ok(Json(ExportView::of(&export)))
}

/// Fetch one's export
///
/// Seven days long, by who has lately proved who they are.
#[utoipa::path(
    get,
    path = "/users/me/export/archive",
    operation_id = "users.export.fetch",
    tag = "users",
    security(("accessToken" = [])),
    responses(
        (status = 200, description = "The archive", body = String, content_type = "application/zip"),
        (status = 404, description = "None is ready"),
    ),
)]
pub(super) async fn fetch(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
) -> Result<Response, Problem> {
    let services = &api.services;
    let export = exports::fetch_export(&services.env, &who, &metadata).await?;
    let blob = services.blobs.get(&export.archive, None).await?;
    let blob = blob.ok_or(ExportError::NotFound)?;
    let answer = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, blob.size.to_string()),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"veza-export.zip\"".to_owned(),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((answer, blob_body(blob)).into_response())
}
