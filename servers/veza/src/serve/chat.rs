//! The chat's port.

use axum::Router;
use veza_server_kit::layers::{self, Cors};
use veza_server_kit::problem;

/// The routes of the chat's port.
pub(super) fn router(health: Router) -> Router {
    layers::standard(health.fallback(problem::not_found), &Cors::SameOrigin, None)
}
