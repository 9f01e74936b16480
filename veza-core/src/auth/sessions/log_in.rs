//! Opens a session for an address and a password.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::UserLoggedIn;
use crate::auth::factors::{self, MfaChallenge};
use crate::auth::validate::fold_email;
use crate::auth::{Ban, Password, PasswordHash, PasswordHasher, PasswordMatch, TokenIssuer, User};
use crate::kernel::{
    Environment, ErrorKind, Metadata, PortError, Timestamp, UnitOfWork, UseCaseError,
};

use super::issue::{LoggedIn, OpenSession, open_session};

/// The wish to be let in.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// The address of the account.
    pub email: String,
    /// Its password.
    pub password: Password,
    /// Whether the session is to be remembered.
    pub remember_me: bool,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// There is no such account, or the password is another. Which of both is not told.
    #[error("the mail address or the password is wrong")]
    InvalidCredentials,
    /// The password is right, and the account is shut out.
    #[error("this account is banned")]
    Banned {
        /// Why.
        reason: String,
        /// Until when; none for good.
        until: Option<Timestamp>,
    },
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<&Ban> for LogInError {
    fn from(ban: &Ban) -> Self {
        Self::Banned {
            reason: ban.reason.clone(),
            until: ban.until,
        }
    }
}

impl UseCaseError for LogInError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidCredentials => ErrorKind::Unauthenticated,
            Self::Banned { .. } => ErrorKind::Forbidden,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::InvalidCredentials => "auth.credentials_invalid",
            Self::Banned { .. } => "auth.account_banned",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::InvalidCredentials => self.to_string(),
            Self::Banned {
                reason,
                until: None,
            } => format!("this account is banned: {reason}"),
            Self::Banned {
                reason,
                until: Some(until),
            } => format!("this account is banned until {until}: {reason}"),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// An account whose password was shown, as it was then.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account.
    pub user: User,
    /// The password hashed anew, where the stored hash was made with weaker settings than now.
    rehashed: Option<PasswordHash>,
}

/// Checks an address and a password. It takes as long and says the same whether the account
/// exists or not; a failure is put on record.
///
/// # Errors
/// [`LogInError`].
pub async fn check_credentials(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    email: &str,
    password: &Password,
    metadata: &Metadata,
) -> Result<Credentials, LogInError> {
    let found = {
        let mut reader = env.store.glance().await?;
        reader.users().find_by_email(&fold_email(email)).await?
    };
    let outcome = if password.within_max() {
        // An account without a password is like no account.
        let hash = found.as_ref().map(|user| &user.password_hash);
        let hash = hash.filter(|hash| hash.is_set());
        hasher.verify(password, hash).await?
    } else {
        PasswordMatch::No
    };
    match (found, outcome) {
        (Some(user), PasswordMatch::Yes) => Ok(Credentials {
            user,
            rehashed: None,
        }),
        (Some(user), PasswordMatch::YesButOutdated) => Ok(Credentials {
            user,
            rehashed: Some(hasher.hash(password).await?),
        }),
        (found, _) => {
            let subject = found.map(|user| user.id);
            let record = Record::of(AuditAction::LogIn, Outcome::Failure).about(subject);
            let mut unit = env.store.begin().await?;
            audit::append(env, &mut *unit, record, metadata).await?;
            unit.commit().await?;
            Err(LogInError::InvalidCredentials)
        }
    }
}

/// What the right password gave.
#[derive(Clone, Debug)]
pub enum LogInOutcome {
    /// A session.
    In(Box<LoggedIn>),
    /// A ticket: the account has a second factor, which is asked for now.
    SecondFactor(MfaChallenge),
}

/// Opens a session for who showed the right password, and tells `auth.user.logged_in.v1`; where
/// the account has a second factor, asks for that. A hash made with weaker settings than those of
/// now is replaced.
///
/// # Errors
/// [`LogInError`].
pub async fn log_in(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    tokens: &dyn TokenIssuer,
    command: LogIn,
) -> Result<LogInOutcome, LogInError> {
    let LogIn {
        email,
        password,
        remember_me,
        metadata,
    } = command;
    let shown = check_credentials(env, hasher, &email, &password, &metadata).await?;
    let wish = OpenSession {
        remember_me,
        metadata,
    };
    log_in_with(env, tokens, shown, &wish).await
}

/// Opens a session for an account whose password was shown.
async fn log_in_with(
    env: &Environment,
    tokens: &dyn TokenIssuer,
    shown: Credentials,
    wish: &OpenSession,
) -> Result<LogInOutcome, LogInError> {
    let mut unit = env.store.begin().await?;
    // Checking took long: the account is looked at again, and stays as it is from here on.
    let found = unit.users().find(shown.user.id).await?;
    let Some(mut user) = found.filter(|user| user.password_hash == shown.user.password_hash) else {
        return Err(LogInError::InvalidCredentials);
    };
    if let Some(hash) = shown.rehashed {
        unit.users()
            .set_password_hash(user.id, &hash, env.now())
            .await?;
        (user.password_hash, user.updated_at) = (hash, env.now());
    }
    let_in(env, unit, tokens, &user, wish, None).await
}

/// Lets the owner of an account in who has proved who they are, by `means` where that was not the
/// password: opens a session and tells `auth.user.logged_in.v1`; where the account has a second
/// factor, asks for that. The unit of work has locked the account; it is committed here, with the
/// record of a refusal too.
pub(crate) async fn let_in(
    env: &Environment,
    mut unit: Box<dyn UnitOfWork>,
    tokens: &dyn TokenIssuer,
    user: &User,
    wish: &OpenSession,
    means: Option<&str>,
) -> Result<LogInOutcome, LogInError> {
    let record = |outcome| {
        let record = Record::of(AuditAction::LogIn, outcome).by(user.id);
        match means {
            Some(means) => record.with(means),
            None => record,
        }
    };
    if let Some(ban) = user.ban_at(env.now()) {
        let record = record(Outcome::Failure);
        audit::append(env, &mut *unit, record, &wish.metadata).await?;
        unit.commit().await?;
        return Err(ban.into());
    }
    let challenge = factors::challenge(env, &mut *unit, user, wish.remember_me).await?;
    let record = record(Outcome::Success);
    let record = match challenge {
        Some(_) => {
            let means = means.unwrap_or("password");
            record.with(format!("{means}; the second factor is asked for"))
        }
        None => record,
    };
    audit::append(env, &mut *unit, record, &wish.metadata).await?;
    if let Some(challenge) = challenge {
        unit.commit().await?;
        return Ok(LogInOutcome::SecondFactor(challenge));
    }
    let opened = open_session(env, &mut *unit, user, wish).await?;
    let event = UserLoggedIn { user_id: user.id };
    unit.outbox()
        .append(&env.event(&event, &wish.metadata))
        .await?;
    unit.commit().await?;
    Ok(LogInOutcome::In(Box::new(opened.sign(tokens)?)))
}
