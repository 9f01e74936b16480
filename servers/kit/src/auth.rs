//! Who asks: the bearer token of a request (RFC 6750), as extractors.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{Extensions, HeaderMap, HeaderValue, header};
use veza_core::auth::api_keys::{ApiKeySecret, authenticate_api_key};
use veza_core::auth::{TokenError, TokenVerifier};
use veza_core::kernel::{Environment, ErrorKind, Principal, UseCaseError as _};

use crate::Problem;

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;

/// Somebody known: 401 without a good token.
#[derive(Clone, Debug)]
pub struct Auth(pub Principal);

/// Somebody known, or nobody: 401 for a bad token, none without one.
#[derive(Clone, Debug)]
pub struct MaybeAuth(pub Option<Principal>);

impl<S> FromRequestParts<S> for Auth
where
    S: Send + Sync,
    Arc<dyn TokenVerifier>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        who(&parts.extensions, &parts.headers, &*Arc::from_ref(state))?
            .map(Self)
            .ok_or_else(|| {
                Problem::unauthorized("auth.token.missing", "this needs an access token")
            })
    }
}

impl<S> FromRequestParts<S> for MaybeAuth
where
    S: Send + Sync,
    Arc<dyn TokenVerifier>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        who(&parts.extensions, &parts.headers, &*Arc::from_ref(state)).map(Self)
    }
}

/// Who shows the key of a program, as [`recognise_api_keys`] has found.
#[derive(Clone, Debug)]
struct ByApiKey(Principal);

/// Looks a key up where a request carries one in place of an access token, for all that is within
/// this layer. One that is not good is answered 401 here.
pub async fn recognise_api_keys(
    State(env): State<Environment>,
    mut request: Request,
    next: Next,
) -> Response {
    let key = match bearer_token(request.headers()) {
        Ok(Some(token)) if ApiKeySecret::looks_like_one(token) => Some(token.to_owned()),
        _ => None,
    };
    if let Some(key) = key {
        match authenticate_api_key(&env, &key).await {
            Ok(principal) => {
                request.extensions_mut().insert(ByApiKey(principal));
            }
            Err(error) => return not_good(error).into_response(),
        }
    }
    next.run(request).await
}

/// Who asks: by a key that was recognised, else by an access token; nobody without either.
///
/// # Errors
/// Those of [`principal`].
pub fn who(
    extensions: &Extensions,
    headers: &HeaderMap,
    verifier: &dyn TokenVerifier,
) -> Result<Option<Principal>, Problem> {
    match extensions.get::<ByApiKey>() {
        Some(ByApiKey(principal)) => Ok(Some(principal.clone())),
        None => principal(headers, verifier),
    }
}

/// Whose token the headers carry; none when they carry none.
///
/// # Errors
/// 401 for a header of another scheme, several headers, or a token that is not good; 503 when it
/// cannot be told whether it is.
pub fn principal(
    headers: &HeaderMap,
    verifier: &dyn TokenVerifier,
) -> Result<Option<Principal>, Problem> {
    let Some(token) = bearer_token(headers)? else {
        return Ok(None);
    };
    match verifier.verify(token) {
        Ok(grant) => Ok(Some(grant.into())),
        Err(error) => Err(not_good(error)),
    }
}

/// The bearer token that the headers carry; none when they carry none.
///
/// # Errors
/// 401 for a header of another scheme, several headers, or a token that is too long.
pub fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let token = value
        .to_str()
        .ok()
        .and_then(bearer)
        .filter(|token| token.len() <= MAX_TOKEN);
    let (Some(token), None) = (token, values.next()) else {
        return Err(refused(
            "auth.token.invalid",
            "the Authorization header holds no Bearer token",
        ));
    };
    Ok(Some(token))
}

fn not_good(error: TokenError) -> Problem {
    if error.kind() == ErrorKind::Unavailable {
        return error.into();
    }
    refused(error.code(), &error.public_detail())
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn refused(code: &'static str, detail: &str) -> Problem {
    Problem::unauthorized(code, detail).with_header(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer error=\"invalid_token\""),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use veza_core::auth::{AccessGrant, JsonWebKeySet, TokenError};

    struct Nobody;

    impl TokenVerifier for Nobody {
        fn verify(&self, _token: &str) -> Result<AccessGrant, TokenError> {
            Err(TokenError::Expired)
        }
        fn public_keys(&self) -> JsonWebKeySet {
            JsonWebKeySet { keys: Vec::new() }
        }
    }

    #[test]
    fn only_one_bearer_token_is_looked_at() {
        let mut headers = HeaderMap::new();
        assert_eq!(principal(&headers, &Nobody).unwrap(), None);
        for (value, code) in [
            ("Basic YTpi", "auth.token.invalid"),
            ("Bearer", "auth.token.invalid"),
            ("Bearer  ", "auth.token.invalid"),
            ("bearer abc", "auth.token.expired"),
        ] {
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            assert_eq!(
                principal(&headers, &Nobody).unwrap_err().code(),
                code,
                "{value}"
            );
        }
        headers.append(
            header::AUTHORIZATION,
            HeaderValue::from_static("Bearer abc"),
        );
        assert_eq!(
            principal(&headers, &Nobody).unwrap_err().code(),
            "auth.token.invalid"
        );
    }
}
