//! Who carries mail.

use async_trait::async_trait;

use crate::jobs::JobId;
use crate::kernel::{PortError, Timestamp};

use super::render::RenderedMail;

/// A mail on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMail {
    /// The job that sends it. Its `Message-ID` is made of this, so that the doubles of a mail
    /// have the same one.
    pub id: JobId,
    /// When it was written.
    pub date: Timestamp,
    /// The address.
    pub to: String,
    /// The words.
    pub rendered: RenderedMail,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It will never be taken, as for an address that does not exist. What the other side said,
    /// for operators.
    #[error("refused: {0}")]
    Refused(String),
    /// It may be taken later.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Carries mail.
///
/// `Ok` means that the other side has taken the mail over and that it survives from then on.
/// The same mail may be handed over twice; it has the same `Message-ID` both times. Mail says
/// that it is made by a machine (`Auto-Submitted: auto-generated`, RFC 3834), and comes as plain
/// text with an HTML alternative.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a mail over, within a bounded time.
    ///
    /// # Errors
    /// [`MailError::Refused`] when trying again is of no use; `Unavailable` when it is.
    async fn send(&self, mail: &OutgoingMail) -> Result<(), MailError>;
}
