//! The keys by which a provider signs (RFC 7517).

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// The algorithms that are taken: signatures by a private key, and nothing that we could have made
/// ourselves.
pub(crate) const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// One key.
#[derive(Clone)]
pub(crate) struct ProviderKey {
    jwk: Jwk,
    pub(crate) decoding: DecodingKey,
}

impl ProviderKey {
    /// None for a key of a kind that is not known or not for signatures.
    fn of(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let signs = matches!(
            jwk.common.public_key_use,
            None | Some(PublicKeyUse::Signature)
        );
        let decoding = DecodingKey::from_jwk(&jwk).ok()?;
        signs.then_some(Self { jwk, decoding })
    }

    /// Whether signatures by this algorithm are this key's: as it says itself, and of its kind.
    pub(crate) fn makes(&self, algorithm: Algorithm) -> bool {
        use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        let says_so = self
            .jwk
            .common
            .key_algorithm
            .is_none_or(|known| is_same(known, algorithm));
        let is_of_kind = match &self.jwk.algorithm {
            AlgorithmParameters::RSA(_) => {
                matches!(algorithm, RS256 | RS384 | RS512 | PS256 | PS384 | PS512)
            }
            AlgorithmParameters::EllipticCurve(key) => match key.curve {
                EllipticCurve::P256 => algorithm == ES256,
                EllipticCurve::P384 => algorithm == ES384,
                _ => false,
            },
            AlgorithmParameters::OctetKeyPair(key) => {
                key.curve == EllipticCurve::Ed25519 && algorithm == EdDSA
            }
            _ => false,
        };
        says_so && is_of_kind
    }
}

fn is_same(known: KeyAlgorithm, algorithm: Algorithm) -> bool {
    let known = known.to_string();
    ALGORITHMS
        .iter()
        .any(|(name, same)| *name == known && *same == algorithm)
}

/// The keys of a provider. What is among them and cannot be used is left out.
#[derive(Deserialize)]
#[serde(from = "RawKeySet")]
pub(crate) struct KeySet(Vec<ProviderKey>);

#[derive(Deserialize)]
struct RawKeySet {
    keys: Vec<Value>,
}

impl From<RawKeySet> for KeySet {
    fn from(raw: RawKeySet) -> Self {
        Self(raw.keys.into_iter().filter_map(ProviderKey::of).collect())
    }
}

impl KeySet {
    /// The keys of this name, or all where none is given.
    pub(crate) fn find(&self, kid: Option<&str>) -> Vec<ProviderKey> {
        let named = |key: &&ProviderKey| kid.is_none() || key.jwk.common.key_id.as_deref() == kid;
        self.0.iter().filter(named).cloned().collect()
    }
}
