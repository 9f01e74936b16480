//! Tokens that a mail carries for an account: each opens one thing, once.

use std::time::Duration;

use async_trait::async_trait;

use crate::kernel::{ErrorKind, PortError, Timestamp, UseCaseError};

use super::model::UserId;
use super::secret::TokenDigest;

/// What a link of a mail allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// Sets a new password.
    ResetPassword,
    /// Proves a new address.
    ChangeEmail,
}

impl LinkPurpose {
    /// The name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
        }
    }

    /// The purpose of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::ResetPassword, Self::ChangeEmail]
            .into_iter()
            .find(|purpose| purpose.as_str() == name)
    }

    /// How long a link of this kind is good.
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::ResetPassword => Duration::from_secs(30 * 60),
            Self::ChangeEmail => Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// A link as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLink {
    /// What is known of its token.
    pub digest: TokenDigest,
    /// What it allows.
    pub purpose: LinkPurpose,
    /// The account; none where the address has none, and the token was given to nobody: such a
    /// row is stored so that both cases cost the same.
    pub user_id: Option<UserId>,
    /// The new address, where one is to be proved.
    pub email: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The links of a unit of work.
#[async_trait]
pub trait AccountLinks: Send {
    /// Adds a link.
    ///
    /// # Errors
    /// `MissingReference` when there is no such account; `Duplicate("id")`; those of
    /// the store.
    async fn add(&mut self, link: &AccountLink) -> Result<(), PortError>;

    /// The link of this token. It is not locked: whoever uses it has found its account first.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, digest: &TokenDigest) -> Result<Option<AccountLink>, PortError>;

    /// Removes every link of an account for a purpose.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove_of(&mut self, user_id: UserId, purpose: LinkPurpose) -> Result<(), PortError>;

    /// Removes links whose time is over; how many went.
    ///
    /// # Errors
    /// Those of the store.
    async fn prune(&mut self, now: Timestamp) -> Result<u64, PortError>;
}

/// A link that is not, or no longer, good: used, too old, or never given. Which is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this link is no longer good; ask for a new one")]
pub struct LinkNotGood;

impl UseCaseError for LinkNotGood {
    fn kind(&self) -> ErrorKind {
        ErrorKind::NotFound
    }

    fn code(&self) -> &'static str {
        "auth.link_not_good"
    }

    fn public_detail(&self) -> String {
        self.to_string()
    }
}
