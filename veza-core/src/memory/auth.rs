//! Passwords and tokens without cryptography worth the name: for tests and demos.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::auth::{
    AccessGrant, AccessToken, JsonWebKeySet, Password, PasswordHash, PasswordHasher, PasswordMatch,
    ServiceGrant, ServiceToken, ServiceTokenIssuer, ServiceTokenVerifier, TokenError, TokenIssuer,
    TokenVerifier,
};
use crate::kernel::{Clock, Entropy, PortError, PortErrorKind};

use super::lock;

/// Hashes passwords with one round of salted SHA-256: quick, and so of no protection once stolen.
pub struct QuickPasswords {
    entropy: Arc<dyn Entropy>,
}

const SCHEME: &str = "$quick-sha256$";

impl QuickPasswords {
    /// A hasher which takes its salts from `entropy`.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy }
    }
}

fn digest(salt: &str, password: &Password) -> String {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(password.expose());
    URL_SAFE_NO_PAD.encode(hasher.finalize())
}

#[async_trait]
impl PasswordHasher for QuickPasswords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PortError> {
        let mut salt = [0; 16];
        self.entropy.fill(&mut salt);
        let salt = URL_SAFE_NO_PAD.encode(salt);
        Ok(PasswordHash::new(format!(
            "{SCHEME}{salt}${}",
            digest(&salt, password)
        )))
    }

    async fn verify(
        &self,
        password: &Password,
        hash: Option<&PasswordHash>,
    ) -> Result<PasswordMatch, PortError> {
        let Some(hash) = hash else {
            digest("", password);
            return Ok(PasswordMatch::No);
        };
        let (salt, expected) = hash
            .expose()
            .strip_prefix(SCHEME)
            .and_then(|rest| rest.split_once('$'))
            .ok_or_else(|| PortError::new(PortErrorKind::Corrupt, "passwords.verify"))?;
        let matches = digest(salt, password) == expected;
        Ok(if matches {
            PasswordMatch::Yes
        } else {
            PasswordMatch::No
        })
    }
}

/// Tokens which are random names of grants kept here. Those that have expired are forgotten when
/// the next one is issued.
pub struct MemoryTokens {
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
    grants: Mutex<HashMap<String, AccessGrant>>,
    services: Mutex<HashMap<String, ServiceGrant>>,
}

impl MemoryTokens {
    /// Tokens made of `entropy`, which expire by `clock`.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            entropy,
            clock,
            grants: Mutex::default(),
            services: Mutex::default(),
        }
    }

    fn name(&self) -> String {
        let mut name = [0; 32];
        self.entropy.fill(&mut name);
        URL_SAFE_NO_PAD.encode(name)
    }
}

impl TokenIssuer for MemoryTokens {
    fn issue(&self, grant: &AccessGrant) -> Result<AccessToken, PortError> {
        let name = self.name();
        let now = self.clock.now();
        let mut grants = lock(&self.grants);
        grants.retain(|_, grant| now < grant.expires_at);
        grants.insert(name.clone(), grant.clone());
        Ok(AccessToken::new(name))
    }
}

impl TokenVerifier for MemoryTokens {
    fn verify(&self, token: &str) -> Result<AccessGrant, TokenError> {
        let grant = lock(&self.grants)
            .get(token)
            .cloned()
            .ok_or(TokenError::Invalid)?;
        if self.clock.now() < grant.expires_at {
            Ok(grant)
        } else {
            Err(TokenError::Expired)
        }
    }

    /// None: these tokens are not signed.
    fn public_keys(&self) -> JsonWebKeySet {
        JsonWebKeySet { keys: Vec::new() }
    }
}

impl ServiceTokenIssuer for MemoryTokens {
    fn issue_for_service(&self, grant: &ServiceGrant) -> Result<ServiceToken, PortError> {
        let name = self.name();
        lock(&self.services).insert(name.clone(), grant.clone());
        Ok(ServiceToken::new(name))
    }
}

impl ServiceTokenVerifier for MemoryTokens {
    fn verify_service(&self, token: &str) -> Result<ServiceGrant, TokenError> {
        let grant = lock(&self.services).get(token).cloned();
        let grant = grant.ok_or(TokenError::Invalid)?;
        if self.clock.now() < grant.expires_at {
            Ok(grant)
        } else {
            Err(TokenError::Expired)
        }
    }
}
