//! Asks for an account.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::{OpaqueToken, Password, PasswordHasher, RegistrationPolicy, TokenDigest, mails};
use crate::kernel::{
    Environment, ErrorKind, FieldError, Metadata, PortError, PortErrorKind, UseCaseError,
};
use crate::mail::MailContent;

use super::model::{PENDING_LIFETIME, PendingRegistration};

/// The wish to have an account.
#[derive(Clone, Debug)]
pub struct Register {
    /// A mail address.
    pub email: String,
    /// The name others see.
    pub username: String,
    /// A password of one's own choice.
    pub password: Password,
    /// The code of an invitation, where one was given.
    pub invitation: Option<String>,
    /// Who may register here.
    pub policy: RegistrationPolicy,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why nothing was registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Some fields are not allowed.
    #[error("{} fields are not allowed", .0.len())]
    Invalid(Vec<FieldError>),
    /// Nobody can register here.
    #[error("registration is closed here")]
    Closed,
    /// Another account, or somebody who registered within the last day, has the name.
    #[error("the username is taken")]
    UsernameTaken,
    /// A port failed.
    #[error(transparent)]
    Port(PortError),
}

impl From<PortError> for RegisterError {
    fn from(error: PortError) -> Self {
        match error.kind {
            PortErrorKind::Duplicate("username") => Self::UsernameTaken,
            _ => Self::Port(error),
        }
    }
}

impl UseCaseError for RegisterError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Closed => ErrorKind::Forbidden,
            Self::UsernameTaken => ErrorKind::Conflict,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "auth.user.invalid",
            Self::Closed => "auth.registration.closed",
            Self::UsernameTaken => "auth.user.username_taken",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Invalid(_) => "some fields are not allowed".into(),
            Self::Closed | Self::UsernameTaken => self.to_string(),
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

/// Keeps the registration for a day and mails the token that makes an account of it. Where the
/// address has an account already, the same is stored, and the mail says that instead: whoever
/// registers learns nothing, and waits as long.
///
/// # Errors
/// [`RegisterError`].
pub async fn register(
    env: &Environment,
    hasher: &dyn PasswordHasher,
    command: Register,
) -> Result<(), RegisterError> {
    let (email, username) = super::check(&command.email, &command.username, &command.password)
        .map_err(RegisterError::Invalid)?;
    let invitation = command.invitation.as_deref().map(TokenDigest::of);
    admit(env, command.policy, invitation.as_ref()).await?;
    // Hashing takes long: it is done before the unit of work, which others wait for.
    let password_hash = hasher.hash(&command.password).await?;
    let known = {
        // Only read: a stranger locks nobody's account.
        let mut reader = env.store.begin_read().await?;
        let known = reader.users().find_by_email(&email).await?;
        if reader.users().find_by_username(&username).await?.is_some() {
            return Err(RegisterError::UsernameTaken);
        }
        known
    };
    let now = env.now();
    let token = OpaqueToken::generate(&*env.entropy);
    let pending = PendingRegistration {
        id: env.new_id(),
        email,
        username,
        password_hash,
        token: token.digest(),
        invitation,
        created_at: now,
        expires_at: now.plus(PENDING_LIFETIME),
    };
    let content = match &known {
        Some(user) => MailContent::AddressInUse {
            username: user.username.clone(),
        },
        None => MailContent::VerifyAddress {
            username: pending.username.clone(),
            token: mails::token(&token),
        },
    };
    let mut unit = env.store.begin().await?;
    unit.pending_registrations().prune(now).await?;
    unit.pending_registrations().add(&pending).await?;
    mails::enqueue(env, &mut *unit, &pending.email, content).await?;
    let record = Record::of(AuditAction::Register, Outcome::Success)
        .about(known.map(|user| user.id))
        .with(pending.username);
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(())
}

/// Whether somebody may register at all, and by this invitation. It counts when the address is
/// proved.
async fn admit(
    env: &Environment,
    policy: RegistrationPolicy,
    invitation: Option<&TokenDigest>,
) -> Result<(), RegisterError> {
    let fault = match (policy, invitation) {
        (RegistrationPolicy::Closed, _) => return Err(RegisterError::Closed),
        (RegistrationPolicy::Open, None) => return Ok(()),
        (RegistrationPolicy::Invited, None) => "is needed to register here",
        (_, Some(code)) => {
            let mut reader = env.store.begin_read().await?;
            let found = reader.invitations().find_by_code(code).await?;
            if found.is_some_and(|invitation| invitation.is_good(env.now())) {
                return Ok(());
            }
            "is not, or no longer, good"
        }
    };
    Err(RegisterError::Invalid(vec![FieldError {
        field: "invitation",
        message: fault.into(),
    }]))
}
