//! The account.

use sha2::{Digest as _, Sha256};

use crate::kernel::{Role, Timestamp};
use crate::typed_ids;

use super::passwords::PasswordHash;

typed_ids! {
    /// The id of an account.
    UserId,
    /// The id of an access token (`jti`).
    TokenId,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The address, in lower case; no two accounts have the same.
    pub email: String,
    /// The name others see, in lower case; no two accounts have the same.
    pub username: String,
    /// What it may do.
    pub role: Role,
    /// The password, hashed.
    pub password_hash: PasswordHash,
    /// Why and until when it is shut out, if it is.
    pub ban: Option<Ban>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl User {
    /// Which name it has, as a number: the same number for the same name. It is what a change of
    /// the name is meant for, and tells nothing of other changes.
    pub fn name_version(&self) -> u64 {
        let digest = Sha256::digest(self.username.as_bytes());
        let (first, _) = digest.split_at(8);
        first
            .iter()
            .fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }

    /// The ban that holds now, if one does.
    pub fn ban_at(&self, now: Timestamp) -> Option<&Ban> {
        self.ban
            .as_ref()
            .filter(|ban| ban.until.is_none_or(|until| now < until))
    }
}

/// That an account is shut out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// Who decided it.
    pub by: UserId,
    /// Why, in words for the one who is banned.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when; none for good.
    pub until: Option<Timestamp>,
}

/// A signed access token, to be sent as `Authorization: Bearer`. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(String);

impl AccessToken {
    /// Wraps a signed token.
    pub fn new(token: String) -> Self {
        Self(token)
    }

    /// The token, for whom it belongs to.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessToken(…)")
    }
}
