//! A provider of identities, as use cases see it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::kernel::{PortError, Timestamp};

use super::model::ProviderId;

/// What a browser is sent to a provider with.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRequest<'a> {
    /// Where it comes back to.
    pub redirect_uri: &'a str,
    /// Comes back with the answer.
    pub state: &'a str,
    /// Has to stand in the ID token.
    pub nonce: &'a str,
    /// SHA-256 of the secret of PKCE, base64url (RFC 7636, `S256`).
    pub code_challenge: &'a str,
    /// Whether the person has to prove who they are although they have lately (`max_age=0`).
    pub prove_again: bool,
}

/// A code that came back, to be exchanged for who it stands for.
#[derive(Clone, Copy)]
pub struct Redemption<'a> {
    /// As in the request.
    pub redirect_uri: &'a str,
    /// The code.
    pub code: &'a str,
    /// The secret of PKCE.
    pub code_verifier: &'a str,
    /// Who says that the answer is theirs (RFC 9207, `iss`), if anybody does.
    pub issuer: Option<&'a str>,
}

impl fmt::Debug for Redemption<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redemption")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// Who somebody is at a provider, by an ID token whose signature, issuer, audience and times are
/// right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProvedIdentity {
    /// Who they are there: unique and never given to another (`sub`).
    pub subject: String,
    /// What the token answers to (`nonce`).
    pub nonce: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Whether the provider has proved the address.
    pub email_verified: bool,
    /// What they would like to be called (`preferred_username`).
    pub preferred_username: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// When they proved who they are (`auth_time`); whole seconds.
    pub authenticated_at: Option<Timestamp>,
}

/// Why a code stands for nobody.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// The provider does not take it, or its answer cannot be trusted. Why, for logs.
    #[error("{0}")]
    Refused(String),
    /// The provider does not answer, or a fault of our own.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// A provider of identities. Its answers are not trusted before they are checked as OpenID Connect
/// Core asks for (3.1.3.7): whatever [`redeem`](Self::redeem) answers is proved, but for the nonce,
/// which is the caller's.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Where to send the browser.
    ///
    /// # Errors
    /// `Unavailable` when the provider does not say where.
    async fn authorization_url(
        &self,
        request: AuthorizationRequest<'_>,
    ) -> Result<String, PortError>;

    /// Exchanges a code for who it stands for. A code is good once.
    ///
    /// # Errors
    /// [`RedeemError`]; with `Unavailable` the same code may be tried again.
    async fn redeem(&self, redemption: Redemption<'_>) -> Result<ProvedIdentity, RedeemError>;
}

/// A provider that people here may sign in with.
#[derive(Clone)]
pub struct Provider {
    /// What it is called in addresses. It stays: identities are linked by it.
    pub id: ProviderId,
    /// What people call it.
    pub name: String,
    /// Where browsers come back to from it, and from no other provider.
    pub redirect_uri: String,
    /// The provider.
    pub port: Arc<dyn IdentityProvider>,
}

/// The providers of an installation.
#[derive(Clone, Default)]
pub struct Providers(Vec<Provider>);

impl Providers {
    /// These, in the order in which they are shown.
    pub fn new(providers: Vec<Provider>) -> Self {
        Self(providers)
    }

    /// All of them.
    pub fn list(&self) -> &[Provider] {
        &self.0
    }

    /// The one of this name.
    pub fn find(&self, id: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.id.as_str() == id)
    }
}
