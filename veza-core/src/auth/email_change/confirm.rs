//! Proves the new address.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::EmailChanged;
use crate::auth::link::{LinkNotGood, LinkPurpose};
use crate::auth::revocation::{Revocation, RevocationSubject};
use crate::auth::{AccountLink, TokenDigest, User, mails};
use crate::kernel::{
    Environment, ErrorKind, Metadata, PortError, PortErrorKind, Timestamp, UnitOfWork, UseCaseError,
};
use crate::mail::MailContent;

/// The token of the mail.
#[derive(Clone)]
pub struct ConfirmEmailChange {
    /// The token, as the mail carried it.
    pub token: String,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

impl std::fmt::Debug for ConfirmEmailChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfirmEmailChange")
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// Why the address stays.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmEmailChangeError {
    /// The link is not good, or another account has the address by now.
    #[error(transparent)]
    LinkNotGood(#[from] LinkNotGood),
    /// A port failed.
    #[error(transparent)]
    Port(PortError),
}

impl From<PortError> for ConfirmEmailChangeError {
    fn from(error: PortError) -> Self {
        match error.kind {
            PortErrorKind::Duplicate("email") => Self::LinkNotGood(LinkNotGood),
            _ => Self::Port(error),
        }
    }
}

impl UseCaseError for ConfirmEmailChangeError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::LinkNotGood(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::LinkNotGood(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::LinkNotGood(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// Gives the account its new address and tells the old one by mail. Access tokens name the
/// address, so those of before are revoked; sessions go on. Links for a new password, mailed to
/// the old address, are gone.
///
/// # Errors
/// [`ConfirmEmailChangeError`].
pub async fn confirm_email_change(
    env: &Environment,
    command: ConfirmEmailChange,
) -> Result<User, ConfirmEmailChangeError> {
    let digest = TokenDigest::of(&command.token);
    let id = {
        let mut reader = env.store.begin_read().await?;
        let link = good_link(&mut *reader, &digest, env.now()).await?;
        link.user_id.ok_or(LinkNotGood)?
    };
    let mut unit = env.store.begin().await?;
    let mut user = unit.users().find(id).await?.ok_or(LinkNotGood)?;
    // The account is locked now: of two who use the link at once, the second finds it gone.
    let link = good_link(&mut *unit, &digest, env.now()).await?;
    let old = std::mem::replace(&mut user.email, link.email.ok_or(LinkNotGood)?);
    user.updated_at = env.now();
    unit.users().update(&user).await?;
    for purpose in [LinkPurpose::ChangeEmail, LinkPurpose::ResetPassword] {
        unit.account_links().remove_of(user.id, purpose).await?;
    }
    let revocation = Revocation::now(env, RevocationSubject::User(user.id));
    unit.revocations().add(&revocation).await?;
    let event = EmailChanged {
        user_id: user.id,
        email: user.email.clone(),
    };
    unit.outbox()
        .append(&env.event(&event, &command.metadata))
        .await?;
    let content = MailContent::AddressChanged {
        username: user.username.clone(),
        at: user.updated_at,
    };
    mails::enqueue(env, &mut *unit, &old, content).await?;
    let record = Record::of(AuditAction::ChangeEmail, Outcome::Success).by(user.id);
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(user)
}

async fn good_link(
    unit: &mut dyn UnitOfWork,
    digest: &TokenDigest,
    now: Timestamp,
) -> Result<AccountLink, ConfirmEmailChangeError> {
    let link = unit.account_links().find(digest).await?;
    let link =
        link.filter(|link| link.purpose == LinkPurpose::ChangeEmail && now < link.expires_at);
    Ok(link.ok_or(LinkNotGood)?)
}
