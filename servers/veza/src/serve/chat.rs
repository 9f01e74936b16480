//! The chat's port.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::middleware::from_fn_with_state;
use veza_chat_server::{Authenticator, ChatConfig, ChatServer, Identity};
use veza_core::auth::TokenVerifier;
use veza_core::auth::api_keys::{ApiKeySecret, authenticate_api_key};
use veza_core::kernel::{Environment, Permission, Principal, TypedId as _};
use veza_server_kit::layers::{self, Cors};
use veza_server_kit::problem;
use veza_server_kit::rate_limit::{self, Limits};

/// A chat server for clients with our access tokens or keys, and for pages of the given origins.
pub(super) fn server(
    env: Environment,
    verifier: Arc<dyn TokenVerifier>,
    origins: Vec<String>,
) -> ChatServer {
    let config = ChatConfig {
        allowed_origins: origins,
        reauthenticate_every: Duration::from_secs(3),
        ..ChatConfig::default()
    };
    ChatServer::new(config, Arc::new(Tokens { env, verifier }))
}

/// The routes of the chat's port.
pub(super) fn router(server: &ChatServer, limits: Limits, health: Router) -> Router {
    let router = veza_chat_server::router(server)
        .layer(from_fn_with_state(limits, rate_limit::connections))
        .merge(health)
        .fallback(problem::not_found);
    layers::standard(router, &Cors::SameOrigin, None)
}

/// Access tokens say who somebody is, and so do keys of programs that are for this.
struct Tokens {
    env: Environment,
    verifier: Arc<dyn TokenVerifier>,
}

#[async_trait]
impl Authenticator for Tokens {
    async fn authenticate(&self, token: &str) -> Option<Identity> {
        let principal = if ApiKeySecret::looks_like_one(token) {
            let key = authenticate_api_key(&self.env, token).await.ok();
            key.filter(|key| key.may(Permission::ChatConnect))?
        } else {
            Principal::from(self.verifier.verify(token).ok()?)
        };
        Some(Identity {
            user_id: principal.user_id.uuid(),
            username: principal.username,
        })
    }
}
