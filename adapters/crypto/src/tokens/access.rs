//! Access tokens.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use veza_core::auth::{
    ACCESS_TOKEN_LIFETIME, AccessGrant, AccessToken, JsonWebKeySet, SessionId, TokenError, TokenId,
    TokenIssuer, TokenVerifier, UserId,
};
use veza_core::kernel::{Clock, Permission, PortError, Role};

use super::jwt::{self, Kind, Timed, time};
use super::ring::TokenKeys;

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

impl Timed for Claims {
    fn times(&self) -> [i64; 3] {
        [self.iat, self.nbf, self.exp]
    }
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
        jwt::sign(&self.keys, TYPE, &claims).map(AccessToken::new)
    }
}

impl TokenVerifier for AccessTokens {
    fn verify(&self, token: &str) -> Result<AccessGrant, TokenError> {
        let kind = Kind {
            typ: TYPE,
            issuer: &self.issuer,
            audience: &self.audience,
            lifetime: ACCESS_TOKEN_LIFETIME,
        };
        let claims: Claims = jwt::verify(&self.keys, &kind, &*self.clock, token)?;
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
