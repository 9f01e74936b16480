//! Asks for another address.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::link::{AccountLink, LinkPurpose};
use crate::auth::sessions::{StepUpError, require_step_up};
use crate::auth::validate::{email_fault, fold_email};
use crate::auth::{OpaqueToken, mails};
use crate::kernel::{
    Environment, ErrorKind, FieldError, Metadata, PortError, Principal, UseCaseError,
};
use crate::mail::MailContent;

/// The wish for another address.
#[derive(Clone, Debug)]
pub struct RequestEmailChange {
    /// The new address.
    pub email: String,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why no mail was sent.
#[derive(Debug, thiserror::Error)]
pub enum RequestEmailChangeError {
    /// That is no address.
    #[error("the new address is not allowed")]
    Invalid(Vec<FieldError>),
    /// Whoever asks has not proved who they are recently.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
}

impl From<PortError> for RequestEmailChangeError {
    fn from(error: PortError) -> Self {
        Self::StepUp(error.into())
    }
}

impl UseCaseError for RequestEmailChangeError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::StepUp(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "auth.email_invalid",
            Self::StepUp(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Invalid(_) => self.to_string(),
            Self::StepUp(error) => error.public_detail(),
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            Self::StepUp(_) => &[],
        }
    }
}

/// Mails the new address a link that proves it, good for a day; the one before is no longer good.
/// Where another account has that address, the mail says so instead: the answer is the same.
///
/// # Errors
/// [`RequestEmailChangeError`].
pub async fn request_email_change(
    env: &Environment,
    principal: &Principal,
    command: RequestEmailChange,
) -> Result<(), RequestEmailChangeError> {
    let email = fold_email(&command.email);
    if let Some(fault) = email_fault(&email) {
        let field = FieldError {
            field: "email",
            message: fault.into(),
        };
        return Err(RequestEmailChangeError::Invalid(vec![field]));
    }
    let other = {
        let mut reader = env.store.begin_read().await?;
        reader.users().find_by_email(&email).await?
    };
    let mut unit = env.store.begin().await?;
    let (user, _) = require_step_up(env, &mut *unit, principal).await?;
    let now = env.now();
    let token = OpaqueToken::generate(&*env.entropy);
    let link = AccountLink {
        digest: token.digest(),
        purpose: LinkPurpose::ChangeEmail,
        user_id: Some(user.id),
        email: Some(email.clone()),
        expires_at: now.plus(LinkPurpose::ChangeEmail.lifetime()),
    };
    let content = match other {
        Some(other) => MailContent::AddressInUse {
            username: other.username,
        },
        None => MailContent::ConfirmNewAddress {
            username: user.username,
            token: mails::token(&token),
        },
    };
    let links = unit.account_links();
    links.remove_of(user.id, LinkPurpose::ChangeEmail).await?;
    links.add(&link).await?;
    mails::enqueue(env, &mut *unit, &email, content).await?;
    let record = Record::of(AuditAction::RequestEmailChange, Outcome::Success).by(user.id);
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(())
}
