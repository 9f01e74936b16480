//! What tokens of services need from outside.

use crate::auth::TokenError;
use crate::kernel::PortError;

use super::model::{ServiceGrant, ServiceToken};

/// Signs tokens of services.
pub trait ServiceTokenIssuer: Send + Sync {
    /// A signed token which says what the grant says, and who issued it for whom (`iss`, `aud`).
    ///
    /// # Errors
    /// `Internal` when it cannot be signed.
    fn issue_for_service(&self, grant: &ServiceGrant) -> Result<ServiceToken, PortError>;
}

/// Verifies tokens of services.
pub trait ServiceTokenVerifier: Send + Sync {
    /// What a token says, if it is one of a service, was signed with our key and is within its
    /// time. An access token is none.
    ///
    /// # Errors
    /// [`TokenError`].
    fn verify_service(&self, token: &str) -> Result<ServiceGrant, TokenError>;
}
