//! Gives an access token for an address and a password.

use crate::kernel::{
    Environment, ErrorKind, Metadata, PortError, Timestamp, TypedId as _, UseCaseError,
};

use super::events::UserLoggedIn;
use super::model::{AccessToken, TokenId, User};
use super::password::Password;
use super::ports::{
    ACCESS_TOKEN_LIFETIME, AccessGrant, PasswordHasher, PasswordMatch, TokenIssuer,
};
use super::validate::fold_email;

/// The wish to be let in.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// The address of the account.
    pub email: String,
    /// Its password.
    pub password: Password,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Who was let in, and with what.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The account.
    pub user: User,
    /// The token to show from now on.
    pub access_token: AccessToken,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// There is no such account, or the password is another. Which of both is not told.
    #[error("the mail address or the password is wrong")]
    InvalidCredentials,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for LogInError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidCredentials => ErrorKind::Unauthenticated,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::InvalidCredentials => "auth.credentials_invalid",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::InvalidCredentials => self.to_string(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// Checks the password, gives an access token and tells `auth.user.logged_in.v1`. A hash made
/// with weaker settings than those of now is replaced.
///
/// It takes as long and says the same whether the account exists or not.
///
/// # Errors
/// [`LogInError`].
pub async fn log_in(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    tokens: &dyn TokenIssuer,
    command: LogIn,
) -> Result<LoggedIn, LogInError> {
    if !command.password.within_max() {
        return Err(LogInError::InvalidCredentials);
    }
    let found = {
        let mut reader = env.store.begin_read().await?;
        reader
            .users()
            .find_by_email(&fold_email(&command.email))
            .await?
    };
    let hash = found.as_ref().map(|user| &user.password_hash);
    let outcome = hasher.verify(&command.password, hash).await?;
    let user = match (found, outcome) {
        (Some(user), PasswordMatch::Yes | PasswordMatch::YesButOutdated) => user,
        _ => return Err(LogInError::InvalidCredentials),
    };
    let new_hash = match outcome {
        PasswordMatch::YesButOutdated => Some(hasher.hash(&command.password).await?),
        _ => None,
    };

    // JWT writes times in whole seconds; the grant says what the token will.
    let issued_at = Timestamp::from_millis(env.now().as_seconds() * 1000);
    let grant = AccessGrant {
        token_id: TokenId::generate(issued_at, &*env.entropy),
        user_id: user.id,
        email: user.email.clone(),
        username: user.username.clone(),
        roles: vec![user.role],
        permissions: user.role.permissions(),
        issued_at,
        expires_at: issued_at.plus(ACCESS_TOKEN_LIFETIME),
    };
    let access_token = tokens.issue(&grant)?;

    let mut unit = env.store.begin().await?;
    if let Some(hash) = &new_hash {
        unit.users()
            .set_password_hash(user.id, hash, env.now())
            .await?;
    }
    let event = UserLoggedIn { user_id: user.id };
    unit.outbox()
        .append(&env.event(&event, &command.metadata))
        .await?;
    unit.commit().await?;
    Ok(LoggedIn {
        user,
        access_token,
        expires_at: grant.expires_at,
    })
}
