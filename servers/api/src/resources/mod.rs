//! The resources, one file each.
//!
//! A new one is a file with `pub(super) fn routes() -> OpenApiRouter<Api>`, named below in
//! [`quick`]. Each of its handlers says with `#[utoipa::path]` its `operation_id` (`tracks.list`),
//! its tag, its `security` (`(())` for everybody, `(("accessToken" = []))` for somebody known,
//! `((), ("accessToken" = []))` for both), what it takes and its good answers. Of the bad ones only
//! those particular to it, as `(status = 409, description = "...")`; the others are added by their
//! form. Bodies and views derive `ToSchema`, query structs `IntoParams`; `contract::schema` has the
//! domain's own types (`#[schema(value_type = Time)]`). A field of an answer that may be null is
//! `#[schema(required)]`.

mod admin_accounts;
mod admin_jobs;
mod analytics;
mod api_keys;
mod auth;
mod avatars;
pub(crate) mod events;
mod exports;
mod identities;
mod invitations;
mod operations;
mod passwords;
mod privacy;
mod registration;
pub(crate) mod second_factor;
mod sessions;
mod tracks;
mod uploads;
mod users;

use utoipa_axum::router::OpenApiRouter;

use crate::Api;

/// The resources under `/api/v1` whose answers come within the time limit of a request.
pub(crate) fn quick() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .merge(analytics::routes())
        .merge(admin_accounts::routes())
        .merge(api_keys::routes())
        .merge(auth::routes())
        .merge(exports::routes())
        .merge(identities::routes())
        .merge(invitations::routes())
        .merge(passwords::routes())
        .merge(privacy::routes())
        .merge(registration::routes())
        .merge(second_factor::routes())
        .merge(sessions::routes())
        .merge(tracks::routes())
        .merge(users::routes())
        .merge(admin_jobs::routes())
}

/// The resources under `/api/v1` which take as long as they take.
pub(crate) fn slow() -> OpenApiRouter<Api> {
    uploads::routes()
        .merge(exports::slow_routes())
        .merge(avatars::routes())
        .merge(events::routes())
}

/// What lies outside of `/api/v1`.
pub(crate) fn outside() -> OpenApiRouter<Api> {
    operations::routes()
}
