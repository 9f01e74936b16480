//! Access tokens: JWT (RFC 7519) signed by RS256, verified as RFC 8725 asks for.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};
use veza_core::auth::{
    AccessGrant, AccessToken, JsonWebKey, JsonWebKeySet, TokenError, TokenId, TokenIssuer,
    TokenVerifier, UserId,
};
use veza_core::kernel::{Clock, Permission, PortError, PortErrorKind, Role, Timestamp};

use crate::secret_file::{SecretFileError, load_or_create};

/// How far two clocks may be apart.
const LEEWAY: Duration = Duration::from_secs(30);
/// A longer text is none of our tokens.
const MAX_TOKEN_LEN: usize = 8 * 1024;
/// Bytes of an RSA modulus at least: 3072 bits.
const MIN_MODULUS_LEN: usize = 3072 / 8;

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum OpenKeyError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// No key could be made.
    #[error("no RSA key could be made")]
    Generate,
    /// What is in the file is no RSA key, or one of fewer than 3072 bits.
    #[error("the key file holds no RSA key of at least 3072 bits in PKCS#8 DER")]
    Rejected,
}

/// What stands in a token. The names are those of RFC 7519, of OpenID Connect Core and of the
/// platform's own wire format.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    email: String,
    preferred_username: String,
    roles: Vec<Role>,
    permissions: Vec<Permission>,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: TokenId,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    kid: &'a str,
}

/// Issues and verifies access tokens with one RSA key.
pub struct AccessTokens {
    key: RsaKeyPair,
    public: JsonWebKey,
    decoding: DecodingKey,
    validation: Validation,
    issuer: String,
    audience: String,
    clock: Arc<dyn Clock>,
}

impl AccessTokens {
    /// Tokens signed with the key in this file (PKCS#8 DER, mode 0600); where it is missing, a
    /// new key of 3072 bits is made. Tokens say that they are issued by `issuer` for `audience`,
    /// and only such are accepted. Blocks, for seconds where a key is made.
    ///
    /// # Errors
    /// [`OpenKeyError`].
    pub fn open(
        key_file: &Path,
        issuer: &str,
        audience: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenKeyError> {
        let pkcs8 = load_or_create(key_file, || generate().ok_or(OpenKeyError::Generate))?;
        let key = RsaKeyPair::from_pkcs8(&pkcs8).map_err(|_| OpenKeyError::Rejected)?;
        if key.public_modulus_len() < MIN_MODULUS_LEN {
            return Err(OpenKeyError::Rejected);
        }
        let public = json_web_key(&key);
        let decoding = DecodingKey::from_rsa_components(&public.n, &public.e)
            .map_err(|_| OpenKeyError::Rejected)?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Times are checked below, by the clock that was given.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self {
            key,
            public,
            decoding,
            validation,
            issuer: issuer.into(),
            audience: audience.into(),
            clock,
        })
    }
}

/// A new key as PKCS#8 DER.
fn generate() -> Option<Vec<u8>> {
    let key = RsaKeyPair::generate(KeySize::Rsa3072).ok()?;
    let der: Pkcs8V1Der<'_> = key.as_der().ok()?;
    Some(der.as_ref().to_vec())
}

fn json_web_key(key: &RsaKeyPair) -> JsonWebKey {
    let public = key.public_key();
    let base64 = |number: aws_lc_rs::io::Positive<'_>| {
        URL_SAFE_NO_PAD.encode(number.big_endian_without_leading_zero())
    };
    let (n, e) = (base64(public.modulus()), base64(public.exponent()));
    // RFC 7638: the required members in order of their names, without blanks.
    let canonical = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
    let thumbprint = digest::digest(&digest::SHA256, canonical.as_bytes());
    let kid = URL_SAFE_NO_PAD.encode(thumbprint);
    JsonWebKey {
        kty: "RSA",
        usage: "sig",
        alg: "RS256",
        kid,
        n,
        e,
    }
}

impl TokenIssuer for AccessTokens {
    fn issue(&self, grant: &AccessGrant) -> Result<AccessToken, PortError> {
        let op = "tokens.issue";
        let header = Header {
            alg: "RS256",
            typ: "JWT",
            kid: &self.public.kid,
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: grant.user_id,
            email: grant.email.clone(),
            preferred_username: grant.username.clone(),
            roles: grant.roles.clone(),
            permissions: grant.permissions.clone(),
            iat: grant.issued_at.as_seconds(),
            nbf: grant.issued_at.as_seconds(),
            exp: grant.expires_at.as_seconds(),
            jti: grant.token_id,
        };
        let internal = |error| PortError::caused(PortErrorKind::Internal, op, error);
        let header = serde_json::to_vec(&header).map_err(internal)?;
        let claims = serde_json::to_vec(&claims).map_err(internal)?;
        let mut token = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        // Signed with the key as it was read once: a signer which reads it for each token would
        // spend more time on checking the key than on signing.
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                token.as_bytes(),
                &mut signature,
            )
            .map_err(|_| PortError::new(PortErrorKind::Internal, op))?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(AccessToken::new(token))
    }
}

impl TokenVerifier for AccessTokens {
    fn verify(&self, token: &str) -> Result<AccessGrant, TokenError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(TokenError::Invalid);
        }
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|_| TokenError::Invalid)?;
        if decoded.header.kid.as_deref() != Some(&self.public.kid) {
            return Err(TokenError::Invalid);
        }
        let claims = decoded.claims;
        let time = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1000));
        let now = self.clock.now();
        if now >= time(claims.exp).plus(LEEWAY) {
            return Err(TokenError::Expired);
        }
        if now.plus(LEEWAY) < time(claims.nbf) {
            return Err(TokenError::Invalid);
        }
        Ok(AccessGrant {
            token_id: claims.jti,
            user_id: claims.sub,
            email: claims.email,
            username: claims.preferred_username,
            roles: claims.roles,
            permissions: claims.permissions,
            issued_at: time(claims.iat),
            expires_at: time(claims.exp),
        })
    }

    fn public_keys(&self) -> JsonWebKeySet {
        JsonWebKeySet {
            keys: vec![self.public.clone()],
        }
    }
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens")
            .field("kid", &self.public.kid)
            .finish_non_exhaustive()
    }
}
