//! Sends a stored mail.

use crate::jobs::{self, Failed, Fenced, Job};
use crate::kernel::text::one_line;
use crate::kernel::{Environment, PortError, PortErrorKind};

use super::enqueue::open;
use super::ports::{MailError, Mailer, OutgoingMail};
use super::render::MailStyle;

/// The longest reason that is kept of what the other side said.
const MAX_REASON: usize = 300;

/// Does a mail job and ends it. A mail that is refused is dead, with the reason; one that cannot
/// be handed over now is tried again. None: it is sent.
///
/// A worker that dies after the mail was handed over sends it again: the `Message-ID` tells.
///
/// # Errors
/// Those of the store.
pub async fn send_mail(
    env: &Environment,
    mailer: &dyn Mailer,
    style: &MailStyle,
    job: &Job,
) -> Result<Option<Failed>, PortError> {
    if job.is_exhausted() {
        let reason = "every worker ended while it sent this mail";
        return jobs::bury(env, &job.token(), reason).await.map(Some);
    }
    let message = match open(env, job) {
        Ok(message) => message,
        Err(error) if error.kind == PortErrorKind::Corrupt => {
            let reason = "the payload cannot be opened: its key is gone, or it was changed";
            return jobs::bury(env, &job.token(), reason).await.map(Some);
        }
        Err(error) => return jobs::fail(env, job, &error.to_string()).await.map(Some),
    };
    let mail = OutgoingMail {
        id: job.id,
        date: job.created_at,
        rendered: style.render(&message),
        to: message.to,
    };
    // Servers like to quote the address; it stays sealed.
    let reason = |said: String| -> String {
        let said = one_line(&said).replace(&mail.to, "<recipient>");
        said.chars().take(MAX_REASON).collect()
    };
    match mailer.send(&mail).await {
        Ok(()) => {
            let fenced = jobs::complete(env, &job.token()).await?;
            Ok((fenced == Fenced::Lost).then_some(Failed::Lost))
        }
        Err(MailError::Refused(said)) => {
            jobs::bury(env, &job.token(), &reason(said)).await.map(Some)
        }
        Err(MailError::Port(error)) => {
            let said = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
            jobs::fail(env, job, &reason(said)).await.map(Some)
        }
    }
}
