//! Sends the proof of an address again.

use crate::auth::validate::fold_email;
use crate::auth::{OpaqueToken, mails};
use crate::kernel::{Environment, PortError};
use crate::mail::MailContent;

/// The wish for another mail.
#[derive(Clone, Debug)]
pub struct ResendVerification {
    /// The address of the registration.
    pub email: String,
}

/// Mails the newest registration of the address another token; the one before is then no longer
/// good. An address with an account, or with nothing at all, gets a mail that says so: the work
/// and the answer are the same. What is no address gets nothing, which is nothing new to whoever
/// wrote it.
///
/// # Errors
/// Those of the store.
pub async fn resend_verification(
    env: &Environment,
    command: ResendVerification,
) -> Result<(), PortError> {
    let email = fold_email(&command.email);
    if crate::auth::validate::email_fault(&email).is_some() {
        return Ok(());
    }
    let known = {
        let mut reader = env.store.begin_read().await?;
        reader.users().find_by_email(&email).await?
    };
    let token = OpaqueToken::generate(&*env.entropy);
    let mut unit = env.store.begin().await?;
    let pending = unit
        .pending_registrations()
        .renew_token(&email, &token.digest(), env.now())
        .await?;
    let content = match (known, pending) {
        (Some(user), _) => MailContent::AddressInUse {
            username: user.username,
        },
        (None, Some(pending)) => MailContent::VerifyAddress {
            username: pending.username,
            token: mails::token(&token),
        },
        (None, None) => MailContent::NoAccount {},
    };
    mails::enqueue(env, &mut *unit, &email, content).await?;
    unit.commit().await
}
