//! What a request gets that is not upgraded: a problem document (RFC 9457).

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use veza_server_kit::problem::Problem;

/// Why a request is not upgraded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The request has a query string, where a token may hide.
    QueryNotAllowed,
    /// No subprotocol which is offered is spoken here.
    UnknownSubprotocol,
    /// A token that is forged, expired or revoked.
    Unauthenticated,
    /// The token could not be checked in time.
    AuthenticationStalled,
    /// A page of another origin.
    OriginNotAllowed,
    /// As many sockets as there may be.
    Full,
    /// The server stops.
    Stopping,
}

impl Refusal {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::QueryNotAllowed => (
                StatusCode::BAD_REQUEST,
                "chat.query_not_allowed",
                "This address takes no query. A token belongs into the Authorization header, the \
                 subprotocol bearer.TOKEN or the first frame.",
            ),
            Self::UnknownSubprotocol => (
                StatusCode::BAD_REQUEST,
                "chat.subprotocol_unknown",
                "Offer the subprotocol veza.v1.json, or none.",
            ),
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                "chat.unauthenticated",
                "The access token is not valid.",
            ),
            Self::AuthenticationStalled => (
                StatusCode::SERVICE_UNAVAILABLE,
                "chat.authentication_stalled",
                "The access token could not be checked in time. Try again later.",
            ),
            Self::OriginNotAllowed => (
                StatusCode::FORBIDDEN,
                "chat.origin_not_allowed",
                "Pages of this origin may not connect.",
            ),
            Self::Full => (
                StatusCode::SERVICE_UNAVAILABLE,
                "chat.full",
                "All connections are taken. Try again later.",
            ),
            Self::Stopping => (
                StatusCode::SERVICE_UNAVAILABLE,
                "chat.stopping",
                "The server restarts. Try again shortly.",
            ),
        }
    }

    /// The header a client needs to do better.
    fn hint(self) -> Option<(HeaderName, &'static str)> {
        match self {
            Self::Unauthenticated => Some((header::WWW_AUTHENTICATE, "Bearer")),
            Self::AuthenticationStalled | Self::Full | Self::Stopping => {
                Some((header::RETRY_AFTER, "5"))
            }
            _ => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, detail) = self.parts();
        let problem = Problem::new(status, code, detail);
        match self.hint() {
            Some((name, value)) => problem.with_header(name, HeaderValue::from_static(value)),
            None => problem,
        }
        .into_response()
    }
}
