//! What accounts need from outside.

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;

use crate::kernel::{ErrorKind, Permission, PortError, Principal, Role, Timestamp, UseCaseError};

use super::model::{AccessToken, TokenId, User, UserId};
use super::passwords::{Password, PasswordHash};
use super::sessions::SessionId;

/// How long an access token is good for.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// The accounts of a unit of work.
#[async_trait]
pub trait Users: Send {
    /// Adds an account.
    ///
    /// # Errors
    /// `Duplicate("email")` or `Duplicate("username")` when another account has it; those of the
    /// store.
    async fn add(&mut self, user: &User) -> Result<(), PortError>;

    /// The account with this id.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, id: UserId) -> Result<Option<User>, PortError>;

    /// The account with this address, which is in lower case.
    ///
    /// # Errors
    /// Those of the store.
    async fn find_by_email(&mut self, email: &str) -> Result<Option<User>, PortError>;

    /// The account with this name, which is in lower case.
    ///
    /// # Errors
    /// Those of the store.
    async fn find_by_username(&mut self, username: &str) -> Result<Option<User>, PortError>;

    /// Replaces all of an account but its id and the time it was made; whether there is one.
    ///
    /// # Errors
    /// `Duplicate("email")` or `Duplicate("username")` when another account has it; those of the
    /// store.
    async fn update(&mut self, user: &User) -> Result<bool, PortError>;

    /// Every administrator, in the order of their ids. Where the unit of work writes they are
    /// locked, so that their number stays until it ends, unless one is added.
    ///
    /// `others` are locked with them, in one order for all: who locked one of them afterwards,
    /// though it is no administrator any more, could wait for somebody who waits for them.
    ///
    /// # Errors
    /// Those of the store.
    async fn lock_admins(&mut self, others: &[UserId]) -> Result<Vec<UserId>, PortError>;

    /// Replaces the password hash of an account; nothing happens when there is none.
    ///
    /// # Errors
    /// Those of the store.
    async fn set_password_hash(
        &mut self,
        id: UserId,
        hash: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), PortError>;
}

/// What comparing a password with a hash gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordMatch {
    /// It is the password.
    Yes,
    /// It is the password, and its hash was made with weaker settings than those of now.
    YesButOutdated,
    /// It is another.
    No,
}

/// Hashes passwords, slowly on purpose.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a password with a fresh salt.
    ///
    /// # Errors
    /// `Unavailable` when too many wait already.
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PortError>;

    /// Compares a password with a hash. With no hash it takes as long and answers `No`, so that
    /// nobody can tell by the time whether an account exists.
    ///
    /// # Errors
    /// `Corrupt` when the hash is none; `Unavailable` when too many wait already.
    async fn verify(
        &self,
        password: &Password,
        hash: Option<&PasswordHash>,
    ) -> Result<PasswordMatch, PortError>;
}

/// What an access token says of its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessGrant {
    /// The token's own id (`jti`).
    pub token_id: TokenId,
    /// The session (`sid`).
    pub session_id: SessionId,
    /// The account (`sub`).
    pub user_id: UserId,
    /// Its address (`email`).
    pub email: String,
    /// Its name (`preferred_username`, OpenID Connect Core 5.1).
    pub username: String,
    /// Its roles (`roles`).
    pub roles: Vec<Role>,
    /// What it may do (`permissions`).
    pub permissions: Vec<Permission>,
    /// When its bearer last proved who they are (`auth_time`); whole seconds.
    pub authenticated_at: Timestamp,
    /// When it was issued (`iat`, `nbf`); whole seconds. The token's id tells it to the
    /// millisecond.
    pub issued_at: Timestamp,
    /// When it ends (`exp`); whole seconds.
    pub expires_at: Timestamp,
}

impl From<AccessGrant> for Principal {
    fn from(grant: AccessGrant) -> Self {
        Self {
            user_id: grant.user_id,
            session_id: Some(grant.session_id),
            username: grant.username,
            permissions: grant.permissions,
        }
    }
}

/// Signs access tokens.
pub trait TokenIssuer: Send + Sync {
    /// A signed token which says what the grant says, and who issued it for whom (`iss`, `aud`).
    ///
    /// # Errors
    /// `Internal` when it cannot be signed.
    fn issue(&self, grant: &AccessGrant) -> Result<AccessToken, PortError>;
}

/// Verifies access tokens.
pub trait TokenVerifier: Send + Sync {
    /// What a token says, if it was signed with our key for our audience and is within its time.
    ///
    /// # Errors
    /// [`TokenError`].
    fn verify(&self, token: &str) -> Result<AccessGrant, TokenError>;

    /// The public keys by which others can verify.
    fn public_keys(&self) -> JsonWebKeySet;
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It was good and its time is over.
    #[error("the access token has expired")]
    Expired,
    /// It was revoked: its session ended, or its account was changed or banned.
    #[error("the access token was revoked")]
    Revoked,
    /// Whether it is revoked cannot be told now.
    #[error("access tokens cannot be checked now, try again later")]
    Unavailable,
    /// Anything else: malformed, signed by another, for another audience, not yet valid.
    #[error("the access token is not valid")]
    Invalid,
}

impl UseCaseError for TokenError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unavailable => ErrorKind::Unavailable,
            _ => ErrorKind::Unauthenticated,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Expired => "auth.token.expired",
            Self::Revoked => "auth.token.revoked",
            Self::Unavailable => "unavailable",
            Self::Invalid => "auth.token.invalid",
        }
    }

    fn public_detail(&self) -> String {
        self.to_string()
    }
}

/// Public keys (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JsonWebKeySet {
    /// The keys.
    pub keys: Vec<JsonWebKey>,
}

/// A public key for signatures (RFC 7517, RFC 7518).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JsonWebKey {
    /// Its type and numbers.
    #[serde(flatten)]
    pub numbers: PublicNumbers,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// The one algorithm it is used with.
    pub alg: &'static str,
    /// The key's id: its thumbprint (RFC 7638).
    pub kid: String,
}

/// The numbers of a public key, base64url, by the type of the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kty")]
pub enum PublicNumbers {
    /// RSA (RFC 7518, section 6.3).
    #[serde(rename = "RSA")]
    Rsa {
        /// The modulus.
        n: String,
        /// The exponent.
        e: String,
    },
    /// An elliptic curve (RFC 7518, section 6.2).
    #[serde(rename = "EC")]
    Ec {
        /// The curve.
        crv: &'static str,
        /// The first coordinate.
        x: String,
        /// The second coordinate.
        y: String,
    },
    /// An Edwards curve (RFC 8037).
    #[serde(rename = "OKP")]
    Okp {
        /// The curve.
        crv: &'static str,
        /// The point.
        x: String,
    },
}
