//! Who may call what: one table.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode};
use tonic::{Code, Status};
use veza_core::auth::{ServiceTokenVerifier, TokenError, TokenVerifier};
use veza_core::kernel::{Caller, Permission, UseCaseError as _};
use veza_server_kit::auth::{bearer_token, principal};

/// A method and who may call it: a service whose token names it, and sometimes people.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// Its path: `/veza.tracks.v1.Tracks/GetTrack`.
    pub path: &'static str,
    /// What people need who may call it as well; none where they never may.
    pub people: Option<Permission>,
}

const fn for_services(path: &'static str) -> Method {
    Method { path, people: None }
}

const fn for_operators(path: &'static str) -> Method {
    Method {
        path,
        people: Some(Permission::SystemConfig),
    }
}

/// Every method. One that is not here cannot be called; a test compares it with the definitions.
pub const METHODS: [Method; 8] = [
    for_services("/veza.auth.v1.Auth/VerifyToken"),
    for_services("/veza.auth.v1.Auth/GetUser"),
    for_operators("/veza.jobs.v1.Jobs/ListJobs"),
    for_operators("/veza.jobs.v1.Jobs/RetryJob"),
    for_operators("/veza.jobs.v1.Jobs/CancelJob"),
    for_services("/veza.tracks.v1.Tracks/GetTrack"),
    for_services("/veza.tracks.v1.Tracks/ListTracks"),
    for_services("/veza.tracks.v1.Tracks/WatchTrack"),
];

/// What everybody may ask: whether the service works, and what it has.
const OPEN: [&str; 2] = ["/grpc.health.v1.Health/", "/grpc.reflection.v1."];

/// Tells who calls by the token they show.
#[derive(Clone)]
pub(super) struct Door {
    /// Knows access tokens.
    pub(super) people: Arc<dyn TokenVerifier>,
    /// Knows tokens of services.
    pub(super) services: Arc<dyn ServiceTokenVerifier>,
}

impl Door {
    /// Who calls this path with these headers.
    ///
    /// # Errors
    /// `Unauthenticated` without a good token, `PermissionDenied` with one that is not for this,
    /// `Unimplemented` for what is no method, `Unavailable` when it cannot be told.
    pub(super) fn admit(&self, path: &str, headers: &HeaderMap) -> Result<Caller, Box<Status>> {
        let refused = |code, detail: &str| Err(Box::new(Status::new(code, detail)));
        let token = match bearer_token(headers) {
            Ok(Some(token)) => token,
            Ok(None) => return refused(Code::Unauthenticated, "this needs a token of a service"),
            Err(problem) => return refused(Code::Unauthenticated, problem.detail()),
        };
        let method = METHODS.iter().find(|method| method.path == path);
        let (caller, may) = match self.services.verify_service(token) {
            Ok(grant) => {
                let may = grant.may_call(path);
                (Caller::Service(grant.into()), may)
            }
            // No token of a service: it may be one of a person.
            Err(TokenError::Invalid) => match principal(headers, &*self.people) {
                Ok(Some(who)) => {
                    let needs = method.and_then(|method| method.people);
                    let may = needs.is_some_and(|needs| who.may(needs));
                    (Caller::Person(who), may)
                }
                Err(problem) if problem.status() == StatusCode::SERVICE_UNAVAILABLE => {
                    return refused(Code::Unavailable, problem.detail());
                }
                Err(problem) => return refused(Code::Unauthenticated, problem.detail()),
                Ok(None) => return refused(Code::Unauthenticated, "this needs a token"),
            },
            Err(error @ TokenError::Unavailable) => {
                return refused(Code::Unavailable, &error.public_detail());
            }
            Err(error) => return refused(Code::Unauthenticated, &error.public_detail()),
        };
        match method {
            Some(_) if may => Ok(caller),
            Some(_) => refused(Code::PermissionDenied, "this is not allowed to you"),
            None => refused(Code::Unimplemented, "there is no such method"),
        }
    }
}

/// Lets through who may call the method, with the [`Caller`] among the extensions.
pub(super) async fn layer(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !OPEN.iter().any(|start| path.starts_with(start)) {
        match door.admit(path, request.headers()) {
            Ok(caller) => request.extensions_mut().insert(caller),
            Err(status) => return status.into_http(),
        };
    }
    let mut response = next.run(request).await;
    say_exhausted(response.headers_mut());
    response
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
