//! What machines ask, outside of `/api/v1`: keys and health.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::contract::schema::{Health, KeySet, Readiness};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(HealthPaths::openapi()).routes(routes!(jwks))
}

/// The routes of health are the kit's own; this tells the document of them.
#[derive(OpenApi)]
#[openapi(paths(live, ready))]
struct HealthPaths;

/// The public keys of access tokens
///
/// With these (RFC 7517) anybody can verify an access token without asking.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "operations.jwks",
    tag = "operations",
    security(()),
    responses((status = 200, description = "The keys", body = KeySet)),
)]
pub(super) async fn jwks(State(api): State<Api>) -> impl IntoResponse {
    let keys = api.services.verifier.public_keys();
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(keys))
}

/// Whether the process runs
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "operations.live",
    tag = "operations",
    security(()),
    responses((status = 200, description = "It runs", body = Health)),
)]
#[expect(dead_code, reason = "a description; the route is the kit's")]
fn live() {}

/// Whether the service can do its work
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "operations.ready",
    tag = "operations",
    security(()),
    responses(
        (status = 200, description = "It can", body = Readiness),
        (status = 503, description = "It cannot now, or it is stopping", body = Readiness),
    ),
)]
#[expect(dead_code, reason = "a description; the route is the kit's")]
fn ready() {}
