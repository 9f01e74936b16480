//! The door: from an HTTP request to a WebSocket, or to a refusal.

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use veza_chat::SUBPROTOCOL_JSON;
use veza_chat::frame::AccessToken;

use crate::ChatServer;
use crate::authenticator::Identity;
use crate::connection::Connection;
use crate::refusal::Refusal;

/// Read and write buffers of a socket, in bytes. The default of 128 KiB is taken at once for each
/// connection and would make idle ones the largest part of the server's memory.
const SOCKET_BUFFER_BYTES: usize = 4 * 1024;

/// `GET /ws`.
pub(crate) async fn upgrade(
    State(server): State<ChatServer>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    socket: WebSocketUpgrade,
) -> Response {
    match admit(&server, uri.query(), &headers, &socket).await {
        Err(refusal) => refusal.into_response(),
        Ok((permit, token)) => {
            let frames = server.inner.config.frames;
            // A message somewhat over the limit is read whole, so that its sender gets a proper
            // close and not a reset connection; the engine refuses it by the exact limit.
            let hard_limit = frames.max_frame_bytes.saturating_mul(2);
            let socket = socket
                .protocols([SUBPROTOCOL_JSON])
                .read_buffer_size(SOCKET_BUFFER_BYTES)
                .write_buffer_size(SOCKET_BUFFER_BYTES)
                .max_message_size(hard_limit)
                .max_frame_size(hard_limit);
            let tasks = server.inner.tasks.clone();
            socket.on_upgrade(move |socket| {
                tasks.track_future(async move {
                    Connection::new(server, socket).run(token).await;
                    drop(permit);
                })
            })
        }
    }
}

type Admission = (
    tokio::sync::OwnedSemaphorePermit,
    Option<(AccessToken, Identity)>,
);

async fn admit(
    server: &ChatServer,
    query: Option<&str>,
    headers: &HeaderMap,
    socket: &WebSocketUpgrade,
) -> Result<Admission, Refusal> {
    let inner = &server.inner;
    if inner.stopping.is_cancelled() {
        return Err(Refusal::Stopping);
    }
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(Refusal::QueryNotAllowed);
    }
    check_origin(&inner.config.allowed_origins, headers)?;
    let offered: Vec<&str> = socket
        .requested_protocols()
        .filter_map(|value| value.to_str().ok())
        .collect();
    if !offered.is_empty() && !offered.contains(&SUBPROTOCOL_JSON) {
        return Err(Refusal::UnknownSubprotocol);
    }
    let permit = Arc::clone(&inner.sockets)
        .try_acquire_owned()
        .map_err(|_| Refusal::Full)?;
    let token = match bearer(headers)? {
        Some(token) => Some(token),
        None => offered
            .iter()
            .find_map(|name| name.strip_prefix("bearer."))
            .map(str::to_owned),
    };
    let Some(token) = token.map(AccessToken::new) else {
        return Ok((permit, None));
    };
    let check = inner.authenticator.authenticate(token.expose());
    let checked = tokio::time::timeout(inner.config.auth_timeout, check).await;
    let identity = checked
        .map_err(|_| Refusal::AuthenticationStalled)?
        .ok_or(Refusal::Unauthenticated)?;
    Ok((permit, Some((token, identity))))
}

/// Browsers send `Origin` with every WebSocket request and let any page make one, so the server
/// has to look (RFC 6455, section 10.2).
fn check_origin(allowed: &[String], headers: &HeaderMap) -> Result<(), Refusal> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let is_allowed = origins.all(|origin| {
        allowed
            .iter()
            .any(|one| one.as_bytes().eq_ignore_ascii_case(origin.as_bytes()))
    });
    if is_allowed {
        Ok(())
    } else {
        Err(Refusal::OriginNotAllowed)
    }
}

/// The token of the `Authorization` header. A header that is there but not of this scheme is
/// refused, not passed over: its sender believes to be known.
fn bearer(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let value = value.to_str().map_err(|_| Refusal::Unauthenticated)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Ok(Some(token.trim().to_owned()))
        }
        _ => Err(Refusal::Unauthenticated),
    }
}
