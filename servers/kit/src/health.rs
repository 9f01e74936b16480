//! `/health/live` and `/health/ready`.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::join_all;
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::Shutdown;

/// How long one check may take before it counts as failed.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// How things stand is never an answer to keep.
const NO_STORE: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// Something the service cannot work without.
#[async_trait]
pub trait Check: Send + Sync {
    /// What it is called in the answer: `database`.
    fn name(&self) -> &'static str;

    /// Whether it works now. The cause of a failure is for the log, never for the answer.
    async fn check(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

/// The two paths: live answers 200 while the process runs; ready answers 200 while every check
/// passes within two seconds and no shutdown has been asked for, 503 otherwise.
pub fn router<S: Clone + Send + Sync + 'static>(
    checks: Vec<Arc<dyn Check>>,
    shutdown: Shutdown,
) -> Router<S> {
    let checks: Arc<[Arc<dyn Check>]> = checks.into();
    Router::new()
        .route(
            "/health/live",
            get(move || async move { (NO_STORE, Json(json!({"status": "ok"}))) }),
        )
        .route(
            "/health/ready",
            get(move || async move {
                let (status, body) = ready(&checks, &shutdown).await;
                (status, NO_STORE, Json(body))
            }),
        )
}

async fn ready(checks: &[Arc<dyn Check>], shutdown: &Shutdown) -> (StatusCode, Value) {
    let outcomes = join_all(checks.iter().map(|check| async move {
        let failure = match tokio::time::timeout(CHECK_TIMEOUT, check.check()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("no answer in time".to_owned()),
        };
        if let Some(cause) = &failure {
            tracing::warn!(check = check.name(), %cause, "not ready");
        }
        (check.name(), failure.is_none())
    }))
    .await;
    let stopping = shutdown.is_requested();
    let ok = !stopping && outcomes.iter().all(|(_, ok)| *ok);
    let checks: serde_json::Map<String, Value> = outcomes
        .into_iter()
        .map(|(name, ok)| (name.to_owned(), Value::from(word(ok))))
        .collect();
    let status = if ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let word = if stopping { "stopping" } else { word(ok) };
    (status, json!({"status": word, "checks": checks}))
}

fn word(ok: bool) -> &'static str {
    if ok { "ok" } else { "failed" }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(&'static str, bool);

    #[async_trait]
    impl Check for Fixed {
        fn name(&self) -> &'static str {
            self.0
        }
        async fn check(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            if self.1 {
                Ok(())
            } else {
                Err("password=hunter2".into())
            }
        }
    }

    #[tokio::test]
    async fn one_failed_check_makes_the_service_unready_and_tells_no_cause() {
        let checks: [Arc<dyn Check>; 2] = [
            Arc::new(Fixed("database", true)),
            Arc::new(Fixed("blobs", false)),
        ];
        let (status, body) = ready(&checks, &Shutdown::new()).await;
        assert_eq!(status, 503);
        assert_eq!(
            body,
            json!({"status": "failed", "checks": {"database": "ok", "blobs": "failed"}})
        );
        assert_eq!(ready(&checks[..1], &Shutdown::new()).await.0, 200);
    }

    #[tokio::test]
    async fn a_service_that_stops_is_not_ready() {
        let shutdown = Shutdown::new();
        shutdown.request();
        assert_eq!(ready(&[], &shutdown).await.0, 503);
    }
}
