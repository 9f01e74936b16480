//! The web page: built files from a folder, with one page for every path of the application.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tower::ServiceExt as _;
use tower_http::services::{ServeDir, ServeFile};
use veza_server_kit::Problem;

use crate::origins::Origins;

/// The page, as the fallback of a router: `GET` and `HEAD` of a file in `folder` answer
/// that file, of a path that looks like a page's answer `index.html`, and paths under `/api/`
/// stay 404 problems.
///
/// Files under `/assets/` carry the hash of their content in their names and may be kept for
/// ever; everything else is asked for again.
pub(crate) fn router(folder: &Path, origins: Arc<Origins>) -> Router {
    let files = ServeDir::new(folder).append_index_html_on_directories(true);
    let index = ServeFile::new(folder.join("index.html"));
    Router::new()
        .fallback(move |request: Request| serve(request, files.clone(), index.clone()))
        .layer(from_fn_with_state(origins, page_headers))
}

async fn serve(request: Request, files: ServeDir, index: ServeFile) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Problem::not_found().into_response();
    }
    let path = request.uri().path();
    // A missing asset is missing: the page in its place would only confuse whoever debugs it.
    let is_page = path
        .rsplit('/')
        .next()
        .is_some_and(|last| !last.contains('.'));
    let is_page = is_page && !path.starts_with("/api/") && !path.starts_with("/assets/");
    let mut head = Request::builder()
        .method(request.method())
        .uri("/index.html");
    if let Some(headers) = head.headers_mut() {
        headers.extend(request.headers().clone());
    }
    let response = match files.oneshot(request).await {
        Ok(response) if response.status() == StatusCode::NOT_FOUND && is_page => {
            match head.body(axum::body::Body::empty()) {
                Ok(head) => index.oneshot(head).await.map(IntoResponse::into_response),
                Err(_) => return Problem::internal().into_response(),
            }
        }
        other => other.map(IntoResponse::into_response),
    };
    match response {
        Ok(response) if response.status() == StatusCode::NOT_FOUND => {
            Problem::not_found().into_response()
        }
        Ok(response) => response,
        Err(never) => match never {},
    }
}

async fn page_headers(
    State(origins): State<Arc<Origins>>,
    request: Request,
    next: Next,
) -> Response {
    let policy = content_security_policy(&origins, request.headers());
    let forever = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let keep = if forever {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

/// What the page may load and reach: itself, the media and the chat. Players build media and
/// workers from blobs; nothing inline runs.
fn content_security_policy(origins: &Origins, headers: &HeaderMap) -> String {
    let (stream, chat) = (origins.stream_for(headers), origins.chat_for(headers));
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; \
         connect-src 'self' {stream} {chat}; media-src 'self' blob: {stream}; \
         img-src 'self' data: blob: {stream}; worker-src 'self' blob:; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use http_body_util::BodyExt as _;

    async fn ask(method: Method, path: &str) -> (StatusCode, HeaderMap, String) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("assets")).unwrap();
        std::fs::write(folder.path().join("index.html"), "<p>page").unwrap();
        std::fs::write(folder.path().join("assets/app-1a2b.js"), "run()").unwrap();
        std::fs::write(
            folder.path().parent().unwrap().join("veza-secret.txt"),
            "secret",
        )
        .unwrap();
        let origins = Origins {
            stream: None,
            stream_port: 2,
            chat: None,
            chat_port: 1,
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "a.example:80");
        let page = router(folder.path(), Arc::new(origins));
        let response = page
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (
            parts.status,
            parts.headers,
            String::from_utf8_lossy(&body).into_owned(),
        )
    }

    #[tokio::test]
    async fn every_path_of_the_application_is_the_page() {
        for path in ["/", "/tracks/1", "/index.html"] {
            let (status, headers, body) = ask(Method::GET, path).await;
            assert_eq!((status.as_u16(), body.as_str()), (200, "<p>page"), "{path}");
            assert_eq!(headers[header::CACHE_CONTROL], "no-cache", "{path}");
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("connect-src 'self' http://a.example:2 ws://a.example:1;"));
            assert!(!policy.contains("unsafe"));
        }
    }

    #[tokio::test]
    async fn a_hashed_asset_may_be_kept_for_ever() {
        let (status, headers, body) = ask(Method::GET, "/assets/app-1a2b.js").await;
        assert_eq!((status.as_u16(), body.as_str()), (200, "run()"));
        assert!(
            headers[header::CACHE_CONTROL]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        assert!(
            headers[header::CONTENT_TYPE]
                .to_str()
                .unwrap()
                .contains("javascript")
        );
    }

    #[tokio::test]
    async fn what_is_missing_is_a_problem() {
        for path in [
            "/assets/gone.js",
            "/api/v1/nothing",
            "/favicon.ico",
            "/../veza-secret.txt",
            "/%2e%2e/veza-secret.txt",
            "/assets/..%2f..%2fveza-secret.txt",
        ] {
            let (status, headers, body) = ask(Method::GET, path).await;
            assert_eq!(status, 404, "{path}: {body}");
            assert_eq!(
                headers[header::CONTENT_TYPE],
                "application/problem+json",
                "{path}"
            );
        }
        assert_eq!(ask(Method::POST, "/").await.0, 404);
    }
}
