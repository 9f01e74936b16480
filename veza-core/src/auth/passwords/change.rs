//! Changes one's own password.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::sessions::{
    ReauthenticateError, StepUpError, check_own_password, grant_for, require_step_up,
};
use crate::auth::{AccessToken, Password, PasswordHasher, TokenIssuer};
use crate::kernel::text::FieldErrors;
use crate::kernel::{
    Environment, ErrorKind, FieldError, Metadata, PortError, Principal, Timestamp, UseCaseError,
};

/// A new password, by who knows the present one.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// The present password.
    pub present: Password,
    /// The one to come.
    pub new: Password,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The new password is not allowed.
    #[error("the new password is not allowed")]
    Invalid(Vec<FieldError>),
    /// The present password is another, or the session's proof is too old.
    #[error(transparent)]
    Refused(#[from] ReauthenticateError),
}

impl From<StepUpError> for ChangePasswordError {
    fn from(error: StepUpError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<PortError> for ChangePasswordError {
    fn from(error: PortError) -> Self {
        Self::Refused(error.into())
    }
}

impl UseCaseError for ChangePasswordError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Refused(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "auth.password_invalid",
            Self::Refused(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Invalid(_) => self.to_string(),
            Self::Refused(error) => error.public_detail(),
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            Self::Refused(_) => &[],
        }
    }
}

/// Changes the password of whoever asks, who has to know the present one and to have proved who
/// they are within ten minutes. Their other sessions end; for this one a new access token is
/// answered, with its end.
///
/// # Errors
/// [`ChangePasswordError`].
pub async fn change_password(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    tokens: &dyn TokenIssuer,
    principal: &Principal,
    command: ChangePassword,
) -> Result<(AccessToken, Timestamp), ChangePasswordError> {
    let ChangePassword {
        present,
        new,
        metadata,
    } = command;
    {
        let mut reader = env.store.begin_read().await?;
        require_step_up(env, &mut *reader, principal).await?;
    }
    let shown = check_own_password(env, hasher, principal, &present, &metadata).await?;
    let mut faults = FieldErrors::default();
    if let Some(fault) = new.weakness(&shown.email, &shown.username) {
        faults.push("newPassword", fault);
    }
    faults.into_result().map_err(ChangePasswordError::Invalid)?;
    let hash = hasher.hash(&new).await?;

    let mut unit = env.store.begin().await?;
    let (user, session) = require_step_up(env, &mut *unit, principal).await?;
    if user.password_hash != shown.password_hash {
        return Err(ReauthenticateError::WrongPassword.into());
    }
    super::replace(env, &mut *unit, &user, &hash, Some(session.id), &metadata).await?;
    let record = Record::of(AuditAction::ChangePassword, Outcome::Success).by(user.id);
    audit::append(env, &mut *unit, record, &metadata).await?;
    // After the revocation, which it would fall under otherwise.
    let grant = grant_for(env, &user, &session);
    unit.commit().await?;
    Ok((tokens.issue(&grant)?, grant.expires_at))
}
