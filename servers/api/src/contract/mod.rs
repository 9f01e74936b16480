//! The contract of the service: an OpenAPI 3.1 document made of the handlers' own descriptions.
//!
//! A handler describes itself with `#[utoipa::path]`: what it takes, what it answers when all is
//! well, and what can go wrong that is particular to it. What can go wrong everywhere (a token
//! that is not good, a body that cannot be read, too many requests) is added to each operation by
//! its form in [`complete`], so that nobody has to write it and nobody can forget it.

mod docs;
mod headers;
mod problems;
pub(crate) mod schema;

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

pub(crate) use docs::routes as docs;
pub(crate) use problems::complete;

/// Where the document is served.
pub(crate) const DOCUMENT_PATH: &str = "/api/v1/openapi.json";

/// What the document says before any operation is in it.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Veza",
        description = "A collaborative audio platform: accounts, uploads, tracks.\n\n\
            Requests and answers are JSON in camelCase; query parameters are in snake_case. \
            A body may hold no field that is not named here. What is refused is answered with a \
            problem document (RFC 9457) whose `code` is stable. Lists come in pages: \
            `nextCursor` of one page is the `cursor` of the next.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "auth", description = "Registering, signing in, sessions"),
        (name = "admin", description = "Roles, bans, the audit log, jobs"),
        (name = "users", description = "Accounts"),
        (name = "tracks", description = "Tracks, from upload to playable media"),
        (name = "analytics", description = "What happened, counted by day"),
        (name = "operations", description = "Keys, health, this document"),
    ),
)]
struct Base;

/// The document without operations: what it is about, and how one proves who one is.
pub(crate) fn base() -> OpenApi {
    let mut document = Base::openapi();
    let scheme = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("An access token of `POST /api/v1/auth/login`."))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("accessToken", SecurityScheme::Http(scheme));
    document
}
