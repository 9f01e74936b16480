//! The cookie that carries a browser's refresh token. It says nothing to any route but those below
//! `/auth`, which all take JSON by POST.

use http::{HeaderMap, HeaderValue};
use veza_core::auth::{OpaqueToken, Session};
use veza_core::kernel::Timestamp;
use veza_server_kit::Problem;

use crate::cookie::SecretCookie;

const COOKIE: SecretCookie = SecretCookie("__Host-veza_refresh");

/// The cookie for this token, for as long as its session may live.
pub(crate) fn set(token: &OpaqueToken, session: &Session, now: Timestamp) -> Option<HeaderValue> {
    let seconds = (session.expires_at.as_seconds() - now.as_seconds()).max(0);
    COOKIE.set(token.expose(), seconds)
}

/// The cookie that removes it.
pub(crate) fn unset() -> Option<HeaderValue> {
    COOKIE.set("", 0)
}

/// The token of the cookie, if a browser sent one from a page of this service.
///
/// # Errors
/// 403 when a page of another origin had it sent.
pub(crate) fn token(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    COOKIE.read(headers)
}
