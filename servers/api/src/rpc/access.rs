//! Who may call what: one table.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};
use tonic::{Code, Status};
use veza_core::auth::TokenVerifier;
use veza_core::kernel::{Permission, Principal};
use veza_server_kit::auth::principal;

/// A method and what one has to be allowed to call it.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// Its path: `/veza.tracks.v1.Tracks/GetTrack`.
    pub path: &'static str,
    /// What its caller needs.
    pub needs: Permission,
}

const fn method(path: &'static str, needs: Permission) -> Method {
    Method { path, needs }
}

/// Every method. One that is not here cannot be called; a test compares it with the definitions.
pub const METHODS: [Method; 8] = [
    method("/veza.auth.v1.Auth/VerifyToken", Permission::ServiceCall),
    method("/veza.auth.v1.Auth/GetUser", Permission::ServiceCall),
    method("/veza.jobs.v1.Jobs/ListJobs", Permission::SystemConfig),
    method("/veza.jobs.v1.Jobs/RetryJob", Permission::SystemConfig),
    method("/veza.jobs.v1.Jobs/CancelJob", Permission::SystemConfig),
    method("/veza.tracks.v1.Tracks/GetTrack", Permission::ServiceCall),
    method("/veza.tracks.v1.Tracks/ListTracks", Permission::ServiceCall),
    method("/veza.tracks.v1.Tracks/WatchTrack", Permission::ServiceCall),
];

/// What everybody may ask: whether the service works, and what it has.
const OPEN: [&str; 2] = ["/grpc.health.v1.Health/", "/grpc.reflection.v1."];

/// Lets through who may call the method, with their [`Principal`] among the extensions.
pub(super) async fn layer(
    State(verifier): State<Arc<dyn TokenVerifier>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if !OPEN.iter().any(|start| path.starts_with(start)) {
        match admitted(path, request.headers(), &*verifier) {
            Ok(principal) => request.extensions_mut().insert(principal),
            Err(status) => return status.into_http(),
        };
    }
    let mut response = next.run(request).await;
    say_exhausted(response.headers_mut());
    response
}

fn admitted(
    path: &str,
    headers: &HeaderMap,
    verifier: &dyn TokenVerifier,
) -> Result<Principal, Box<Status>> {
    let refused = |code, detail: &str| Err(Box::new(Status::new(code, detail)));
    let who = match principal(headers, verifier) {
        Ok(Some(who)) => who,
        Ok(None) => return refused(Code::Unauthenticated, "this needs an access token"),
        Err(problem) if problem.status() == http::StatusCode::SERVICE_UNAVAILABLE => {
            return refused(Code::Unavailable, problem.detail());
        }
        Err(problem) => return refused(Code::Unauthenticated, problem.detail()),
    };
    match METHODS.iter().find(|method| method.path == path) {
        Some(method) if who.may(method.needs) => Ok(who),
        Some(_) => refused(Code::PermissionDenied, "this is not allowed to you"),
        None => refused(Code::Unimplemented, "there is no such method"),
    }
}

/// A message over the limit is answered `OUT_OF_RANGE` by the library, which no call of ours
/// answers; what callers know is `RESOURCE_EXHAUSTED`.
fn say_exhausted(headers: &mut HeaderMap) {
    const STATUS: &str = "grpc-status";
    let out_of_range = HeaderValue::from(Code::OutOfRange as i32);
    if headers.get(STATUS) == Some(&out_of_range) {
        headers.insert(STATUS, HeaderValue::from(Code::ResourceExhausted as i32));
        headers.insert(
            "grpc-message",
            HeaderValue::from_static("the message is larger than what is taken"),
        );
    }
}
