//! Another name for an account.

use crate::kernel::{
    Environment, ErrorKind, Expected, FieldError, Metadata, PortError, PortErrorKind, Principal,
    UseCaseError,
};

use super::audit::{self, AuditAction, Outcome, Record};
use super::events::UserRenamed;
use super::model::{User, UserId};
use super::validate::username_fault;

/// The wish to have another name.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The account.
    pub user_id: UserId,
    /// Which [versions of its name](User::name_version) the wish is meant for.
    pub expected: Expected,
    /// The new name.
    pub username: String,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why the name stays.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// It is somebody else's.
    #[error("this is not allowed to you")]
    Forbidden,
    /// It has changed since.
    #[error("the account has changed since you looked at it")]
    Stale,
    /// It cannot be a name.
    #[error("the name is not allowed")]
    Invalid([FieldError; 1]),
    /// Another account has it, or somebody who registers.
    #[error("the username is taken")]
    UsernameTaken,
    /// A port failed.
    #[error(transparent)]
    Port(PortError),
}

impl From<PortError> for RenameError {
    fn from(error: PortError) -> Self {
        match error.kind {
            PortErrorKind::Duplicate("username") => Self::UsernameTaken,
            _ => Self::Port(error),
        }
    }
}

impl UseCaseError for RenameError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Forbidden => ErrorKind::Forbidden,
            Self::Stale => ErrorKind::Stale,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::UsernameTaken => ErrorKind::Conflict,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "auth.user.not_found",
            Self::Forbidden => "auth.user.forbidden",
            Self::Stale => "auth.user.stale",
            Self::Invalid(_) => "auth.user.invalid",
            Self::UsernameTaken => "auth.user.username_taken",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Port(error) => error.public_detail(),
            other => other.to_string(),
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            _ => &[],
        }
    }
}

/// Gives one's own account another name and tells `auth.user.renamed.v1`; answers it as it is now.
///
/// # Errors
/// [`RenameError`].
pub async fn rename(
    env: &Environment,
    principal: &Principal,
    command: Rename,
) -> Result<User, RenameError> {
    let username = command.username.trim().to_ascii_lowercase();
    let mut unit = env.store.begin().await?;
    let user = unit.users().find(command.user_id).await?;
    let mut user = user.ok_or(RenameError::NotFound)?;
    if user.id != principal.user_id {
        return Err(RenameError::Forbidden);
    }
    if let Some(message) = username_fault(&username) {
        let field = "username";
        return Err(RenameError::Invalid([FieldError { field, message }]));
    }
    if !command.expected.is_met_by(user.name_version()) {
        return Err(RenameError::Stale);
    }
    if user.username == username {
        return Ok(user);
    }
    let now = env.now();
    // Somebody who has asked for an account keeps its name until their time is over.
    let registrations = unit.pending_registrations();
    if registrations
        .keeps_username(&username, &user.email, now)
        .await?
    {
        return Err(RenameError::UsernameTaken);
    }
    user.username = username;
    user.updated_at = now;
    unit.users().update(&user).await?;
    let event = UserRenamed {
        user_id: user.id,
        username: user.username.clone(),
    };
    unit.outbox()
        .append(&env.event(&event, &command.metadata))
        .await?;
    let record = Record::of(AuditAction::Rename, Outcome::Success)
        .by(principal.user_id)
        .about(Some(user.id))
        .with(user.username.clone());
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(user)
}
