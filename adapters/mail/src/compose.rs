//! A mail as it goes over the line (RFC 5322 and MIME).

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use veza_core::kernel::{PortError, PortErrorKind};
use veza_core::mail::{MailError, OutgoingMail};

/// Who mail comes from: `Veza <no-reply@music.example>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

/// A text that is no sender.
#[derive(Debug, thiserror::Error)]
#[error("not a sender, such as `Veza <no-reply@music.example>`")]
pub struct InvalidSender;

impl std::str::FromStr for Sender {
    type Err = InvalidSender;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mailbox: Mailbox = text.parse().map_err(|_| InvalidSender)?;
        // SMTP servers that take other addresses than ASCII are rare.
        if mailbox.email.to_string().is_ascii() {
            Ok(Self(mailbox))
        } else {
            Err(InvalidSender)
        }
    }
}

impl Sender {
    pub(crate) fn address(&self) -> &Address {
        &self.0.email
    }
}

/// The mail, and whom it goes to. Bodies and headers are encoded in ASCII, so that any server
/// takes them.
pub(crate) fn compose(
    sender: &Sender,
    mail: &OutgoingMail,
) -> Result<(Address, Message), MailError> {
    let to: Address = mail
        .to
        .parse()
        .map_err(|_| MailError::Refused("not a mail address".into()))?;
    let millis = u64::try_from(mail.date.as_millis()).unwrap_or_default();
    let auto = HeaderName::new_from_ascii_str("Auto-Submitted");
    let message = Message::builder()
        .from(sender.0.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(&mail.rendered.subject)
        .date(UNIX_EPOCH + Duration::from_millis(millis))
        .message_id(Some(format!("<{}@{}>", mail.id, sender.address().domain())))
        .raw_header(HeaderValue::new(auto, "auto-generated".into()))
        .multipart(MultiPart::alternative_plain_html(
            mail.rendered.text.clone(),
            mail.rendered.html.clone(),
        ))
        .map_err(|error| PortError::caused(PortErrorKind::Internal, "mailer.compose", error))?;
    Ok((to, message))
}
