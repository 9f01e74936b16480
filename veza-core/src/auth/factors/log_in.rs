//! Opens the session of a login whose second factor is shown.

use std::time::Duration;

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::UserLoggedIn;
use crate::auth::sessions::{LogInError, OpenSession, open_session};
use crate::auth::{LoggedIn, TokenDigest, TokenIssuer};
use crate::kernel::{Environment, ErrorKind, Metadata, PortError, UseCaseError};

use super::check::{Checked, check};
use super::error::SecondFactorError;
use super::model::{MfaConfig, SecondFactor};

/// The second step of logging in.
#[derive(Clone)]
pub struct CompleteLogIn {
    /// The ticket of the first.
    pub ticket: String,
    /// A code, or a recovery code.
    pub second_factor: SecondFactor,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

impl std::fmt::Debug for CompleteLogIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CompleteLogIn")
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum CompleteLogInError {
    /// The ticket is used up, too old, or none of ours: log in again from the start.
    #[error("this login has ended; start again")]
    TicketNotGood,
    /// The code was not taken; the ticket may be good for another.
    #[error(transparent)]
    SecondFactor(#[from] SecondFactorError),
    /// The account is shut out.
    #[error(transparent)]
    LogIn(LogInError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for CompleteLogInError {
    fn kind(&self) -> ErrorKind {
        match self {
            // Nobody is logged in yet: a wrong code is like a wrong password.
            Self::TicketNotGood | Self::SecondFactor(SecondFactorError::WrongCode) => {
                ErrorKind::Unauthenticated
            }
            Self::SecondFactor(error) => error.kind(),
            Self::LogIn(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TicketNotGood => "auth.second_factor.ticket_not_good",
            Self::SecondFactor(error) => error.code(),
            Self::LogIn(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::TicketNotGood => self.to_string(),
            Self::SecondFactor(error) => error.public_detail(),
            Self::LogIn(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::SecondFactor(error) => error.retry_after(),
            _ => None,
        }
    }
}

/// Opens the session that the ticket waits for, and tells `auth.user.logged_in.v1`. Of two who
/// show the same code at once, one is let in.
///
/// # Errors
/// [`CompleteLogInError`].
pub async fn complete_log_in(
    env: &Environment,
    tokens: &dyn TokenIssuer,
    command: CompleteLogIn,
) -> Result<LoggedIn, CompleteLogInError> {
    let digest = TokenDigest::of(&command.ticket);
    let mut unit = env.store.begin().await?;
    let gone = || CompleteLogInError::TicketNotGood;
    let ticket = unit.mfa_tickets().find(&digest).await?.ok_or_else(gone)?;
    let user = unit.users().find(ticket.user_id).await?.ok_or_else(gone)?;
    // The account is locked now: the ticket is looked at again, as others have left it.
    let ticket = unit.mfa_tickets().find(&digest).await?;
    let ticket = ticket
        .filter(|ticket| ticket.is_good(&user, env.now()))
        .ok_or_else(gone)?;
    let config = unit.mfa_configs().find(user.id).await?;
    let config = config.filter(MfaConfig::is_on).ok_or_else(gone)?;

    let metadata = command.metadata;
    let checked = check(env, &mut *unit, &user, config, &command.second_factor).await?;
    let refused = match checked {
        Checked::Wrong(error) => {
            if matches!(error, SecondFactorError::WrongCode) {
                unit.mfa_tickets().count_off(&digest).await?;
            }
            Some(CompleteLogInError::SecondFactor(error))
        }
        Checked::Right => user
            .ban_at(env.now())
            .map(|ban| CompleteLogInError::LogIn(ban.into())),
    };
    let outcome = if refused.is_some() {
        Outcome::Failure
    } else {
        Outcome::Success
    };
    let record = Record::of(AuditAction::LogIn, outcome)
        .by(user.id)
        .with("second factor");
    audit::append(env, &mut *unit, record, &metadata).await?;
    if let Some(error) = refused {
        unit.commit().await?;
        return Err(error);
    }
    // The other logins that wait go with it: a code proves one.
    unit.mfa_tickets().remove_of(user.id).await?;
    let wish = OpenSession {
        remember_me: ticket.remember_me,
        metadata,
    };
    let opened = open_session(env, &mut *unit, &user, &wish).await?;
    let event = UserLoggedIn { user_id: user.id };
    unit.outbox()
        .append(&env.event(&event, &wish.metadata))
        .await?;
    unit.commit().await?;
    Ok(opened.sign(tokens)?)
}
