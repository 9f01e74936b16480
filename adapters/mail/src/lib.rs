//! Mail over SMTP, and into a folder where there is no mail server.
//!
//! [`SmtpMailer`] hands mail to a server; [`FolderMailer`] writes each into a file, for
//! installations on one's own machine.

mod compose;
mod folder;
mod pool;
mod settings;
mod smtp;

pub use compose::{InvalidSender, Sender};
pub use folder::FolderMailer;
pub use settings::{InvalidSettings, SmtpSettings};
pub use smtp::SmtpMailer;
