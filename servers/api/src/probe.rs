//! A first look at an upload, before it is taken.

use async_trait::async_trait;
use veza_core::files::BlobKey;

/// Why an upload did not pass the first look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeError {
    /// The file is no audio that can be read. To be told to whom it belongs.
    Refused {
        /// A stable name: `audio.not_audio`.
        code: String,
        /// What is wrong with the file, in words.
        detail: String,
    },
    /// The look itself failed; nothing is known of the file. For the log.
    Failed(String),
}

/// Looks at the head of an upload, quickly, where it can do no harm.
#[async_trait]
pub trait Prober: Send + Sync {
    /// Whether the blob begins as audio that can be read.
    ///
    /// # Errors
    /// [`ProbeError`].
    async fn probe(&self, upload: &BlobKey) -> Result<(), ProbeError>;
}
