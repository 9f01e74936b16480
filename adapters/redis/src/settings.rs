//! Where Redis is, and how long it may take.

use std::fmt;
use std::time::Duration;

use redis::{Client, IntoConnectionInfo as _};

/// What a connection is made with. `Debug` does not show the address, which may hold a password.
#[derive(Clone)]
pub struct RedisSettings {
    pub(crate) client: Client,
    pub(crate) instance: [u8; 8],
    pub(crate) budget: Duration,
    pub(crate) connect: Duration,
}

/// An address that cannot be used. Nothing of it is told, for it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error("not an address of Redis, such as redis://:password@host:6379/0 or rediss://host")]
pub struct SettingsError;

impl RedisSettings {
    /// Redis at `url`: `redis://` or, over TLS with the system's root certificates, `rediss://`.
    /// `instance` tells this process from the others: eight random bytes.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn new(url: &str, instance: [u8; 8]) -> Result<Self, SettingsError> {
        let info = url.into_connection_info().map_err(|_| SettingsError)?;
        let client = Client::open(info).map_err(|_| SettingsError)?;
        // One provider of cryptography for the whole program; the first to ask sets it.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Ok(Self {
            client,
            instance,
            budget: Duration::from_millis(100),
            connect: Duration::from_secs(1),
        })
    }

    /// How long one command may take (100 ms); what takes longer counts as not answered.
    #[must_use]
    pub fn budget(self, budget: Duration) -> Self {
        Self { budget, ..self }
    }
}

impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings")
            .field("budget", &self.budget)
            .field("connect", &self.connect)
            .finish_non_exhaustive()
    }
}
