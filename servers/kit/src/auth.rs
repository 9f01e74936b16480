//! Who asks: the bearer token of a request (RFC 6750), as extractors.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use veza_core::auth::TokenVerifier;
use veza_core::kernel::{ErrorKind, Principal, UseCaseError as _};

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
        principal(&parts.headers, &*Arc::from_ref(state))?
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
        principal(&parts.headers, &*Arc::from_ref(state)).map(Self)
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
    match verifier.verify(token) {
        Ok(grant) => Ok(Some(grant.into())),
        Err(error) if error.kind() == ErrorKind::Unavailable => Err(error.into()),
        Err(error) => Err(refused(error.code(), &error.public_detail())),
    }
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
