//! What access tokens are no longer good.

use std::time::Duration;

use crate::auth::services::MAX_SERVICE_TOKEN_LIFETIME;
use crate::auth::{ACCESS_TOKEN_LIFETIME, SessionId, TokenId, UserId};
use crate::kernel::{Environment, Timestamp};
use crate::typed_ids;

typed_ids! {
    /// The id of a revocation.
    RevocationId,
}

/// How far the clocks of those who issue and those who verify may be apart.
const CLOCK_LEEWAY: Duration = Duration::from_secs(60);

/// Whose tokens are revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevocationSubject {
    /// Those of a session.
    Session(SessionId),
    /// All those of an account.
    User(UserId),
    /// One of a service.
    ServiceToken(TokenId),
}

impl RevocationSubject {
    /// How long the tokens that are revoked may live.
    fn lifetime(self) -> Duration {
        match self {
            Self::Session(_) | Self::User(_) => ACCESS_TOKEN_LIFETIME,
            Self::ServiceToken(_) => MAX_SERVICE_TOKEN_LIFETIME,
        }
    }
}

/// That the access tokens of a session or an account issued before a moment, or one token of a
/// service, are not good any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Its id.
    pub id: RevocationId,
    /// Whose tokens.
    pub subject: RevocationSubject,
    /// Tokens issued before this moment. A session that ended has no later ones: all of its are.
    pub issued_before: Timestamp,
    /// When the last such token has expired by itself, and this may be forgotten.
    pub until: Timestamp,
}

impl Revocation {
    /// Revokes every token that the subject was given until now, this millisecond included.
    pub(crate) fn now(env: &Environment, subject: RevocationSubject) -> Self {
        Self::before(env, subject, env.now().plus(Duration::from_millis(1)))
    }

    /// Revokes every token that the subject was given before this moment: one that is issued at
    /// it is good.
    pub(crate) fn before(
        env: &Environment,
        subject: RevocationSubject,
        issued_before: Timestamp,
    ) -> Self {
        Self {
            id: env.new_id(),
            subject,
            issued_before,
            until: issued_before.plus(subject.lifetime() + CLOCK_LEEWAY),
        }
    }
}
