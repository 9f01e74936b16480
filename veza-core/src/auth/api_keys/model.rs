//! The key.

use std::fmt;
use std::time::Duration;

use crate::auth::{OpaqueToken, TokenDigest, UserId};
use crate::kernel::{Entropy, Permission, Timestamp, TypedId as _};
use crate::typed_ids;

typed_ids! {
    /// The id of a key.
    ApiKeyId,
}

/// Keys of one account at most.
pub const MAX_API_KEYS: usize = 50;
/// How exactly the last use is known: no request writes only because of it more often.
pub(super) const LAST_USED_PRECISION: Duration = Duration::from_secs(5 * 60);
/// What every key begins with, so that those who search for leaked secrets find it.
const PREFIX: &str = "vzk_";

/// A key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose it is.
    pub user_id: UserId,
    /// What its owner calls it.
    pub name: String,
    /// What is known of its secret.
    pub digest: TokenDigest,
    /// What it may do, as far as its owner may.
    pub permissions: Vec<Permission>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; none for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to some minutes.
    pub last_used_at: Option<Timestamp>,
}

impl ApiKey {
    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// The text of a key. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeySecret(String);

impl ApiKeySecret {
    /// A fresh one, and what is stored of its secret.
    pub(super) fn generate(id: ApiKeyId, entropy: &dyn Entropy) -> (Self, TokenDigest) {
        let secret = OpaqueToken::generate(entropy);
        let text = format!("{PREFIX}{}_{}", id.uuid().simple(), secret.expose());
        (Self(text), secret.digest())
    }

    /// The text, for whom it belongs to.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether a bearer token looks like a key.
    pub fn looks_like_one(token: &str) -> bool {
        token.starts_with(PREFIX)
    }

    /// The id and the digest of a text that somebody shows, if it has the form of a key.
    pub(super) fn parse(text: &str) -> Option<(ApiKeyId, TokenDigest)> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let whole = id.len() == 32 && secret.len() == 43;
        let id = uuid::Uuid::try_parse(id).ok().filter(|_| whole)?;
        Some((ApiKeyId::from(id), TokenDigest::of(secret)))
    }
}

impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeySecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::SeededEntropy;

    #[test]
    fn a_key_is_known_again_by_its_whole_text() {
        let entropy = SeededEntropy::new(1);
        for seed in 0..50 {
            let id = ApiKeyId::generate(Timestamp::from_millis(seed), &entropy);
            let (text, digest) = ApiKeySecret::generate(id, &entropy);
            let text = text.expose();
            assert!(ApiKeySecret::looks_like_one(text));
            assert_eq!(ApiKeySecret::parse(text), Some((id, digest)));
            for other in [
                &text[1..],
                &text[..text.len() - 1],
                &format!("{text}A"),
                "vzk_",
                "vzk__",
            ] {
                assert_eq!(ApiKeySecret::parse(other), None, "{other}");
            }
        }
    }
}
