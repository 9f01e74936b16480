//! What a token of a service is.

use std::fmt;
use std::time::Duration;

use crate::auth::TokenId;
use crate::kernel::{ServiceCaller, Timestamp};

/// How long a token of a service lives at most. Keys stay accepted for as long after they have
/// signed the last one.
pub const MAX_SERVICE_TOKEN_LIFETIME: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// What a token says of the service that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceGrant {
    /// The token's own id (`jti`).
    pub token_id: TokenId,
    /// What the operator calls the service (`sub`).
    pub name: String,
    /// The calls it may make (`scope`), as `/package.Service/Method`.
    pub methods: Vec<String>,
    /// When it was issued (`iat`, `nbf`); whole seconds.
    pub issued_at: Timestamp,
    /// When it ends (`exp`); whole seconds.
    pub expires_at: Timestamp,
}

impl ServiceGrant {
    /// Whether the service may make this call.
    pub fn may_call(&self, method: &str) -> bool {
        self.methods.iter().any(|one| one == method)
    }
}

impl From<ServiceGrant> for ServiceCaller {
    fn from(grant: ServiceGrant) -> Self {
        Self {
            token_id: grant.token_id,
            name: grant.name,
        }
    }
}

/// A signed token of a service, to be sent as `Authorization: Bearer`. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceToken(String);

impl ServiceToken {
    /// Wraps a signed token.
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The token, for whom it belongs to.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ServiceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceToken(…)")
    }
}
