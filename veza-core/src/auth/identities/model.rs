//! The linked identity, and the authorization that waits for its answer.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::auth::{SessionId, TokenDigest, UserId};
use crate::kernel::Timestamp;
use crate::typed_ids;

typed_ids! {
    /// The id of a linked identity.
    LinkedIdentityId,
}

/// How long somebody may take at a provider.
pub const AUTHORIZATION_LIFETIME: Duration = Duration::from_secs(10 * 60);
/// Identities of one account at most.
pub const MAX_IDENTITIES: usize = 20;

/// What a provider is called here: 1 to 32 letters a to z, digits and `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderId(String);

impl ProviderId {
    /// The name in addresses and in the store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that cannot name a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("has to have 1 to 32 letters a to z, digits and '-'")]
pub struct InvalidProviderId;

impl FromStr for ProviderId {
    type Err = InvalidProviderId;

    fn from_str(text: &str) -> Result<Self, InvalidProviderId> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=32).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidProviderId)
        }
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Somebody at a provider who signs in to an account here. No two have the same provider and
/// subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// Its id.
    pub id: LinkedIdentityId,
    /// The account.
    pub user_id: UserId,
    /// The provider.
    pub provider: ProviderId,
    /// Who they are there (`sub`).
    pub subject: String,
    /// Their address there when it was linked, to tell identities apart by; it leads nowhere.
    pub email: Option<String>,
    /// When it was linked.
    pub created_at: Timestamp,
}

/// What somebody goes to a provider for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationPurpose {
    /// To be let in.
    SignIn {
        /// Whether the session is to be remembered.
        remember_me: bool,
    },
    /// To link the identity to the account of a session.
    Link {
        /// The account.
        user_id: UserId,
        /// The session.
        session_id: SessionId,
    },
    /// To prove again who they are, for a session.
    Reauthenticate {
        /// The account.
        user_id: UserId,
        /// The session.
        session_id: SessionId,
    },
}

impl AuthorizationPurpose {
    /// The name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn { .. } => "sign_in",
            Self::Link { .. } => "link",
            Self::Reauthenticate { .. } => "reauthenticate",
        }
    }
}

/// Somebody was sent to a provider and has not come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingAuthorization {
    /// What is known of the value that comes back with the answer (`state`).
    pub state: TokenDigest,
    /// The provider; an answer of another is none.
    pub provider: ProviderId,
    /// What is known of the secret that the browser keeps: another browser has no part in it.
    pub browser: TokenDigest,
    /// What is known of the value that the ID token has to hold (`nonce`).
    pub nonce: TokenDigest,
    /// The secret of PKCE (`code_verifier`), sealed.
    pub sealed_verifier: Vec<u8>,
    /// What for.
    pub purpose: AuthorizationPurpose,
    /// The invitation that was shown, if one was.
    pub invitation: Option<TokenDigest>,
    /// Where the page goes afterwards: a path of it.
    pub return_to: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_has_a_plain_name() {
        for name in ["google", "my-company-2"] {
            assert_eq!(name.parse::<ProviderId>().unwrap().as_str(), name);
        }
        for name in ["", "Google", "a/b", "a b", "é", &"a".repeat(33)] {
            assert!(name.parse::<ProviderId>().is_err(), "{name}");
        }
    }
}
