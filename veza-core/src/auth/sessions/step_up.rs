//! Sensitive things need a fresh proof of who one is.

use crate::auth::{Session, User};
use crate::kernel::{Environment, ErrorKind, PortError, Principal, UnitOfWork, UseCaseError};

/// Why somebody who is logged in may not do a sensitive thing now.
#[derive(Debug, thiserror::Error)]
pub enum StepUpError {
    /// The last proof is too old: confirm the password, then try again.
    #[error("confirm who you are, then try again")]
    Required,
    /// The session or its account is gone, or the token is none of a session.
    #[error("this needs a session; log in again")]
    NoSession,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for StepUpError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Required => ErrorKind::Forbidden,
            Self::NoSession => ErrorKind::Unauthenticated,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Required => "auth.step_up_required",
            Self::NoSession => "auth.session.gone",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Port(error) => error.public_detail(),
            other => other.to_string(),
        }
    }
}

/// The account and the session of whoever asks, both locked where the unit of work writes, if the
/// session's last proof is fresh enough ([`STEP_UP_WINDOW`](crate::auth::STEP_UP_WINDOW)).
///
/// # Errors
/// [`StepUpError`].
pub async fn require_step_up(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    principal: &Principal,
) -> Result<(User, Session), StepUpError> {
    let (user, session) = present(env, unit, principal).await?;
    if !session.is_stepped_up(env.now()) {
        return Err(StepUpError::Required);
    }
    Ok((user, session))
}

/// The account and the session of whoever asks.
pub(crate) async fn present(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    principal: &Principal,
) -> Result<(User, Session), StepUpError> {
    let id = principal.session_id.ok_or(StepUpError::NoSession)?;
    let user = unit.users().find(principal.user_id).await?;
    let session = unit.sessions().find(id).await?;
    match (user, session) {
        (Some(user), Some(session)) if session.user_id == user.id && session.is_live(env.now()) => {
            Ok((user, session))
        }
        _ => Err(StepUpError::NoSession),
    }
}
