//! The limits as layers around a router.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use veza_core::auth::TokenVerifier;

use super::{Limits, Verdict};
use crate::auth::who;
use crate::client_address::ClientAddress;

/// Counts every request: by its account when it carries a good token, else by its network. A bad
/// token is no account's; what it is answered is for the route to say.
pub async fn requests(
    State((limits, verifier)): State<(Limits, Arc<dyn TokenVerifier>)>,
    client: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let user = who(request.extensions(), request.headers(), &*verifier).unwrap_or_default();
    let verdict = limits
        .request(client.ip(), user.map(|user| user.user_id))
        .await;
    answer(verdict, request, next).await
}

/// Counts every request as a connection that is opened: for the door of WebSockets.
pub async fn connections(
    State(limits): State<Limits>,
    client: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let verdict = limits.socket(client.ip()).await;
    answer(verdict, request, next).await
}

async fn answer(verdict: Verdict, request: Request, next: Next) -> Response {
    if let Err(problem) = verdict.check() {
        return problem.into_response();
    }
    let mut response = next.run(request).await;
    verdict.write(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limit::RateLimits;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use http::{StatusCode, header};
    use tower::ServiceExt as _;
    use veza_core::auth::{AccessGrant, JsonWebKeySet, TokenError};
    use veza_core::memory::{ManualClock, MemoryLimiter};

    struct Nobody;

    impl TokenVerifier for Nobody {
        fn verify(&self, _token: &str) -> Result<AccessGrant, TokenError> {
            Err(TokenError::Invalid)
        }
        fn public_keys(&self) -> JsonWebKeySet {
            JsonWebKeySet { keys: Vec::new() }
        }
    }

    fn limits() -> Limits {
        let clock = Arc::new(ManualClock::default());
        Limits::new(Arc::new(MemoryLimiter::new(clock, 100)), RateLimits::Strict)
    }

    async fn ask(router: &Router, path: &str, token: Option<&str>) -> Response {
        let mut request = Request::builder().uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn other_spellings_of_a_path_share_its_bucket() {
        let verifier: Arc<dyn TokenVerifier> = Arc::new(Nobody);
        let router = Router::new()
            .route("/tracks", get(|| async {}))
            .layer(from_fn_with_state((limits(), verifier), requests));
        let spellings = [
            "/tracks",
            "//tracks",
            "/tracks/",
            "/%74racks",
            "/TRACKS",
            "/./tracks",
        ];
        for (number, path) in spellings.iter().cycle().take(120).enumerate() {
            let answer = ask(&router, path, Some("forged")).await;
            assert_ne!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{number}");
        }
        for path in spellings {
            let answer = ask(&router, path, None).await;
            assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
            assert_eq!(answer.headers()[header::RETRY_AFTER], "1");
        }
    }

    #[tokio::test]
    async fn doors_are_limited_by_the_minute() {
        let router = Router::new()
            .route("/ws", get(|| async {}))
            .layer(from_fn_with_state(limits(), connections));
        for _ in 0..12 {
            assert_eq!(ask(&router, "/ws", None).await.status(), StatusCode::OK);
        }
        let refused = ask(&router, "/ws", Some("good")).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "6");
    }
}
