//! Access tokens: JWT (RFC 7519), verified as RFC 8725 asks for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Validation;
use serde::{Deserialize, Serialize};
use veza_core::auth::{
    AccessGrant, AccessToken, JsonWebKeySet, SessionId, TokenError, TokenId, TokenIssuer,
    TokenVerifier, UserId,
};
use veza_core::kernel::{Clock, Permission, PortError, PortErrorKind, Role, Timestamp};

use super::key::TokenKey;
use super::ring::TokenKeys;

/// How far two clocks may be apart.
const LEEWAY: Duration = Duration::from_secs(30);
/// A longer text is none of our tokens.
const MAX_TOKEN_LEN: usize = 8 * 1024;
/// The type of access tokens, as the wire format has it. Whatever else is signed with these keys
/// has to name another type, and is then no access token.
const TYPE: &str = "JWT";

/// What stands in a token. The names are those of RFC 7519, of OpenID Connect Core and of the
/// platform's own wire format.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    email: String,
    preferred_username: String,
    roles: Vec<Role>,
    permissions: Vec<Permission>,
    sid: SessionId,
    auth_time: i64,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: TokenId,
}

/// The head of a token, and all that may stand in it: no key, no address of a key, no `crit`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}

/// Issues and verifies access tokens with the keys of a folder.
pub struct AccessTokens {
    keys: Arc<TokenKeys>,
    issuer: String,
    audience: String,
    clock: Arc<dyn Clock>,
}

impl AccessTokens {
    /// Tokens which say that they are issued by `issuer` for `audience`; only such are accepted.
    pub fn new(keys: Arc<TokenKeys>, issuer: &str, audience: &str, clock: Arc<dyn Clock>) -> Self {
        Self {
            keys,
            issuer: issuer.into(),
            audience: audience.into(),
            clock,
        }
    }

    /// One algorithm, that of the key, whatever the token says.
    fn validation(&self, key: &TokenKey) -> Validation {
        let mut validation = Validation::new(key.algorithm.verifies_as());
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Times are checked by the clock that was given.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation
    }

    fn in_time(&self, claims: &Claims) -> Result<(), TokenError> {
        let now = self.clock.now();
        if now >= time(claims.exp).plus(LEEWAY) {
            return Err(TokenError::Expired);
        }
        if now.plus(LEEWAY) < time(claims.nbf.max(claims.iat)) {
            return Err(TokenError::Invalid);
        }
        Ok(())
    }
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}

fn sign(key: &TokenKey, claims: &Claims) -> Option<String> {
    let header = Header {
        alg: key.algorithm.name(),
        typ: TYPE,
        kid: &key.public.kid,
    };
    let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).ok()?);
    let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).ok()?);
    let mut token = format!("{header}.{claims}");
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Some(token)
}

impl TokenIssuer for AccessTokens {
    fn issue(&self, grant: &AccessGrant) -> Result<AccessToken, PortError> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: grant.user_id,
            email: grant.email.clone(),
            preferred_username: grant.username.clone(),
            roles: grant.roles.clone(),
            permissions: grant.permissions.clone(),
            sid: grant.session_id,
            auth_time: grant.authenticated_at.as_seconds(),
            iat: grant.issued_at.as_seconds(),
            nbf: grant.issued_at.as_seconds(),
            exp: grant.expires_at.as_seconds(),
            jti: grant.token_id,
        };
        self.keys
            .with_signing(|key| sign(key, &claims))
            .flatten()
            .map(AccessToken::new)
            .ok_or_else(|| PortError::new(PortErrorKind::Internal, "tokens.issue"))
    }
}

impl TokenVerifier for AccessTokens {
    fn verify(&self, token: &str) -> Result<AccessGrant, TokenError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(TokenError::Invalid);
        }
        let invalid = |_| TokenError::Invalid;
        let (header, _) = token.split_once('.').ok_or(TokenError::Invalid)?;
        let header = URL_SAFE_NO_PAD
            .decode(header)
            .map_err(|_| TokenError::Invalid)?;
        let header: Header<'_> = serde_json::from_slice(&header).map_err(invalid)?;
        if header.typ != TYPE {
            return Err(TokenError::Invalid);
        }
        let decoded = self.keys.with_accepted(header.kid, |key| {
            if header.alg != key.algorithm.name() {
                return None;
            }
            jsonwebtoken::decode::<Claims>(token, &key.decoding, &self.validation(key)).ok()
        });
        let claims = decoded.flatten().ok_or(TokenError::Invalid)?.claims;
        self.in_time(&claims)?;
        Ok(AccessGrant {
            token_id: claims.jti,
            session_id: claims.sid,
            user_id: claims.sub,
            email: claims.email,
            username: claims.preferred_username,
            roles: claims.roles,
            permissions: claims.permissions,
            authenticated_at: time(claims.auth_time),
            issued_at: time(claims.iat),
            expires_at: time(claims.exp),
        })
    }

    fn public_keys(&self) -> JsonWebKeySet {
        self.keys.public_keys()
    }
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
