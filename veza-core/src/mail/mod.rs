//! Mail: stored with the change it tells of, sent afterwards by a job.
//!
//! A use case hands a [`MailMessage`] to [`enqueue_mail`] inside its unit of work, so that no mail
//! is lost and none tells of what did not happen. Its payload is sealed, for it may hold a token
//! that opens an account. A worker renders the message and sends it ([`send_mail`]), at least
//! once: a double carries the same [`Message-ID`](OutgoingMail::id).
//!
//! The words are in `words.rs`, the layout of their text and HTML versions in `render.rs`. What
//! people typed is reduced to one line and escaped; no header is made of it.

mod enqueue;
mod model;
mod ports;
mod render;
mod send;
mod words;

pub use enqueue::{MAIL_ATTEMPTS, MAIL_JOB, enqueue_mail};
pub use model::{MailContent, MailMessage, MailToken};
pub use ports::{MailError, Mailer, OutgoingMail};
pub use render::{MailStyle, RenderedMail};
pub use send::send_mail;
