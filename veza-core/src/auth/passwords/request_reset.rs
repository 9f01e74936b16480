//! Asks for a new password by mail.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::link::{AccountLink, LinkPurpose};
use crate::auth::validate::{email_fault, fold_email};
use crate::auth::{OpaqueToken, mails};
use crate::kernel::{Environment, Metadata, PortError};
use crate::mail::MailContent;

/// The wish for a new password.
#[derive(Clone, Debug)]
pub struct RequestPasswordReset {
    /// The address of the account.
    pub email: String,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Mails a link that sets a new password, good once and for half an hour. Where the address has
/// no account the same is stored, and the mail says so: whoever asks learns nothing, and waits as
/// long. What is no address gets nothing, which is nothing new to whoever wrote it.
///
/// # Errors
/// Those of the store.
pub async fn request_password_reset(
    env: &Environment,
    command: RequestPasswordReset,
) -> Result<(), PortError> {
    let email = fold_email(&command.email);
    if email_fault(&email).is_some() {
        return Ok(());
    }
    let user = {
        let mut reader = env.store.begin_read().await?;
        reader.users().find_by_email(&email).await?
    };
    let now = env.now();
    let token = OpaqueToken::generate(&*env.entropy);
    let link = AccountLink {
        digest: token.digest(),
        purpose: LinkPurpose::ResetPassword,
        user_id: user.as_ref().map(|user| user.id),
        email: None,
        expires_at: now.plus(LinkPurpose::ResetPassword.lifetime()),
    };
    let content = match &user {
        Some(user) => MailContent::ResetPassword {
            username: user.username.clone(),
            token: mails::token(&token),
        },
        None => MailContent::NoAccount {},
    };
    let mut unit = env.store.begin().await?;
    unit.account_links().prune(now).await?;
    unit.account_links().add(&link).await?;
    mails::enqueue(env, &mut *unit, &email, content).await?;
    let record = Record::of(AuditAction::RequestPasswordReset, Outcome::Success)
        .about(user.map(|user| user.id));
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await
}
