//! Verifies access tokens and refuses those that are revoked.

use std::sync::Arc;

use crate::auth::{AccessGrant, JsonWebKeySet, TokenError, TokenVerifier};
use crate::kernel::{Clock, TypedId as _};

use super::list::RevocationList;

/// A [`TokenVerifier`] that lets no revoked token through, around one which knows signatures.
///
/// While the list of revocations is out of date it lets nobody through: that somebody was shut out
/// may not be known yet.
pub struct RevocableTokens {
    signed: Arc<dyn TokenVerifier>,
    list: Arc<RevocationList>,
    clock: Arc<dyn Clock>,
}

impl RevocableTokens {
    /// Tokens which `signed` verifies, without those on the list.
    pub fn new(
        signed: Arc<dyn TokenVerifier>,
        list: Arc<RevocationList>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            signed,
            list,
            clock,
        }
    }
}

impl TokenVerifier for RevocableTokens {
    fn verify(&self, token: &str) -> Result<AccessGrant, TokenError> {
        let grant = self.signed.verify(token)?;
        // `iat` counts whole seconds; the token's id, a UUIDv7, was made at the same moment and
        // tells it to the millisecond.
        let issued_at = grant.token_id.created_at().unwrap_or(grant.issued_at);
        let revoked =
            self.list
                .is_revoked(grant.session_id, grant.user_id, issued_at, self.clock.now());
        match revoked {
            Ok(false) => Ok(grant),
            Ok(true) => Err(TokenError::Revoked),
            Err(_) => Err(TokenError::Unavailable),
        }
    }

    fn public_keys(&self) -> JsonWebKeySet {
        self.signed.public_keys()
    }
}
