//! The document and a page to read it by.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;
use veza_server_kit::Problem;

use super::DOCUMENT_PATH;

/// What the page may load: itself. Its pictures are partly within its style sheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; object-src 'none'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `openapi.json` and, under `docs/`, Swagger UI (Apache-2.0; its files come with the crate
/// `utoipa-swagger-ui-vendored` and lie within the program): no foreign host.
///
/// # Panics
/// When the document cannot be written as JSON, at the start and never later.
pub(crate) fn routes(document: &OpenApi) -> Router {
    let json = serde_json::to_vec(document).expect("a document is made of texts and numbers");
    let json = Bytes::from(json);
    let config = Arc::new(Config::from(DOCUMENT_PATH).use_base_layout());
    Router::new()
        .route(
            DOCUMENT_PATH,
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) }),
        )
        .route(
            "/api/v1/docs",
            get(|| async { Redirect::permanent("/api/v1/docs/") }),
        )
        .route("/api/v1/docs/", get(index))
        .route("/api/v1/docs/{*file}", get(file))
        .with_state(config)
}

async fn index(State(config): State<Arc<Config<'static>>>) -> Response {
    answer("index.html", config)
}

async fn file(State(config): State<Arc<Config<'static>>>, Path(file): Path<String>) -> Response {
    answer(&file, config)
}

fn answer(file: &str, config: Arc<Config<'static>>) -> Response {
    match utoipa_swagger_ui::serve(file, config) {
        Ok(Some(file)) => (
            [
                (header::CONTENT_TYPE, file.content_type),
                (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
                (header::CACHE_CONTROL, "public, max-age=3600".to_owned()),
            ],
            file.bytes.into_owned(),
        )
            .into_response(),
        Ok(None) => Problem::not_found().into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of the document cannot be made");
            Problem::internal().into_response()
        }
    }
}
