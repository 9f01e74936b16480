//! The ticket between the password and the second factor.

use std::time::Duration;

use crate::auth::{OpaqueToken, TokenDigest, User, UserId};
use crate::kernel::{Environment, PortError, Timestamp, UnitOfWork};

/// How long a ticket is good.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How many codes can be tried with one.
pub(super) const TRIES: u32 = 5;
/// Tickets that are over and are removed when one is added.
const PRUNED_AT_ONCE: u32 = 100;

/// A login that waits for the second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MfaTicket {
    /// What is known of the ticket.
    pub digest: TokenDigest,
    /// Who logs in.
    pub user_id: UserId,
    /// What is known of the password as it was then: with another the ticket is none.
    pub credential: TokenDigest,
    /// Whether the session is to be remembered.
    pub remember_me: bool,
    /// Codes that can still be tried.
    pub tries_left: u32,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl MfaTicket {
    pub(super) fn is_good(&self, user: &User, now: Timestamp) -> bool {
        self.tries_left > 0
            && now < self.expires_at
            && self.user_id == user.id
            && self.credential == credential(user)
    }
}

/// What is asked of somebody whose password is right.
#[derive(Clone, Debug)]
pub struct MfaChallenge {
    /// What has to be shown with the code.
    pub ticket: OpaqueToken,
    /// When the ticket ends.
    pub expires_at: Timestamp,
}

fn credential(user: &User) -> TokenDigest {
    TokenDigest::of(user.password_hash.expose())
}

/// Asks for the second factor where one is in use. The account has to be locked by the unit of
/// work; a session is opened only when this asks for nothing.
pub(crate) async fn challenge(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user: &User,
    remember_me: bool,
) -> Result<Option<MfaChallenge>, PortError> {
    let config = unit.mfa_configs().find(user.id).await?;
    if !config.is_some_and(|config| config.is_on()) {
        return Ok(None);
    }
    let now = env.now();
    let secret = OpaqueToken::generate(&*env.entropy);
    let ticket = MfaTicket {
        digest: secret.digest(),
        user_id: user.id,
        credential: credential(user),
        remember_me,
        tries_left: TRIES,
        expires_at: now.plus(LIFETIME),
    };
    unit.mfa_tickets().prune(now, PRUNED_AT_ONCE).await?;
    unit.mfa_tickets().add(&ticket).await?;
    Ok(Some(MfaChallenge {
        ticket: secret,
        expires_at: ticket.expires_at,
    }))
}
