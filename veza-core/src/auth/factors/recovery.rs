//! Recovery codes: for who has lost their authenticator.

use std::fmt;

use crate::auth::TokenDigest;
use crate::kernel::Entropy;

/// How many there are.
const COUNT: usize = 10;
/// Characters of one, without the dashes: 32 letters each, so 80 bits.
const LEN: usize = 16;
/// Crockford's letters: none that look alike.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Fresh recovery codes, to be shown once. `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes(Vec<String>);

impl RecoveryCodes {
    pub(super) fn generate(entropy: &dyn Entropy) -> Self {
        Self((0..COUNT).map(|_| one(entropy)).collect())
    }

    /// The codes, for whom they belong to.
    pub fn expose(&self) -> &[String] {
        &self.0
    }

    pub(super) fn digests(&self) -> Vec<TokenDigest> {
        self.0.iter().map(|code| digest(code)).collect()
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes(…)")
    }
}

fn one(entropy: &dyn Entropy) -> String {
    let mut random = [0; LEN];
    entropy.fill(&mut random);
    let mut code = String::with_capacity(LEN + LEN / 4);
    for (place, byte) in random.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        // 256 is a multiple of 32: each letter is as likely as any other.
        code.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    code
}

/// What is stored of a code, as it may be typed: in any case, with blanks and dashes anywhere, and
/// with letters that look like the right ones.
pub(super) fn digest(typed: &str) -> TokenDigest {
    let folded: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(LEN + 1)
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    TokenDigest::of(&folded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::SeededEntropy;

    #[test]
    fn codes_differ_and_are_known_again_however_they_are_typed() {
        let codes = RecoveryCodes::generate(&SeededEntropy::new(1));
        let mut digests = codes.digests();
        assert_eq!(digests.len(), 10);
        for (code, stored) in codes.expose().iter().zip(&digests) {
            assert_eq!(code.len(), 19, "{code}");
            let typed = code.to_uppercase().replace('-', " ").replace('0', "O");
            assert_eq!(digest(&typed), *stored);
            assert_ne!(digest(&code[..18]), *stored);
            assert_ne!(digest(&format!("{code}0")), *stored);
        }
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), 10);
        assert!(!format!("{codes:?}").contains(&codes.expose()[0]));
    }
}
