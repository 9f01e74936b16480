//! What the services cannot work without.

use std::sync::Arc;

use async_trait::async_trait;
use veza_core::files::{BlobKey, BlobStore};
use veza_core::kernel::Store;
use veza_server_kit::health::Check;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The database answers.
pub(super) struct Database(pub(super) Arc<dyn Store>);

#[async_trait]
impl Check for Database {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn check(&self) -> Result<(), Failure> {
        Ok(self.0.ping().await?)
    }
}

/// The blob store answers.
pub(super) struct Blobs(pub(super) Arc<dyn BlobStore>);

#[async_trait]
impl Check for Blobs {
    fn name(&self) -> &'static str {
        "blobs"
    }

    async fn check(&self) -> Result<(), Failure> {
        let key: BlobKey = "health".parse()?;
        // Whether it is there does not matter, only that the store can tell.
        self.0.head(&key).await?;
        Ok(())
    }
}
