//! Makes an account.

use crate::kernel::text::FieldErrors;
use crate::kernel::{
    Environment, ErrorKind, FieldError, Metadata, PortError, PortErrorKind, Role, UseCaseError,
};

use super::events::UserRegistered;
use super::model::User;
use super::password::Password;
use super::ports::PasswordHasher;
use super::validate::{email_fault, fold_email, username_fault};

/// The wish to have an account.
#[derive(Clone, Debug)]
pub struct Register {
    /// A mail address.
    pub email: String,
    /// The name others see.
    pub username: String,
    /// A password of one's own choice.
    pub password: Password,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Some fields are not allowed.
    #[error("{} fields are not allowed", .0.len())]
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

impl From<PortError> for RegisterError {
    fn from(error: PortError) -> Self {
        match error.kind {
            PortErrorKind::Duplicate("email") => Self::EmailTaken,
            PortErrorKind::Duplicate("username") => Self::UsernameTaken,
            _ => Self::Port(error),
        }
    }
}

impl UseCaseError for RegisterError {
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
            Self::Invalid(_) => "some fields are not allowed".into(),
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

/// Makes an account with the role `user` and tells `auth.user.registered.v1`.
///
/// # Errors
/// [`RegisterError`].
pub async fn register(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    command: Register,
) -> Result<User, RegisterError> {
    let email = fold_email(&command.email);
    let username = command.username.trim().to_ascii_lowercase();
    let mut faults = FieldErrors::default();
    if let Some(fault) = email_fault(&email) {
        faults.push("email", fault);
    }
    if let Some(fault) = username_fault(&username) {
        faults.push("username", fault);
    }
    if let Some(fault) = command.password.weakness(&email, &username) {
        faults.push("password", fault);
    }
    faults.into_result().map_err(RegisterError::Invalid)?;

    // Hashing takes long: it is done before the unit of work, which others wait for.
    let password_hash = hasher.hash(&command.password).await?;
    let now = env.now();
    let user = User {
        id: env.new_id(),
        email,
        username,
        role: Role::User,
        password_hash,
        created_at: now,
        updated_at: now,
    };
    let event = UserRegistered {
        user_id: user.id,
        email: user.email.clone(),
        username: user.username.clone(),
    };
    let mut unit = env.store.begin().await?;
    unit.users().add(&user).await?;
    unit.outbox()
        .append(&env.event(&event, &command.metadata))
        .await?;
    unit.commit().await?;
    Ok(user)
}
