//! The chat's port.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::middleware::from_fn_with_state;
use veza_chat_server::{Authenticator, ChatConfig, ChatServer, Identity};
use veza_core::auth::TokenVerifier;
use veza_core::kernel::TypedId as _;
use veza_server_kit::layers::{self, Cors};
use veza_server_kit::problem;
use veza_server_kit::rate_limit::{self, Limits};

/// A chat server for clients with our access tokens, and for pages of the given origins.
pub(super) fn server(verifier: Arc<dyn TokenVerifier>, origins: Vec<String>) -> ChatServer {
    let config = ChatConfig {
        allowed_origins: origins,
        reauthenticate_every: Duration::from_secs(3),
        ..ChatConfig::default()
    };
    ChatServer::new(config, Arc::new(Tokens(verifier)))
}

/// The routes of the chat's port.
pub(super) fn router(server: &ChatServer, limits: Limits, health: Router) -> Router {
    let router = veza_chat_server::router(server)
        .layer(from_fn_with_state(limits, rate_limit::connections))
        .merge(health)
        .fallback(problem::not_found);
    layers::standard(router, &Cors::SameOrigin, None)
}

/// Access tokens say who somebody is.
struct Tokens(Arc<dyn TokenVerifier>);

#[async_trait]
impl Authenticator for Tokens {
    async fn authenticate(&self, token: &str) -> Option<Identity> {
        let grant = self.0.verify(token).ok()?;
        Some(Identity {
            user_id: grant.user_id.uuid(),
            username: grant.username,
        })
    }
}
