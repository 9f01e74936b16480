//! Sets a new password by the link of a mail.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::link::{LinkNotGood, LinkPurpose};
use crate::auth::{Password, PasswordHasher, TokenDigest, UserId};
use crate::kernel::text::FieldErrors;
use crate::kernel::{
    Environment, ErrorKind, FieldError, Metadata, PortError, Timestamp, UnitOfWork, UseCaseError,
};

/// A new password, by who has the link.
#[derive(Clone)]
pub struct ResetPassword {
    /// The token, as the mail carried it.
    pub token: String,
    /// The new password.
    pub password: Password,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

impl std::fmt::Debug for ResetPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResetPassword")
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// The new password is not allowed; the link stays good.
    #[error("the new password is not allowed")]
    Invalid(Vec<FieldError>),
    /// The link is not good.
    #[error(transparent)]
    LinkNotGood(#[from] LinkNotGood),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for ResetPasswordError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::LinkNotGood(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "auth.password_invalid",
            Self::LinkNotGood(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Invalid(_) => self.to_string(),
            Self::LinkNotGood(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            _ => &[],
        }
    }
}

/// Sets the new password, and ends every session of the account. It opens none: logging in asks
/// for all that it always asks for, a second factor included.
///
/// # Errors
/// [`ResetPasswordError`].
pub async fn reset_password(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    command: ResetPassword,
) -> Result<(), ResetPasswordError> {
    let digest = TokenDigest::of(&command.token);
    let user = {
        let mut reader = env.store.begin_read().await?;
        let id = owner(&mut *reader, &digest, env.now()).await?;
        reader.users().find(id).await?.ok_or(LinkNotGood)?
    };
    let mut faults = FieldErrors::default();
    if let Some(fault) = command.password.weakness(&user.email, &user.username) {
        faults.push("password", fault);
    }
    faults.into_result().map_err(ResetPasswordError::Invalid)?;
    let hash = hasher.hash(&command.password).await?;

    let mut unit = env.store.begin().await?;
    let user = unit.users().find(user.id).await?.ok_or(LinkNotGood)?;
    // The account is locked now: of two who use the link at once, the second finds it gone.
    owner(&mut *unit, &digest, env.now()).await?;
    super::replace(env, &mut *unit, &user, &hash, None, &command.metadata).await?;
    let record = Record::of(AuditAction::ResetPassword, Outcome::Success).by(user.id);
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(())
}

/// Whose password the link sets.
async fn owner(
    unit: &mut dyn UnitOfWork,
    digest: &TokenDigest,
    now: Timestamp,
) -> Result<UserId, ResetPasswordError> {
    let link = unit.account_links().find(digest).await?;
    let link =
        link.filter(|link| link.purpose == LinkPurpose::ResetPassword && now < link.expires_at);
    Ok(link.and_then(|link| link.user_id).ok_or(LinkNotGood)?)
}
