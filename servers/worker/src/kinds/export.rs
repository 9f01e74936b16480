//! Exports of accounts.

use std::sync::Arc;

use async_trait::async_trait;
use veza_core::exports::{
    EXPORT_JOB, ExportWork, PURGE_EXPORT_JOB, begin_export, complete_export, fail_export,
    purge_export, sections, write_export,
};
use veza_core::files::{BlobStore, BoxError};
use veza_core::jobs::Job;
use veza_core::kernel::PortError;

use super::Services;
use crate::archive::ZipArchive;
use crate::kind::{Ending, JobContext, JobKind};
use crate::publish::put;

/// Writes the archive of somebody's export.
pub(super) struct ExportKind {
    services: Services,
}

impl ExportKind {
    pub(super) fn new(services: Services) -> Self {
        Self { services }
    }

    /// Writes the archive into a scratch file, and that into the blob store; how many bytes it has.
    async fn write(&self, work: &ExportWork) -> Result<u64, BoxError> {
        let Services {
            env,
            blobs,
            scratch,
            ..
        } = &self.services;
        let folder = scratch.folder()?;
        let path = folder.path().join("export.zip");
        let mut archive = ZipArchive::create(&path)?;
        let written = write_export(env, &**blobs, work, &sections(), &mut archive).await;
        // Where the archive itself failed, its reason is the better one.
        let size = archive.finish().await?;
        written?;
        put(&**blobs, &path, &work.archive()).await?;
        Ok(size)
    }

    async fn remove(&self, work: &ExportWork) {
        if let Err(error) = self.services.blobs.delete(&work.archive()).await {
            tracing::warn!(%error, "an archive that nobody waits for is left");
        }
    }
}

#[async_trait]
impl JobKind for ExportKind {
    fn kind(&self) -> &'static str {
        EXPORT_JOB
    }

    async fn run(&self, job: &Job, context: &JobContext) -> Result<Ending, PortError> {
        let env = &self.services.env;
        let Some(work) = begin_export(env, job).await? else {
            return Ok(Ending::Done);
        };
        let written = tokio::select! {
            written = self.write(&work) => written,
            _ = context.stopped() => {
                self.remove(&work).await;
                return Ok(Ending::HandBack);
            }
        };
        match written {
            Ok(size) => {
                if !complete_export(env, &work, size).await? {
                    self.remove(&work).await;
                }
            }
            Err(error) => {
                self.remove(&work).await;
                fail_export(env, job, &error.to_string()).await?;
            }
        }
        Ok(Ending::Ended)
    }

    async fn give_up(&self, job: &Job) -> Result<Ending, PortError> {
        let reason = "given up: in each attempt the worker ended";
        fail_export(&self.services.env, job, reason).await?;
        Ok(Ending::Ended)
    }
}

/// Removes archives.
pub(super) struct PurgeExportKind {
    blobs: Arc<dyn BlobStore>,
}

impl PurgeExportKind {
    pub(super) fn new(blobs: Arc<dyn BlobStore>) -> Self {
        Self { blobs }
    }
}

#[async_trait]
impl JobKind for PurgeExportKind {
    fn kind(&self) -> &'static str {
        PURGE_EXPORT_JOB
    }

    async fn run(&self, job: &Job, _context: &JobContext) -> Result<Ending, PortError> {
        Ok(match purge_export(&*self.blobs, job).await {
            Ok(()) => Ending::Done,
            Err(error) => Ending::Failed(error.to_string()),
        })
    }
}
