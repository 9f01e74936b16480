//! Files that nothing refers to any more.

use std::sync::Arc;

use async_trait::async_trait;
use veza_core::files::BlobStore;
use veza_core::jobs::Job;
use veza_core::kernel::{Environment, PortError};
use veza_core::profiles::{PURGE_PICTURES_JOB, purge_pictures};
use veza_core::streaming::{PURGE_JOB, purge_media};

use crate::kind::{Ending, JobContext, JobKind};

/// Removes media.
pub(super) struct PurgeKind {
    env: Environment,
    blobs: Arc<dyn BlobStore>,
}

impl PurgeKind {
    pub(super) fn new(env: Environment, blobs: Arc<dyn BlobStore>) -> Self {
        Self { env, blobs }
    }
}

#[async_trait]
impl JobKind for PurgeKind {
    fn kind(&self) -> &'static str {
        PURGE_JOB
    }

    async fn run(&self, job: &Job, _context: &JobContext) -> Result<Ending, PortError> {
        if let Some(failed) = purge_media(&self.env, &*self.blobs, job).await? {
            tracing::warn!(?failed, "files that nothing refers to could not be removed");
        }
        Ok(Ending::Ended)
    }
}

/// Removes pictures of people.
pub(super) struct PurgePicturesKind {
    env: Environment,
    blobs: Arc<dyn BlobStore>,
}

impl PurgePicturesKind {
    pub(super) fn new(env: Environment, blobs: Arc<dyn BlobStore>) -> Self {
        Self { env, blobs }
    }
}

#[async_trait]
impl JobKind for PurgePicturesKind {
    fn kind(&self) -> &'static str {
        PURGE_PICTURES_JOB
    }

    async fn run(&self, job: &Job, _context: &JobContext) -> Result<Ending, PortError> {
        Ok(match purge_pictures(&self.env, &*self.blobs, job).await {
            Ok(()) => Ending::Done,
            Err(error) => Ending::Failed(error.to_string()),
        })
    }
}
