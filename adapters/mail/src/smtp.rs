//! Mail to a server (RFC 5321).

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use lettre::Address;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::{Error, response::Response};
use tokio::sync::Semaphore;
use veza_core::kernel::{PortError, PortErrorKind};
use veza_core::mail::{MailError, Mailer, OutgoingMail};

use crate::compose::{Sender, compose};
use crate::pool::Pool;
use crate::settings::{InvalidSettings, SmtpSettings};

const OP: &str = "mailer.send";

/// Hands mail to an SMTP server.
///
/// A server that refuses the recipient or the mail itself for good (5xx) refuses the mail. All
/// else may go well later: a server that is away or slow, that refuses our login or our sender,
/// or says so itself (4xx).
#[derive(Clone)]
pub struct SmtpMailer {
    shared: Arc<Shared>,
}

struct Shared {
    settings: SmtpSettings,
    sender: Sender,
    pool: Pool,
    slots: Semaphore,
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer")
            .field("settings", &self.shared.settings)
            .field("sender", &self.shared.sender)
            .finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// Mail from `sender`. The server is not asked yet.
    ///
    /// # Errors
    /// `Certificates` when TLS cannot be set up with them.
    pub fn new(settings: SmtpSettings, sender: Sender) -> Result<Self, InvalidSettings> {
        let pool = Pool::new(settings.clone()).map_err(|_| InvalidSettings::Certificates)?;
        let slots = Semaphore::new(settings.connections);
        Ok(Self {
            shared: Arc::new(Shared {
                settings,
                sender,
                pool,
                slots,
            }),
        })
    }

    /// Whether the server lets us in and answers; for health checks.
    ///
    /// # Errors
    /// `Unavailable` when it does not.
    pub async fn check(&self) -> Result<(), PortError> {
        let connection = self.shared.pool.take().await;
        let connection = connection
            .map_err(|error| PortError::caused(PortErrorKind::Unavailable, "mail.check", error))?;
        self.shared.pool.keep(connection);
        Ok(())
    }
}

/// A failure, and whether the server's 5xx is about this mail.
enum Fail {
    AboutMail(Error),
    AboutUs(Error),
}

/// What is said of the mail's recipient and content.
fn about_mail(error: Error) -> Fail {
    if error.is_permanent() {
        Fail::AboutMail(error)
    } else {
        Fail::AboutUs(error)
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), MailError> {
        let Shared {
            settings,
            sender,
            pool,
            slots,
        } = &*self.shared;
        let (to, message) = compose(sender, mail)?;
        let message = message.formatted();
        let work = async {
            let _slot = slots.acquire().await;
            let mut connection = pool.take().await.map_err(Fail::AboutUs)?;
            let said = hand_over(&mut connection, sender.address(), to, &message).await;
            // After a refusal the server still waits for the rest of the dialogue: that
            // connection is not kept.
            if said.is_ok() {
                pool.keep(connection);
            }
            said
        };
        let unavailable = |cause| PortError::caused(PortErrorKind::Unavailable, OP, cause);
        match tokio::time::timeout(settings.timeout, work).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(Fail::AboutMail(error))) => Err(MailError::Refused(what_was_said(&error))),
            Ok(Err(Fail::AboutUs(error))) => Err(unavailable(what_was_said(&error)).into()),
            Err(_) => Err(unavailable("the mail server took too long".into()).into()),
        }
    }
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    to: Address,
    message: &[u8],
) -> Result<Response, Fail> {
    connection
        .command(Mail::new(Some(from.clone()), vec![]))
        .await
        .map_err(Fail::AboutUs)?;
    connection
        .command(Rcpt::new(to, vec![]))
        .await
        .map_err(about_mail)?;
    connection.command(Data).await.map_err(about_mail)?;
    connection.message(message).await.map_err(about_mail)
}

/// The status and the words of the server, or the fault of the line.
fn what_was_said(error: &Error) -> String {
    let status = error.status().map(|code| format!("{code} "));
    let cause = std::error::Error::source(error).map(ToString::to_string);
    format!(
        "{}{}",
        status.unwrap_or_default(),
        cause.unwrap_or_else(|| error.to_string())
    )
}
