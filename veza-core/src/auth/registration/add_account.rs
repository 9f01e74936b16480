//! Makes an account without a mail, for operators: the first administrator, demonstrations.

use crate::auth::audit::{AuditAction, Outcome, Record};
use crate::auth::{Password, PasswordHasher, User};
use crate::kernel::{
    Environment, ErrorKind, FieldError, Metadata, PortError, PortErrorKind, Role, UseCaseError,
};

use super::keep;

/// An account to be made. Whoever can run this owns the store: nobody is asked for permission.
#[derive(Clone, Debug)]
pub struct AddAccount {
    /// Its address.
    pub email: String,
    /// Its name.
    pub username: String,
    /// Its password.
    pub password: Password,
    /// Its role.
    pub role: Role,
}

/// Why it was not made.
#[derive(Debug, thiserror::Error)]
pub enum AddAccountError {
    /// Some fields are not allowed.
    #[error("{}", list(.0))]
    Invalid(Vec<FieldError>),
    /// Another account has the address.
    #[error("the mail address is taken")]
    EmailTaken,
    /// Another account has the name.
    #[error("the username is taken")]
    UsernameTaken,
    /// A port failed.
    #[error(transparent)]
    Port(PortError),
}

fn list(faults: &[FieldError]) -> String {
    let faults: Vec<String> = faults
        .iter()
        .map(|fault| format!("{} {}", fault.field, fault.message))
        .collect();
    faults.join("; ")
}

impl From<PortError> for AddAccountError {
    fn from(error: PortError) -> Self {
        match error.kind {
            PortErrorKind::Duplicate("email") => Self::EmailTaken,
            PortErrorKind::Duplicate("username") => Self::UsernameTaken,
            _ => Self::Port(error),
        }
    }
}

impl UseCaseError for AddAccountError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::EmailTaken | Self::UsernameTaken => ErrorKind::Conflict,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "auth.user.invalid",
            Self::EmailTaken => "auth.user.email_taken",
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

/// Makes an account whose address counts as proved, and tells `auth.user.registered.v1`.
///
/// # Errors
/// [`AddAccountError`].
pub async fn add_account(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    command: AddAccount,
) -> Result<User, AddAccountError> {
    let (email, username) = super::check(&command.email, &command.username, &command.password)
        .map_err(AddAccountError::Invalid)?;
    let password_hash = hasher.hash(&command.password).await?;
    let now = env.now();
    let user = User {
        id: env.new_id(),
        email,
        username,
        role: command.role,
        password_hash,
        ban: None,
        created_at: now,
        updated_at: now,
    };
    let mut unit = env.store.begin().await?;
    let record = Record::of(AuditAction::AddAccount, Outcome::Success)
        .about(Some(user.id))
        .with(user.role.as_str());
    keep(env, &mut *unit, &user, record, &Metadata::default()).await?;
    unit.commit().await?;
    Ok(user)
}
