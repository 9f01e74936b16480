//! One key for signatures.

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};
use veza_core::auth::{JsonWebKey, PublicNumbers};
use veza_core::kernel::Timestamp;

use super::algorithm::TokenAlgorithm;

/// Bytes of an RSA modulus at least: 3072 bits.
const MIN_MODULUS_LEN: usize = 3072 / 8;

/// What the file of a key holds. It is never changed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Stored {
    alg: String,
    created_at: Timestamp,
    active_from: Timestamp,
    /// PKCS#8 DER, base64.
    pkcs8: String,
}

enum Pair {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// A key which signs by one algorithm.
pub(super) struct TokenKey {
    pub(super) number: u32,
    pub(super) algorithm: TokenAlgorithm,
    pub(super) created_at: Timestamp,
    /// When it begins to sign.
    pub(super) active_from: Timestamp,
    pub(super) public: JsonWebKey,
    pub(super) decoding: DecodingKey,
    pair: Pair,
}

impl TokenKey {
    /// A new key, as its file will hold it. Takes seconds for RSA.
    pub(super) fn generate(
        algorithm: TokenAlgorithm,
        created_at: Timestamp,
        active_from: Timestamp,
    ) -> Option<Vec<u8>> {
        let pkcs8 = match algorithm {
            TokenAlgorithm::Rs256 | TokenAlgorithm::Ps256 => {
                let key = RsaKeyPair::generate(KeySize::Rsa3072).ok()?;
                let der: Pkcs8V1Der<'_> = key.as_der().ok()?;
                STANDARD.encode(der.as_ref())
            }
            TokenAlgorithm::Es256 => {
                let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
                STANDARD.encode(key.to_pkcs8v1().ok()?.as_ref())
            }
            TokenAlgorithm::EdDsa => {
                let key = Ed25519KeyPair::generate().ok()?;
                STANDARD.encode(key.to_pkcs8v1().ok()?.as_ref())
            }
        };
        let stored = Stored {
            alg: algorithm.name().into(),
            created_at,
            active_from,
            pkcs8,
        };
        serde_json::to_vec(&stored).ok()
    }

    /// The key that a file holds, if it does.
    pub(super) fn read(number: u32, file: &[u8]) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(file).ok()?;
        let algorithm: TokenAlgorithm = stored.alg.parse().ok()?;
        let pair = pair(algorithm, &STANDARD.decode(stored.pkcs8).ok()?)?;
        let numbers = pair.numbers()?;
        let decoding = match &numbers {
            PublicNumbers::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
            PublicNumbers::Ec { x, y, .. } => DecodingKey::from_ec_components(x, y),
            PublicNumbers::Okp { x, .. } => DecodingKey::from_ed_components(x),
        };
        Some(Self {
            number,
            algorithm,
            created_at: stored.created_at,
            active_from: stored.active_from,
            public: JsonWebKey {
                kid: thumbprint(&numbers),
                numbers,
                usage: "sig",
                alg: algorithm.name(),
            },
            decoding: decoding.ok()?,
            pair,
        })
    }

    /// Signs with the key as it was read once: reading and checking it again for each token would
    /// take longer than signing does.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(key, padding) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(*padding, &random, message, &mut signature).ok()?;
                Some(signature)
            }
            Pair::Ec(key) => Some(key.sign(&random, message).ok()?.as_ref().to_vec()),
            Pair::Ed(key) => Some(key.try_sign(message).ok()?.as_ref().to_vec()),
        }
    }
}

fn pair(algorithm: TokenAlgorithm, pkcs8: &[u8]) -> Option<Pair> {
    let rsa = |padding: &'static dyn RsaEncoding| {
        let key = RsaKeyPair::from_pkcs8(pkcs8).ok()?;
        (key.public_modulus_len() >= MIN_MODULUS_LEN).then_some(Pair::Rsa(key, padding))
    };
    match algorithm {
        TokenAlgorithm::Rs256 => rsa(&RSA_PKCS1_SHA256),
        TokenAlgorithm::Ps256 => rsa(&RSA_PSS_SHA256),
        TokenAlgorithm::Es256 => {
            let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8);
            key.ok().map(Pair::Ec)
        }
        TokenAlgorithm::EdDsa => Ed25519KeyPair::from_pkcs8(pkcs8).ok().map(Pair::Ed),
    }
}

impl Pair {
    fn numbers(&self) -> Option<PublicNumbers> {
        let base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Rsa(key, _) => {
                let public = key.public_key();
                Some(PublicNumbers::Rsa {
                    n: base64(public.modulus().big_endian_without_leading_zero()),
                    e: base64(public.exponent().big_endian_without_leading_zero()),
                })
            }
            Self::Ec(key) => {
                // An uncompressed point (SEC 1, section 2.3.3): 4, then both coordinates.
                let (form, point) = key.public_key().as_ref().split_first()?;
                let (x, y) = point.split_at_checked(32)?;
                (*form == 4 && y.len() == 32).then(|| PublicNumbers::Ec {
                    crv: "P-256",
                    x: base64(x),
                    y: base64(y),
                })
            }
            Self::Ed(key) => Some(PublicNumbers::Okp {
                crv: "Ed25519",
                x: base64(key.public_key().as_ref()),
            }),
        }
    }
}

/// RFC 7638: the required members in the order of their names, without blanks.
fn thumbprint(numbers: &PublicNumbers) -> String {
    let canonical = match numbers {
        PublicNumbers::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        PublicNumbers::Ec { crv, x, y } => {
            format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
        PublicNumbers::Okp { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
    };
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()))
}
