//! Proves again who one is, for sensitive things.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::{AccessToken, Password, PasswordHasher, PasswordMatch, TokenIssuer, User};
use crate::kernel::{
    Environment, ErrorKind, Metadata, PortError, Principal, Timestamp, UseCaseError,
};

use super::issue::grant_for;
use super::step_up::{StepUpError, present};

/// The password, once more.
#[derive(Clone, Debug)]
pub struct Reauthenticate {
    /// The password of whoever asks.
    pub password: Password,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why the proof is none.
#[derive(Debug, thiserror::Error)]
pub enum ReauthenticateError {
    /// The password is another.
    #[error("the password is wrong")]
    WrongPassword,
    /// There is no session to prove it for.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for ReauthenticateError {
    fn kind(&self) -> ErrorKind {
        match self {
            // Not 401: the session is good, and a client would only refresh its token.
            Self::WrongPassword => ErrorKind::Forbidden,
            Self::StepUp(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::WrongPassword => "auth.password_wrong",
            Self::StepUp(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::WrongPassword => self.to_string(),
            Self::StepUp(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// Checks that a password is the one of the account as it is now; a failure is put on record.
/// Answers the account.
pub(crate) async fn check_own_password(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    principal: &Principal,
    password: &Password,
    metadata: &Metadata,
) -> Result<User, ReauthenticateError> {
    let user = {
        let mut reader = env.store.begin_read().await?;
        present(env, &mut *reader, principal).await?.0
    };
    let matches = password.within_max()
        && user.password_hash.is_set()
        && hasher.verify(password, Some(&user.password_hash)).await? != PasswordMatch::No;
    if matches {
        return Ok(user);
    }
    let mut unit = env.store.begin().await?;
    let record = Record::of(AuditAction::Reauthenticate, Outcome::Failure).by(user.id);
    audit::append(env, &mut *unit, record, metadata).await?;
    unit.commit().await?;
    Err(ReauthenticateError::WrongPassword)
}

/// Takes the password of whoever asks as a fresh proof for their session, and answers an access
/// token that says so (`auth_time`), with its end.
///
/// # Errors
/// [`ReauthenticateError`].
pub async fn reauthenticate(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    tokens: &dyn TokenIssuer,
    principal: &Principal,
    command: Reauthenticate,
) -> Result<(AccessToken, Timestamp), ReauthenticateError> {
    let Reauthenticate { password, metadata } = command;
    let shown = check_own_password(env, hasher, principal, &password, &metadata).await?;
    let mut unit = env.store.begin().await?;
    let (user, mut session) = present(env, &mut *unit, principal).await?;
    if user.password_hash != shown.password_hash {
        return Err(ReauthenticateError::WrongPassword);
    }
    session.authenticated_at = env.now();
    unit.sessions().update(&session).await?;
    let record = Record::of(AuditAction::Reauthenticate, Outcome::Success).by(user.id);
    audit::append(env, &mut *unit, record, &metadata).await?;
    let grant = grant_for(env, &user, &session);
    unit.commit().await?;
    Ok((tokens.issue(&grant)?, grant.expires_at))
}
