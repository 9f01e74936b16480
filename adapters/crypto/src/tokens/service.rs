//! Tokens of services: signed by the keys of access tokens, of another type and audience.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use veza_core::auth::{
    MAX_SERVICE_TOKEN_LIFETIME, ServiceGrant, ServiceToken, ServiceTokenIssuer,
    ServiceTokenVerifier, TokenError, TokenId,
};
use veza_core::kernel::{Clock, PortError};

use super::jwt::{self, Kind, Timed, time};
use super::ring::TokenKeys;

/// The type of these tokens: explicit, as RFC 8725, section 3.11, recommends.
const TYPE: &str = "service+jwt";

/// What stands in a token.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    /// The calls, with blanks between them (RFC 8693, section 4.2).
    scope: String,
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

/// Issues and verifies tokens of services with the keys of a folder.
pub struct ServiceTokens {
    keys: Arc<TokenKeys>,
    issuer: String,
    audience: String,
    clock: Arc<dyn Clock>,
}

impl ServiceTokens {
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

impl ServiceTokenIssuer for ServiceTokens {
    fn issue_for_service(&self, grant: &ServiceGrant) -> Result<ServiceToken, PortError> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: grant.name.clone(),
            scope: grant.methods.join(" "),
            iat: grant.issued_at.as_seconds(),
            nbf: grant.issued_at.as_seconds(),
            exp: grant.expires_at.as_seconds(),
            jti: grant.token_id,
        };
        jwt::sign(&self.keys, TYPE, &claims).map(ServiceToken::new)
    }
}

impl ServiceTokenVerifier for ServiceTokens {
    fn verify_service(&self, token: &str) -> Result<ServiceGrant, TokenError> {
        let kind = Kind {
            typ: TYPE,
            issuer: &self.issuer,
            audience: &self.audience,
            lifetime: MAX_SERVICE_TOKEN_LIFETIME,
        };
        let claims: Claims = jwt::verify(&self.keys, &kind, &*self.clock, token)?;
        Ok(ServiceGrant {
            token_id: claims.jti,
            name: claims.sub,
            methods: claims.scope.split(' ').map(str::to_owned).collect(),
            issued_at: time(claims.iat),
            expires_at: time(claims.exp),
        })
    }
}

impl fmt::Debug for ServiceTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceTokens")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
