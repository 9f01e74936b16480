//! How mail leaves this installation.

use std::sync::Arc;

use veza_core::mail::{MailStyle, Mailer};
use veza_mail::{FolderMailer, Sender, SmtpMailer, SmtpSettings};
use veza_server_kit::config::ConfigError;

use super::ServeError;
use super::data::DataFolder;
use crate::settings::Settings;

/// Mails go to the mail server, or become files of the data folder where there is none.
pub(super) fn mailer(
    settings: &Settings,
    data: &DataFolder,
) -> Result<Arc<dyn Mailer>, ServeError> {
    let sender: Sender =
        settings
            .mail_from
            .parse()
            .map_err(|error: veza_mail::InvalidSender| {
                ConfigError::new("--mail-from", error.to_string())
            })?;
    let Some(url) = &settings.smtp_url else {
        let mailer = FolderMailer::open(&data.mail(), sender).map_err(ServeError::io("mail"))?;
        return Ok(Arc::new(mailer));
    };
    let mailer = SmtpSettings::from_url(url.expose())
        .and_then(|smtp| SmtpMailer::new(smtp, sender))
        .map_err(|error| ConfigError::new("--smtp-url", error.to_string()))?;
    Ok(Arc::new(mailer))
}

/// What mails have in common, for a page that is served at `page_url`.
pub(super) fn style(page_url: String) -> MailStyle {
    MailStyle {
        service: "Veza".into(),
        page_url,
    }
}
