//! Who a token belongs to.

use async_trait::async_trait;
use uuid::Uuid;

/// The user a token was issued to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The user.
    pub user_id: Uuid,
    /// The user's name, shown to others.
    pub username: String,
}

/// Checks access tokens.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// The user of a token which is valid now; `None` when it is forged, expired or revoked.
    ///
    /// Called at the door and, for open sessions, every `reauthenticate_every`, so a revoked token
    /// ends its session within that time.
    async fn authenticate(&self, token: &str) -> Option<Identity>;
}
