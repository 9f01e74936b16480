//! Makes an account of a registration whose address is proved.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::UserRegistered;
use crate::auth::link::LinkNotGood;
use crate::auth::{TokenDigest, User, invitations};
use crate::kernel::{
    Environment, ErrorKind, Metadata, PortError, PortErrorKind, Role, UnitOfWork, UseCaseError,
};

/// The token of the mail.
#[derive(Clone)]
pub struct VerifyEmail {
    /// The token, as the mail carried it.
    pub token: String,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

impl std::fmt::Debug for VerifyEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifyEmail")
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEmailError {
    /// The token is used, too old, none of ours, or another registration was first.
    #[error(transparent)]
    LinkNotGood(#[from] LinkNotGood),
    /// The invitation was used up meanwhile, has ended or was withdrawn.
    #[error("the invitation is no longer good; ask for a new one")]
    InvitationNotGood,
    /// A port failed.
    #[error(transparent)]
    Port(PortError),
}

impl From<PortError> for VerifyEmailError {
    fn from(error: PortError) -> Self {
        match error.kind {
            PortErrorKind::Duplicate("email" | "username") => Self::LinkNotGood(LinkNotGood),
            _ => Self::Port(error),
        }
    }
}

impl UseCaseError for VerifyEmailError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::LinkNotGood(error) => error.kind(),
            Self::InvitationNotGood => ErrorKind::Conflict,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::LinkNotGood(error) => error.code(),
            Self::InvitationNotGood => "auth.invitation.not_good",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::LinkNotGood(error) => error.public_detail(),
            Self::InvitationNotGood => self.to_string(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// Makes the account, with the role `user` or that of the invitation, and tells `auth.user.registered.v1`. Of several
/// registrations of one address the first that is proved wins; the others are gone then.
///
/// # Errors
/// [`VerifyEmailError`].
pub async fn verify_email(
    env: &Environment,
    command: VerifyEmail,
) -> Result<User, VerifyEmailError> {
    let digest = TokenDigest::of(&command.token);
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let pending = unit.pending_registrations().find_by_token(&digest).await?;
    let pending = pending
        .filter(|pending| now < pending.expires_at)
        .ok_or(LinkNotGood)?;
    let role = match &pending.invitation {
        None => Role::User,
        Some(code) => invitations::consume(env, &mut *unit, code)
            .await?
            .ok_or(VerifyEmailError::InvitationNotGood)?,
    };
    let user = User {
        id: env.new_id(),
        email: pending.email,
        username: pending.username,
        role,
        password_hash: pending.password_hash,
        ban: None,
        created_at: now,
        updated_at: now,
    };
    // The account first: its unique address decides who of several wins, and the others wait
    // there without holding anything the winner needs.
    let record = Record::of(AuditAction::VerifyEmail, Outcome::Success).by(user.id);
    keep(env, &mut *unit, &user, record, &command.metadata).await?;
    unit.pending_registrations().remove_of(&user.email).await?;
    unit.commit().await?;
    Ok(user)
}

/// Stores a new account, tells of it and puts it on record.
pub(crate) async fn keep(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user: &User,
    record: Record,
    metadata: &Metadata,
) -> Result<(), PortError> {
    unit.users().add(user).await?;
    let event = UserRegistered {
        user_id: user.id,
        email: user.email.clone(),
        username: user.username.clone(),
    };
    unit.outbox().append(&env.event(&event, metadata)).await?;
    audit::append(env, unit, record, metadata).await
}
