//! What a mail says, before it is put into words.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::Timestamp;

/// A secret that a link carries. It is shown to nobody but the reader of the mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailToken(String);

impl MailToken {
    /// The token, in the form in which it is shown again.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MailToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailToken(..)")
    }
}

/// A mail to one person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailMessage {
    /// The address, as the person gave it and as it was checked then.
    pub to: String,
    /// What it says.
    pub content: MailContent,
}

impl fmt::Debug for MailMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Addresses are personal: logs do without.
        f.debug_struct("MailMessage")
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

/// The mails there are, each with what its words need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum MailContent {
    /// A registration waits for the proof of its address.
    VerifyAddress {
        /// The name that was asked for.
        username: String,
        /// Proves the address.
        token: MailToken,
    },
    /// Somebody tried to register with the address of an account.
    AddressInUse {
        /// The name of that account.
        username: String,
    },
    /// Somebody asked for a new password.
    ResetPassword {
        /// The account.
        username: String,
        /// Allows to set one.
        token: MailToken,
    },
    /// Somebody asked for a new password, or for the proof of a registration, at an address that
    /// has no account.
    NoAccount {},
    /// The password of an account was changed.
    PasswordChanged {
        /// The account.
        username: String,
        /// When.
        at: Timestamp,
    },
    /// A new address of an account waits for its proof; goes to the new address.
    ConfirmNewAddress {
        /// The account.
        username: String,
        /// Proves the address.
        token: MailToken,
    },
    /// The address of an account was changed; goes to the old one.
    AddressChanged {
        /// The account.
        username: String,
        /// When.
        at: Timestamp,
    },
    /// The second factor of an account was switched on or off.
    SecondFactorChanged {
        /// The account.
        username: String,
        /// Whether there is one now.
        enabled: bool,
        /// When.
        at: Timestamp,
    },
    /// An identity of a provider opens an account now, or no more.
    IdentityChanged {
        /// The account.
        username: String,
        /// What people call the provider.
        provider: String,
        /// Whether it opens it now.
        linked: bool,
        /// When.
        at: Timestamp,
    },
    /// The export of an account can be fetched.
    ExportReady {
        /// The account.
        username: String,
        /// Until when.
        until: Timestamp,
    },
    /// An account will be erased unless its owner signs in before.
    DeletionScheduled {
        /// The account.
        username: String,
        /// When.
        on: Timestamp,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_tokens_nor_addresses_are_printed() {
        let message = MailMessage {
            to: "ada@example.com".into(),
            content: MailContent::ResetPassword {
                username: "ada".into(),
                token: MailToken::new("s3cret"),
            },
        };
        let printed = format!("{message:?}");
        assert!(
            !printed.contains("s3cret") && !printed.contains("@"),
            "{printed}"
        );
        let json = serde_json::to_value(&message).unwrap();
        assert_eq!(
            serde_json::from_value::<MailMessage>(json).unwrap(),
            message
        );
    }
}
