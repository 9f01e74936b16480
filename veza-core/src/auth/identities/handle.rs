//! A name for somebody who came by a provider.

use crate::auth::validate::username_fault;
use crate::kernel::Entropy;

use super::provider::ProvedIdentity;

/// Characters of a name, so that a mark still fits behind it.
const MAX_CHARS: usize = 24;
/// Crockford's letters: none that look alike.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A name that an account may have, like those the provider knows. After the first try it ends with
/// six random letters, for the name itself was taken.
pub(super) fn of(
    entropy: &dyn Entropy,
    identity: &ProvedIdentity,
    email: &str,
    tries: u32,
) -> String {
    let local = email.split('@').next();
    let known = [
        identity.preferred_username.as_deref(),
        identity.name.as_deref(),
        local,
    ];
    let name = known.into_iter().flatten().map(folded);
    let name = name.into_iter().find(|name| username_fault(name).is_none());
    let name = name.unwrap_or_else(|| "listener".into());
    if tries == 0 {
        return name;
    }
    let mut random = [0; 6];
    entropy.fill(&mut random);
    let mark = random.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    format!("{name}-{}", String::from_iter(mark))
}

/// The letters and digits of a text, with a dash in the place of everything between them.
fn folded(text: &str) -> String {
    let mut name = String::new();
    // An address in the place of a name would tell everybody what it is.
    for c in text.split('@').next().unwrap_or_default().chars() {
        if name.len() == MAX_CHARS {
            break;
        }
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::SeededEntropy;

    fn name(preferred: Option<&str>, full: Option<&str>, email: &str, tries: u32) -> String {
        let identity = ProvedIdentity {
            preferred_username: preferred.map(str::to_owned),
            name: full.map(str::to_owned),
            ..ProvedIdentity::default()
        };
        of(&SeededEntropy::new(1), &identity, email, tries)
    }

    #[test]
    fn the_name_is_like_what_the_provider_knows() {
        for (preferred, full, email, expected) in [
            (Some("Ada_L"), Some("Ada Lovelace"), "a@b.co", "ada-l"),
            (None, Some("  Ada  Lovelace!"), "a@b.co", "ada-lovelace"),
            (Some("ada@example.com"), None, "x@b.co", "ada"),
            (Some("é"), Some("Ж"), "ada.l+veza@b.co", "ada-l-veza"),
            (None, None, "é@b.co", "listener"),
        ] {
            assert_eq!(name(preferred, full, email, 0), expected);
        }
        let long = "very long name of somebody who has many names";
        assert_eq!(
            name(None, Some(long), "a@b.co", 0),
            "very-long-name-of-somebo"
        );
    }

    #[test]
    fn a_name_that_was_taken_gets_a_mark_and_stays_a_name() {
        let long = "x".repeat(40);
        for preferred in ["ada", long.as_str()] {
            let marked = name(Some(preferred), None, "a@b.co", 1);
            assert_eq!(username_fault(&marked), None, "{marked}");
            assert_ne!(marked, name(Some(preferred), None, "a@b.co", 0));
        }
    }
}
