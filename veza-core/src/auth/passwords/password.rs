//! Passwords as NIST SP 800-63B asks for them: long, not well known, and otherwise free.

use std::fmt;

/// Characters (Unicode code points) of a password at least.
const MIN_CHARS: usize = 12;
/// Characters of a password at most; nothing is ever cut off.
const MAX_CHARS: usize = 128;

/// The most common passwords that are long enough to be let through by length alone.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password as it was typed. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// Takes a password as it was typed.
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    /// The password, to be hashed.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is short enough to be worth hashing: a longer one cannot be anybody's.
    pub(in crate::auth) fn within_max(&self) -> bool {
        self.0.chars().nth(MAX_CHARS).is_none()
    }

    /// Why it cannot be chosen by an account with this address and name, if so.
    pub(in crate::auth) fn weakness(&self, email: &str, username: &str) -> Option<String> {
        if self.0.chars().nth(MIN_CHARS - 1).is_none() {
            return Some(format!("must have at least {MIN_CHARS} characters"));
        }
        if !self.within_max() {
            return Some(format!("must have at most {MAX_CHARS} characters"));
        }
        let folded = self.0.to_lowercase();
        let mut characters = folded.chars();
        let first = characters.next();
        if characters.all(|c| Some(c) == first) || COMMON.lines().any(|common| common == folded) {
            return Some("is among the passwords that are tried first; choose another".into());
        }
        // Only names long enough to be told from a coincidence, and only when they make up the
        // larger part of the password.
        let names = [username, email, email.split('@').next().unwrap_or_default()];
        let is_the_name = names.iter().any(|name| {
            name.chars().count() >= 3
                && folded.contains(*name)
                && folded.replace(*name, "").chars().count() < MIN_CHARS / 2
        });
        is_the_name.then(|| "must not be made of your name or address".into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password hash in PHC string format. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string.
    pub fn new(phc: impl Into<String>) -> Self {
        Self(phc.into())
    }

    /// The PHC string, for the hasher and the store.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::AccessToken;

    fn weakness(password: &str) -> Option<String> {
        Password::new(password).weakness("jane.doe@example.com", "janedoe")
    }

    #[test]
    fn length_counts_in_characters_and_needs_no_mixture() {
        assert!(weakness("elevenchars").unwrap().contains("at least 12"));
        assert_eq!(weakness("correct horse battery"), None);
        assert_eq!(weakness("éèêëàâäôöùûü"), None);
        assert_eq!(weakness(&"ab".repeat(64)), None);
        assert!(weakness(&"ab".repeat(65)).unwrap().contains("at most 128"));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for password in [
            "123456789012",
            "Password1234",
            "aaaaaaaaaaaaa",
            "qwertyuiop123",
        ] {
            assert!(
                weakness(password).unwrap().contains("tried first"),
                "{password}"
            );
        }
    }

    #[test]
    fn ones_own_name_is_no_password() {
        assert!(weakness("janedoe12345").is_some());
        assert!(weakness("jane.doe@example.com").is_some());
        assert_eq!(weakness("janedoe likes long walks"), None);
    }

    #[test]
    fn every_common_password_could_have_passed_by_its_length() {
        for common in COMMON.lines() {
            assert!(common.chars().count() >= MIN_CHARS, "{common}");
            assert_eq!(common, common.to_lowercase());
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let shown = format!(
            "{:?} {:?} {:?}",
            Password::new("secret"),
            PasswordHash::new("secret"),
            AccessToken::new("secret".into())
        );
        assert!(!shown.contains("secret"), "{shown}");
    }
}
