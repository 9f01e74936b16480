//! Verifies tokens of services and refuses those that are revoked.

use std::sync::Arc;

use crate::auth::{RevocationList, TokenError};
use crate::kernel::Clock;

use super::model::ServiceGrant;
use super::ports::ServiceTokenVerifier;

/// A [`ServiceTokenVerifier`] that lets no revoked token through, around one which knows
/// signatures. While the list of revocations is out of date it lets none through.
pub struct RevocableServiceTokens {
    signed: Arc<dyn ServiceTokenVerifier>,
    list: Arc<RevocationList>,
    clock: Arc<dyn Clock>,
}

impl RevocableServiceTokens {
    /// Tokens which `signed` verifies, without those on the list.
    pub fn new(
        signed: Arc<dyn ServiceTokenVerifier>,
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

impl ServiceTokenVerifier for RevocableServiceTokens {
    fn verify_service(&self, token: &str) -> Result<ServiceGrant, TokenError> {
        let grant = self.signed.verify_service(token)?;
        let now = self.clock.now();
        match self.list.is_service_token_revoked(grant.token_id, now) {
            Ok(false) => Ok(grant),
            Ok(true) => Err(TokenError::Revoked),
            Err(_) => Err(TokenError::Unavailable),
        }
    }
}
