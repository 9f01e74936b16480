//! What each context gives.

use async_trait::async_trait;
use serde_json::Value;

use crate::auth::User;
use crate::files::{BlobKey, BoxError, Bytes};
use crate::kernel::Environment;

/// What a context keeps of a person. It gives no secret, and nothing of other people.
#[async_trait]
pub trait ExportSection: Send + Sync {
    /// What the section is called, and its file (`{name}.json`).
    fn name(&self) -> &'static str;

    /// Gives all records, a page of them in memory at a time, and then the files.
    ///
    /// # Errors
    /// Those of the stores and of the archive; the export is then begun anew.
    async fn write(
        &self,
        env: &Environment,
        user: &User,
        out: &mut dyn ExportWriter,
    ) -> Result<(), BoxError>;
}

/// Takes what a section gives.
#[async_trait]
pub trait ExportWriter: Send {
    /// Adds a record to the section's list.
    ///
    /// # Errors
    /// After a file; those of the archive.
    async fn record(&mut self, record: &Value) -> Result<(), BoxError>;

    /// Adds a blob as the file `{section}/{name}`; one that is gone meanwhile is left out.
    ///
    /// # Errors
    /// Those of the blob store and of the archive.
    async fn file(&mut self, name: &str, blob: &BlobKey) -> Result<(), BoxError>;
}

/// An archive that is being written, one entry after the other.
#[async_trait]
pub trait Archive: Send {
    /// Ends the entry before and begins the next, with this path.
    ///
    /// # Errors
    /// Those of the archive.
    async fn entry(&mut self, path: &str) -> Result<(), BoxError>;

    /// Goes on with the entry.
    ///
    /// # Errors
    /// Those of the archive.
    async fn write(&mut self, bytes: Bytes) -> Result<(), BoxError>;
}

/// The sections, in their order.
pub fn sections() -> Vec<Box<dyn ExportSection>> {
    vec![
        Box::new(crate::auth::AccountSection),
        Box::new(crate::auth::SessionsSection),
        Box::new(crate::auth::RecordSection),
        Box::new(crate::profiles::PictureSection),
        Box::new(crate::streaming::TracksSection),
    ]
}
