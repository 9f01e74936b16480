//! What every request passes through, whichever service it is for.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::Instrument;
use uuid::Uuid;

use crate::Problem;
use crate::config::ConfigError;
use crate::problem;

/// The longest address of a request, in bytes: the longest cursor, and more besides.
const MAX_URI: usize = 8 * 1024;
/// The most headers of a request, in bytes.
const MAX_HEADERS: usize = 24 * 1024;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the client's own when it is one of at most 64 letters, digits and
/// `-_.`, otherwise a new UUID. It is in the answer's `X-Request-Id` and in every log line.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Which other sites' pages may call the service.
#[derive(Clone, Debug)]
pub enum Cors {
    /// None but the service's own.
    SameOrigin,
    /// These origins, such as `https://music.example`.
    Allow(Vec<HeaderValue>),
    /// Any page may read, without credentials: public media.
    PublicRead,
}

impl Cors {
    /// An allow-list of origins.
    ///
    /// # Errors
    /// [`ConfigError`] for what is no origin (`scheme://host[:port]`), `*` and `null` among them.
    pub fn allow<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        let mut allowed = Vec::new();
        for origin in origins {
            let rest = origin
                .strip_prefix("https://")
                .or_else(|| origin.strip_prefix("http://"));
            let valid = rest.is_some_and(|host| {
                !host.is_empty()
                    && host
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b))
            });
            let value = HeaderValue::from_str(origin)
                .ok()
                .filter(|_| valid)
                .ok_or_else(|| {
                    ConfigError::new("--allow-origin", "is no origin, such as https://a.example")
                })?;
            allowed.push(value);
        }
        Ok(if allowed.is_empty() {
            Self::SameOrigin
        } else {
            Self::Allow(allowed)
        })
    }

    fn layer(&self) -> Option<CorsLayer> {
        let exposed = [
            header::LOCATION,
            header::RETRY_AFTER,
            header::ETAG,
            header::LINK,
            header::CONTENT_RANGE,
            HeaderName::from_static("ratelimit"),
            HeaderName::from_static("ratelimit-policy"),
            REQUEST_ID.clone(),
        ];
        match self {
            Self::SameOrigin => None,
            Self::Allow(origins) => Some(
                CorsLayer::new()
                    .allow_origin(AllowOrigin::list(origins.clone()))
                    // The origins are named one by one; with `*` this would be refused.
                    .allow_credentials(true)
                    .allow_methods([
                        Method::GET,
                        Method::POST,
                        Method::PUT,
                        Method::PATCH,
                        Method::DELETE,
                    ])
                    .allow_headers([
                        header::AUTHORIZATION,
                        header::CONTENT_TYPE,
                        header::IF_MATCH,
                        header::IF_NONE_MATCH,
                        HeaderName::from_static("idempotency-key"),
                        REQUEST_ID.clone(),
                    ])
                    .expose_headers(exposed)
                    .max_age(Duration::from_secs(600)),
            ),
            Self::PublicRead => Some(
                CorsLayer::new()
                    .allow_origin(tower_http::cors::Any)
                    .allow_methods([Method::GET, Method::HEAD])
                    .allow_headers([header::AUTHORIZATION, header::RANGE, header::IF_NONE_MATCH])
                    .expose_headers(exposed)
                    .max_age(Duration::from_secs(86_400)),
            ),
        }
    }
}

/// Puts around a router what every service needs: request ids and an access log, security
/// headers, problem documents for unknown methods, panics (500) and requests which take longer
/// than `timeout` (503; `None` where each route sets its own), and the CORS answers. What unknown
/// paths get is the router's own fallback; [`problem::not_found`] is the usual one.
pub fn standard(router: Router, cors: &Cors, timeout: Option<Duration>) -> Router {
    let mut router = router
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(from_fn(catch_panic));
    if let Some(timeout) = timeout {
        router = router.layer(from_fn_with_state(timeout, time_limit));
    }
    if let Some(cors) = cors.layer() {
        router = router.layer(cors);
    }
    router
        .layer(from_fn(head_limits))
        .layer(from_fn(security_headers))
        .layer(from_fn(observe))
}

/// Puts around a service that is reached over TLS, be it through a gateway, what binds browsers to
/// that (RFC 6797). Over plain HTTP it must not be sent (section 7.2).
pub fn over_tls(router: Router) -> Router {
    let strict = HeaderValue::from_static("max-age=31536000; includeSubDomains; preload");
    router.layer(SetResponseHeaderLayer::overriding(
        header::STRICT_TRANSPORT_SECURITY,
        strict,
    ))
}

/// Refuses what no honest client sends: an address beyond [`MAX_URI`] (414), headers beyond
/// [`MAX_HEADERS`] (431). Larger heads still are refused by the listener.
async fn head_limits(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let length = uri.path_and_query().map_or(0, |path| path.as_str().len());
    if length > MAX_URI {
        return Problem::new(
            StatusCode::URI_TOO_LONG,
            "request.uri_too_long",
            format!("the address is longer than the {MAX_URI} bytes that are taken"),
        )
        .into_response();
    }
    let headers = request.headers().iter();
    let length: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if length > MAX_HEADERS {
        return Problem::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "request.headers_too_large",
            format!("the headers are longer than the {MAX_HEADERS} bytes that are taken"),
        )
        .into_response();
    }
    next.run(request).await
}

/// Answers 503 when the handler takes longer than the given time. For single routes; a whole
/// service gets it by [`standard`].
pub async fn time_limit(
    axum::extract::State(limit): axum::extract::State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(seconds = limit.as_secs(), "a request took too long");
            Problem::unavailable(5).into_response()
        }
    }
}

async fn catch_panic(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            // The panic hook has written what happened; the client learns nothing of it.
            tracing::error!("a handler panicked");
            Problem::internal().into_response()
        }
    }
}

async fn observe(mut request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| {
            (1..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        })
        .map_or_else(new_request_id, str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The pattern, not the path: a path may hold what belongs in no log.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", request_id = %id, %method, %route);
    async move {
        let began = Instant::now();
        let mut response = next.run(request).await;
        let (status, elapsed) = (response.status().as_u16(), began.elapsed());
        let milliseconds = elapsed.as_secs_f64() * 1_000.0;
        if response.status().is_server_error() {
            tracing::warn!(status, milliseconds, "answered");
        } else {
            tracing::debug!(status, milliseconds, "answered");
        }
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID.clone(), value);
        }
        response
    }
    .instrument(span)
    .await
}

/// Ids of requests only have to differ from each other: a counter under a start time does.
fn new_request_id() -> String {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{SystemTime, UNIX_EPOCH};
    static START: LazyLock<u64> = LazyLock::new(|| {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        since.as_nanos() as u64
    });
    static NEXT: AtomicU64 = AtomicU64::new(0);
    Uuid::from_u64_pair(*START, NEXT.fetch_add(1, Ordering::Relaxed))
        .simple()
        .to_string()
}

/// The headers of an answer which is no page: nothing in it may run, frame or be sniffed.
async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The old filter could be turned against the page; 0 switches it off.
        (header::X_XSS_PROTECTION, "0"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "geolocation=(), microphone=(), camera=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    default_to(
        headers,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    );
    response
}

/// Sets a header which the handler has not set itself.
fn default_to(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn ask(cors: &Cors, path: &str, headers: &[(&str, &str)]) -> Response {
        let router = Router::new()
            .route("/", get(|| async { "hello" }))
            .route("/panic", get(|| async { panic!("secret") as &'static str }))
            .route(
                "/slow",
                get(|| async {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                    "late"
                }),
            );
        let router = router.fallback(problem::not_found);
        let router = standard(router, cors, Some(Duration::from_millis(50)));
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_without_its_text() {
        use http_body_util::BodyExt;
        let response = ask(&Cors::SameOrigin, "/panic", &[]).await;
        assert_eq!(response.status(), 500);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
    }

    #[tokio::test]
    async fn every_answer_carries_the_security_headers_and_an_id() {
        for path in ["/", "/panic", "/slow", "/nowhere"] {
            let response = ask(&Cors::SameOrigin, path, &[]).await;
            let headers = response.headers();
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
            assert!(
                headers.contains_key(header::CONTENT_SECURITY_POLICY),
                "{path}"
            );
            assert_eq!(headers[&REQUEST_ID].len(), 32, "{path}");
            let strict = header::STRICT_TRANSPORT_SECURITY;
            assert!(!headers.contains_key(&strict), "this may be plain HTTP");
        }
    }

    #[tokio::test]
    async fn who_is_reached_over_tls_says_so_on_every_answer() {
        let router = Router::new().fallback(problem::not_found);
        let router = over_tls(standard(router, &Cors::SameOrigin, None));
        let request = Request::builder().uri("/nowhere").body(Body::empty());
        let response = router.oneshot(request.unwrap()).await.unwrap();
        let strict = &response.headers()[header::STRICT_TRANSPORT_SECURITY];
        assert!(strict.to_str().unwrap().starts_with("max-age=31536000;"));
    }

    #[tokio::test]
    async fn a_handler_that_takes_too_long_is_unavailable() {
        let response = ask(&Cors::SameOrigin, "/slow", &[]).await;
        assert_eq!(response.status(), 503);
        assert!(response.headers().contains_key(header::RETRY_AFTER));
    }

    #[tokio::test]
    async fn an_address_or_headers_beyond_measure_are_refused() {
        let same = Cors::SameOrigin;
        let long = format!("/?{}", "a".repeat(MAX_URI));
        assert_eq!(ask(&same, &long, &[]).await.status(), 414);
        let value = "a".repeat(MAX_HEADERS);
        let refused = ask(&same, "/", &[("cookie", &value)]).await;
        assert_eq!(refused.status(), 431);
        assert_eq!(
            ask(&same, "/?a=b", &[("cookie", "a=b")]).await.status(),
            200
        );
    }

    #[tokio::test]
    async fn a_path_tells_which_methods_it_takes() {
        let router = Router::new().route("/", get(|| async { "hello" }));
        let router = standard(router, &Cors::SameOrigin, None);
        for (method, status, body) in [
            (Method::OPTIONS, 204, ""),
            (Method::DELETE, 405, "{"),
            (Method::HEAD, 200, ""),
            (Method::GET, 200, "hello"),
        ] {
            use http_body_util::BodyExt;
            let request = Request::builder().method(&method).uri("/");
            let request = request.body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{method}");
            if status != 200 {
                assert_eq!(response.headers()[header::ALLOW], "GET,HEAD", "{method}");
            }
            let got = response.into_body().collect().await.unwrap().to_bytes();
            assert!(got.starts_with(body.as_bytes()), "{method}");
            assert!(!body.is_empty() || got.is_empty(), "{method}");
        }
    }

    #[tokio::test]
    async fn a_forged_request_id_is_replaced() {
        let own = ask(&Cors::SameOrigin, "/", &[("x-request-id", "abc-1")]).await;
        assert_eq!(own.headers()[&REQUEST_ID], "abc-1");
        let forged = ask(&Cors::SameOrigin, "/", &[("x-request-id", "a b\tc")]).await;
        assert_eq!(forged.headers()[&REQUEST_ID].len(), 32);
    }

    #[tokio::test]
    async fn only_an_allowed_origin_is_told_so() {
        let cors = Cors::allow(["https://music.example"]).unwrap();
        let good = ask(&cors, "/", &[("origin", "https://music.example")]).await;
        assert_eq!(
            good.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN],
            "https://music.example"
        );
        let other = ask(&cors, "/", &[("origin", "https://evil.example")]).await;
        assert!(
            !other
                .headers()
                .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        );
        assert!(Cors::allow(["*"]).is_err() && Cors::allow(["null"]).is_err());
    }
}
