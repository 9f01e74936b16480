//! The mails about accounts.

use crate::kernel::{Environment, PortError, UnitOfWork};
use crate::mail::{MailContent, MailMessage, MailToken, enqueue_mail};

use super::secret::OpaqueToken;

/// Stores a mail with the change that it tells of.
pub(super) async fn enqueue(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    to: &str,
    content: MailContent,
) -> Result<(), PortError> {
    let message = MailMessage {
        to: to.to_owned(),
        content,
    };
    enqueue_mail(env, unit, &message).await?;
    Ok(())
}

/// The token as a mail carries it.
pub(super) fn token(token: &OpaqueToken) -> MailToken {
    MailToken::new(token.expose())
}
