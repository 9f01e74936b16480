//! The ID token, checked as OpenID Connect Core asks for (3.1.3.7) and RFC 8725 advises.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use veza_core::kernel::Timestamp;

use crate::keys::{ALGORITHMS, ProviderKey};

/// How far two clocks may be apart.
const LEEWAY: Duration = Duration::from_secs(30);
/// A token is fetched as soon as it is made; an older one was made for something else.
const MAX_AGE: Duration = Duration::from_secs(10 * 60);
/// A longer text is no ID token.
const MAX_TOKEN_LEN: usize = 32 * 1024;
/// Bytes of a subject at most (Core, 2).
const MAX_SUBJECT_LEN: usize = 255;
/// Characters of any other claim that is made use of.
const MAX_CLAIM_CHARS: usize = 500;

/// What of the head is looked at.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// What has to be understood; we understand nothing of that kind.
    crit: Option<serde_json::Value>,
}

/// One or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Some providers write truth as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Truth {
    Bool(bool),
    Text(String),
}

/// What is said of a person: in an ID token, or by the UserInfo endpoint.
#[derive(Default, Deserialize)]
pub(crate) struct Person {
    pub(crate) sub: String,
    pub(crate) email: Option<String>,
    email_verified: Option<Truth>,
    pub(crate) preferred_username: Option<String>,
    pub(crate) name: Option<String>,
}

impl Person {
    /// Whether the provider has proved the address.
    pub(crate) fn email_is_verified(&self) -> bool {
        match &self.email_verified {
            Some(Truth::Bool(verified)) => *verified,
            Some(Truth::Text(text)) => text == "true",
            None => false,
        }
    }

    /// Without texts that nobody's address or name is as long as, or that no store keeps.
    fn sanitised(self) -> Self {
        let fits =
            |text: &String| text.chars().nth(MAX_CLAIM_CHARS).is_none() && !text.contains('\0');
        Self {
            email: self.email.filter(fits),
            preferred_username: self.preferred_username.filter(fits),
            name: self.name.filter(fits),
            ..self
        }
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    at_hash: Option<String>,
    auth_time: Option<f64>,
    #[serde(flatten)]
    person: Person,
}

/// An ID token that was checked.
pub(crate) struct IdToken {
    pub(crate) person: Person,
    pub(crate) nonce: Option<String>,
    pub(crate) authenticated_at: Option<Timestamp>,
}

/// What a token is checked against.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    /// The access token that came with it.
    pub(crate) access_token: &'a str,
    pub(crate) now: Timestamp,
}

/// The algorithm and the name of the key, as the token says: only what is allowed is understood.
pub(crate) fn signed_by(token: &str) -> Result<(Algorithm, Option<String>), &'static str> {
    if token.len() > MAX_TOKEN_LEN {
        return Err("the ID token is too long");
    }
    let header = token.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).ok();
    let header = header.and_then(|json| serde_json::from_slice::<Header>(&json).ok());
    let header = header.ok_or("the ID token has no head")?;
    if header.crit.is_some() {
        return Err("the ID token asks for what is not known here");
    }
    let allowed = ALGORITHMS.iter().find(|(name, _)| *name == header.alg);
    let (_, algorithm) =
        allowed.ok_or("the ID token is signed by an algorithm that is not taken")?;
    Ok((*algorithm, header.kid))
}

/// Checks a token that says it is signed by this algorithm with one of these keys.
pub(crate) fn check(
    token: &str,
    algorithm: Algorithm,
    keys: &[ProviderKey],
    expected: &Expected<'_>,
) -> Result<IdToken, &'static str> {
    let mut keys = keys.iter().filter(|key| key.makes(algorithm));
    let (Some(key), None) = (keys.next(), keys.next()) else {
        return Err("the ID token is signed by no key of the provider's");
    };
    let mut validation = Validation::new(algorithm);
    // Claims are checked below, by the clock that was given.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation)
        .map_err(|_| "the signature of the ID token is wrong")?
        .claims;
    if let Some(fault) = fault(&claims, algorithm, expected) {
        return Err(fault);
    }
    Ok(IdToken {
        person: claims.person.sanitised(),
        nonce: claims.nonce,
        authenticated_at: claims.auth_time.map(time),
    })
}

/// What is wrong with the claims, if anything is.
fn fault(claims: &Claims, algorithm: Algorithm, expected: &Expected<'_>) -> Option<&'static str> {
    if claims.iss != expected.issuer {
        return Some("the ID token is another issuer's");
    }
    let (audience, alone) = match &claims.aud {
        Audience::One(one) => (one == expected.client_id, true),
        Audience::Several(several) => (
            several.iter().any(|one| one == expected.client_id),
            several.len() == 1,
        ),
    };
    let party = claims.azp.as_deref();
    if !audience || !(alone || party.is_some()) {
        return Some("the ID token is for another client");
    }
    if party.is_some_and(|party| party != expected.client_id) {
        return Some("the ID token was given to another client");
    }
    let (now, leeway) = (expected.now, LEEWAY);
    if now >= time(claims.exp).plus(leeway) {
        return Some("the ID token has expired");
    }
    let issued = time(claims.iat);
    let begins = claims.nbf.map_or(issued, |nbf| issued.max(time(nbf)));
    if now.plus(leeway) < begins {
        return Some("the ID token is of the future");
    }
    if now > issued.plus(MAX_AGE) {
        return Some("the ID token was made long ago");
    }
    let subject = &claims.person.sub;
    if subject.is_empty() || subject.len() > MAX_SUBJECT_LEN || subject.contains('\0') {
        return Some("the ID token names nobody");
    }
    let hash = claims.at_hash.as_deref();
    if hash.is_some_and(|hash| hash != half_hash(algorithm, expected.access_token)) {
        return Some("the access token is not the one of the ID token");
    }
    None
}

/// The left half of the hash of a text, by the hash of the signature (Core, 3.1.3.6).
fn half_hash(algorithm: Algorithm, text: &str) -> String {
    use Algorithm::{ES384, EdDSA, PS384, PS512, RS384, RS512};
    let hash = match algorithm {
        RS384 | PS384 | ES384 => Sha384::digest(text).to_vec(),
        RS512 | PS512 | EdDSA => Sha512::digest(text).to_vec(),
        _ => Sha256::digest(text).to_vec(),
    };
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

/// Seconds since 1970, which may have a fraction.
fn time(seconds: f64) -> Timestamp {
    Timestamp::from_millis((seconds * 1000.0) as i64)
}

/// What the UserInfo endpoint says of the same person.
pub(crate) fn same_person(token: &IdToken, person: Person) -> Result<Person, &'static str> {
    if person.sub == token.person.sub {
        Ok(person.sanitised())
    } else {
        Err("the provider speaks of somebody else")
    }
}
