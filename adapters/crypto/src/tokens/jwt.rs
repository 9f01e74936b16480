//! JWT (RFC 7519), signed by the active key and verified as RFC 8725 asks for. What is signed
//! with these keys says of which type it is, and is refused where another is due.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Validation;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use veza_core::auth::TokenError;
use veza_core::kernel::{Clock, PortError, PortErrorKind, Timestamp};

use super::key::TokenKey;
use super::ring::TokenKeys;

/// How far two clocks may be apart.
const LEEWAY: Duration = Duration::from_secs(30);
/// A longer text is none of our tokens.
const MAX_TOKEN_LEN: usize = 8 * 1024;

/// One kind of tokens: what its head and its claims have to say.
pub(super) struct Kind<'a> {
    /// The type in the head (`typ`).
    pub(super) typ: &'a str,
    /// Who issues them (`iss`).
    pub(super) issuer: &'a str,
    /// For whom (`aud`).
    pub(super) audience: &'a str,
    /// How long they live at most.
    pub(super) lifetime: Duration,
}

/// The claims which bound a token's time.
pub(super) trait Timed {
    /// `iat`, `nbf`, `exp`, in seconds.
    fn times(&self) -> [i64; 3];
}

/// The head of a token, and all that may stand in it: no key, no address of a key, no `crit`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}

pub(super) fn time(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}

fn signed(key: &TokenKey, typ: &str, claims: &impl Serialize) -> Option<String> {
    let header = Header {
        alg: key.algorithm.name(),
        typ,
        kid: &key.public.kid,
    };
    let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).ok()?);
    let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).ok()?);
    let mut token = format!("{header}.{claims}");
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Some(token)
}

/// A token of these claims, signed by the key that signs now.
pub(super) fn sign(
    keys: &TokenKeys,
    typ: &str,
    claims: &impl Serialize,
) -> Result<String, PortError> {
    keys.with_signing(|key| signed(key, typ, claims))
        .flatten()
        .ok_or_else(|| PortError::new(PortErrorKind::Internal, "tokens.issue"))
}

/// The claims of a token of this kind that was signed with one of the keys and is within its
/// time.
pub(super) fn verify<C: DeserializeOwned + Timed>(
    keys: &TokenKeys,
    kind: &Kind<'_>,
    clock: &dyn Clock,
    token: &str,
) -> Result<C, TokenError> {
    if token.len() > MAX_TOKEN_LEN {
        return Err(TokenError::Invalid);
    }
    let (header, _) = token.split_once('.').ok_or(TokenError::Invalid)?;
    let header = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| TokenError::Invalid)?;
    let header: Header<'_> = serde_json::from_slice(&header).map_err(|_| TokenError::Invalid)?;
    if header.typ != kind.typ {
        return Err(TokenError::Invalid);
    }
    let decoded = keys.with_accepted(header.kid, kind.lifetime, |key| {
        if header.alg != key.algorithm.name() {
            return None;
        }
        jsonwebtoken::decode::<C>(token, &key.decoding, &validation(key, kind)).ok()
    });
    let claims = decoded.flatten().ok_or(TokenError::Invalid)?.claims;
    in_time(&claims, clock.now())?;
    Ok(claims)
}

/// One algorithm, that of the key, whatever the token says.
fn validation(key: &TokenKey, kind: &Kind<'_>) -> Validation {
    let mut validation = Validation::new(key.algorithm.verifies_as());
    validation.set_issuer(&[kind.issuer]);
    validation.set_audience(&[kind.audience]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
    // Times are checked by the clock that was given.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

fn in_time(claims: &impl Timed, now: Timestamp) -> Result<(), TokenError> {
    let [issued, not_before, expires] = claims.times();
    if now >= time(expires).plus(LEEWAY) {
        return Err(TokenError::Expired);
    }
    if now.plus(LEEWAY) < time(not_before.max(issued)) {
        return Err(TokenError::Invalid);
    }
    Ok(())
}
