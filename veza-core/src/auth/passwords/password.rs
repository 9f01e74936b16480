//! Passwords as NIST SP 800-63B asks for them: long, not well known, and otherwise free.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

/// Characters (Unicode code points) of a password at least.
const MIN_CHARS: usize = 12;
/// Characters of a password at most; nothing is ever cut off.
const MAX_CHARS: usize = 128;

/// The passwords that are tried first, of eight characters and more: the larger part is from the
/// lists of zxcvbn (MIT, see `docs/licences/`), the longer ones are added.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Whether a password (in lower case) is one that is tried first, perhaps with digits and marks
/// around it, or several times over: one character, `password1234`, `sunshinesunshine!`.
fn is_common(folded: &str) -> bool {
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    [folded, core]
        .into_iter()
        .any(|text| COMMON.contains(text) || repeats_common(text))
}

/// Whether a text is one character or one common password, again and again.
fn repeats_common(text: &str) -> bool {
    let length = text.len();
    (1..=length / 2)
        .filter(|part| length.is_multiple_of(*part) && text.is_char_boundary(*part))
        .map(|part| &text[..part])
        .any(|part| {
            let short = part.chars().nth(1).is_none();
            (short || COMMON.contains(part)) && part.repeat(length / part.len()) == text
        })
}

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
        if is_common(&folded) {
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

    /// That an account has no password: nothing that is typed matches it.
    pub fn unset() -> Self {
        Self(String::new())
    }

    /// Whether there is a password.
    pub fn is_set(&self) -> bool {
        !self.0.is_empty()
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
            "ééééééééééééé",
            "Sunshine2024!",
            "2024-qwertyuiop",
            "passwordpassword",
            "!!sunshinesunshine",
            "000000000000000",
        ] {
            assert!(
                weakness(password).is_some_and(|why| why.contains("tried first")),
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
    fn what_holds_a_common_password_among_other_words_is_not_refused_for_it() {
        for password in [
            "sunshine over basketball",
            "my password is longer",
            "1234 sleepy badgers",
        ] {
            assert_eq!(weakness(password), None, "{password}");
        }
    }

    #[test]
    fn the_list_is_long_and_in_the_form_that_is_looked_up() {
        assert!(COMMON.len() >= 10_000);
        for common in COMMON.iter() {
            assert!(common.chars().count() >= 8, "{common}");
            assert_eq!(*common, common.to_lowercase());
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
