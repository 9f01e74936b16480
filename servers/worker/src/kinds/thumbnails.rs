//! Thumbnails of people's pictures.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use veza_core::files::{BlobKey, BoxError};
use veza_core::jobs::Job;
use veza_core::kernel::PortError;
use veza_core::profiles::{
    Avatar, PictureFormat, THUMBNAILS_JOB, Thumbnails, begin_thumbnails, complete_thumbnails,
    refuse_picture,
};

use super::{Services, Settings};
use crate::confined::{self, ChildJob, ChildLimits, Fault, Outcome, Watch};
use crate::kind::{Ending, JobContext, JobKind};
use crate::publish::publish;
use crate::source::open_path;

/// How long a picture may take to be read.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes thumbnails in a confined child.
pub(super) struct ThumbnailsKind {
    services: Services,
    settings: Settings,
}

/// The value of the child's `done` line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    format: String,
}

/// How the reading of a picture ended.
enum Read {
    Made(PictureFormat),
    /// The picture is at fault.
    Refused(String),
    /// We are.
    Failed(String),
}

impl ThumbnailsKind {
    pub(super) fn new(services: Services, settings: Settings) -> Self {
        Self { services, settings }
    }

    /// Reads the picture in a child, and stores what it made.
    async fn make(&self, work: &Thumbnails) -> Result<Read, BoxError> {
        let Services { blobs, scratch, .. } = &self.services;
        let folder = scratch.folder()?;
        let output = folder.path().join("out");
        tokio::fs::create_dir(&output).await?;
        let input = open_path(&**blobs, &work.source, folder.path()).await?;
        let child = ChildJob {
            kind: "thumbnails".into(),
            input,
            output: output.clone(),
            limits: ChildLimits {
                address_space: 1 << 30,
                cpu_seconds: PATIENCE.as_secs(),
                file_bytes: 16 << 20,
                open_files: 32,
            },
            parent: std::process::id(),
        };
        let watch = Watch {
            silence: PATIENCE,
            total: PATIENCE,
        };
        Ok(
            match confined::run(&self.settings.program, &child, watch, |_| {}).await? {
                Outcome::Done(value) => {
                    let Made { format } = serde_json::from_value(value)?;
                    let format = PictureFormat::from_name(&format)
                        .ok_or("the child named a format that is none")?;
                    publish(&**blobs, &output, &work.prefix()).await?;
                    Read::Made(format)
                }
                Outcome::Failed(error) if error.fault == Fault::Media => Read::Refused(error.code),
                Outcome::Failed(error) => Read::Failed(format!("{}: {}", error.code, error.detail)),
                Outcome::Crashed(_) => Read::Refused("picture.decoder_crashed".into()),
                Outcome::TimedOut => Read::Refused("picture.decoder_timed_out".into()),
            },
        )
    }

    /// Removes what nobody refers to any more. What stays after a failure is a few files.
    async fn remove(&self, prefix: &BlobKey) {
        if let Err(error) = self.services.blobs.delete_prefix(prefix).await {
            tracing::warn!(%error, "files of a picture are left");
        }
    }

    async fn remove_source(&self, work: &Thumbnails) {
        if let Err(error) = self.services.blobs.delete(&work.source).await {
            tracing::warn!(%error, "the file of a picture is left for the sweep");
        }
    }
}

#[async_trait]
impl JobKind for ThumbnailsKind {
    fn kind(&self) -> &'static str {
        THUMBNAILS_JOB
    }

    async fn run(&self, job: &Job, _context: &JobContext) -> Result<Ending, PortError> {
        let env = &self.services.env;
        let Some(work) = begin_thumbnails(env, job) else {
            return Ok(Ending::Dead("the payload cannot be read".into()));
        };
        match self.make(&work).await {
            Ok(Read::Made(format)) => {
                match complete_thumbnails(env, &work, format).await? {
                    Some(Some(before)) => {
                        self.remove(&Avatar::prefix(work.user_id, before.revision))
                            .await;
                    }
                    Some(None) => {}
                    None => self.remove(&work.prefix()).await,
                }
                self.remove_source(&work).await;
                Ok(Ending::Ended)
            }
            Ok(Read::Refused(code)) => {
                refuse_picture(env, &work, &code).await?;
                self.remove_source(&work).await;
                Ok(Ending::Ended)
            }
            Ok(Read::Failed(reason)) => Ok(Ending::Failed(reason)),
            Err(error) => {
                self.remove(&work.prefix()).await;
                Ok(Ending::Failed(error.to_string()))
            }
        }
    }

    async fn give_up(&self, job: &Job) -> Result<Ending, PortError> {
        if let Some(work) = begin_thumbnails(&self.services.env, job) {
            refuse_picture(&self.services.env, &work, "picture.gave_up").await?;
        }
        Ok(Ending::Ended)
    }
}
