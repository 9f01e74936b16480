//! One ingest: read the upload in a child, store what it made, publish.

use std::time::Duration;

use async_trait::async_trait;
use veza_core::jobs::{Fenced, Job};
use veza_core::kernel::{Environment, PortError};
use veza_core::streaming::{
    BeginIngest, Failure, Fault, INGEST_JOB, Ingest, Measurements, Published, begin_ingest,
    complete_ingest, fail_ingest, hand_back_ingest, report_progress,
};

use crate::confined::{self, ChildJob, Outcome, Watch};
use crate::kind::{Ending, JobContext, JobKind, Stop};
use crate::publish::publish;
use crate::report::IngestDone;
use crate::source::open_path;

use super::{Services, Settings};

/// The share of the progress that the child's work is; storing the files is the rest.
const CHILD_SHARE: f32 = 0.95;
/// Makes the media of tracks.
pub(super) struct IngestKind {
    services: Services,
    settings: Settings,
}

impl IngestKind {
    pub(super) fn new(services: Services, settings: Settings) -> Self {
        Self { services, settings }
    }
}

#[async_trait]
impl JobKind for IngestKind {
    fn kind(&self) -> &'static str {
        INGEST_JOB
    }

    fn concurrency(&self) -> usize {
        self.settings.parallel
    }

    fn lease(&self) -> Duration {
        self.settings.lease
    }

    async fn run(&self, job: &Job, context: &JobContext) -> Result<Ending, PortError> {
        let Self { services, settings } = self;
        let BeginIngest::Work(ingest) = begin_ingest(&services.env, job.clone()).await? else {
            return Ok(Ending::Ended);
        };
        tracing::info!(track = %ingest.track_id, attempt = job.attempt, "ingest begins");
        let outcome = tokio::select! {
            outcome = make_media(services, settings, &ingest, context) => outcome,
            // Dropping the work has killed the child.
            reason = context.stopped() => {
                remove_media(services, &ingest).await;
                if reason == Stop::Shutdown {
                    let handed_back = hand_back_ingest(&services.env, &ingest).await?;
                    tracing::info!(track = %ingest.track_id, ?handed_back, "the ingest is handed back");
                }
                return Ok(Ending::Ended);
            }
        };
        conclude(services, &ingest, outcome).await?;
        Ok(Ending::Ended)
    }

    async fn give_up(&self, job: &Job) -> Result<Ending, PortError> {
        // Fails the track, with the job.
        begin_ingest(&self.services.env, job.clone()).await?;
        Ok(Ending::Ended)
    }

    async fn beat(
        &self,
        env: &Environment,
        job: &Job,
        progress: Option<f32>,
    ) -> Result<Fenced, PortError> {
        report_progress(env, job, progress, self.settings.lease).await
    }
}

/// Why there are no media.
struct Fail {
    failure: Failure,
    fault: Fault,
}

impl Fail {
    fn ours(code: &str, detail: impl ToString) -> Self {
        let failure = Failure {
            code: code.into(),
            detail: detail.to_string(),
        };
        Self {
            failure,
            fault: Fault::Ours,
        }
    }

    fn media(code: &str, detail: &str) -> Self {
        let failure = Failure {
            code: code.into(),
            detail: detail.into(),
        };
        Self {
            failure,
            fault: Fault::Media,
        }
    }
}

async fn make_media(
    services: &Services,
    settings: &Settings,
    ingest: &Ingest,
    context: &JobContext,
) -> Result<Measurements, Fail> {
    let internal = |cause: &dyn std::fmt::Display| {
        // The cause may name files of ours; the owner of the track is told only that we failed.
        tracing::error!(%cause, track = %ingest.track_id, "an ingest failed by our own fault");
        Fail::ours("ingest.internal", "processing failed; the fault is ours")
    };
    let folder = services
        .scratch
        .folder()
        .map_err(|error| internal(&error))?;
    let output = folder.path().join("out");
    tokio::fs::create_dir(&output)
        .await
        .map_err(|error| internal(&error))?;
    let input = open_path(&*services.blobs, &ingest.source.key, folder.path())
        .await
        .map_err(|error| internal(&error))?;
    let child = ChildJob {
        kind: "ingest".into(),
        input,
        output: output.clone(),
        limits: settings.child,
        parent: std::process::id(),
    };
    let total = settings.patience_for(ingest.source.size);
    let watch = Watch {
        silence: settings.silence,
        total,
    };
    let outcome = confined::run(&settings.program, &child, watch, |done| {
        context.progress(done * CHILD_SHARE);
    })
    .await
    .map_err(|error| internal(&error))?;
    let done = match outcome {
        Outcome::Done(value) => {
            serde_json::from_value::<IngestDone>(value).map_err(|error| internal(&error))?
        }
        Outcome::Failed(error) if error.fault == confined::Fault::Media => {
            return Err(Fail::media(&error.code, &error.detail));
        }
        Outcome::Failed(error) => return Err(internal(&format!("{error:?}"))),
        Outcome::Crashed(how) => {
            tracing::warn!(how, track = %ingest.track_id, "the decoder crashed");
            return Err(Fail::media(
                "audio.decoder_crashed",
                "the file makes the decoder fail",
            ));
        }
        Outcome::TimedOut => {
            return Err(Fail::media(
                "audio.decoder_timed_out",
                "the file takes too long to read",
            ));
        }
    };
    publish(&*services.blobs, &output, &ingest.media_prefix())
        .await
        .map_err(|error| internal(&error))?;
    Ok(done.into())
}

async fn conclude(
    services: &Services,
    ingest: &Ingest,
    outcome: Result<Measurements, Fail>,
) -> Result<(), PortError> {
    let track = ingest.track_id;
    match outcome {
        Ok(measurements) => match complete_ingest(&services.env, ingest, measurements).await? {
            Published::Yes => tracing::info!(%track, "the track is ready"),
            Published::TrackGone => tracing::info!(%track, "the track was removed meanwhile"),
            Published::Lost => remove_media(services, ingest).await,
        },
        Err(Fail { failure, fault }) => {
            // What was stored is of no use, whatever becomes of the job.
            remove_media(services, ingest).await;
            let failed = fail_ingest(&services.env, ingest, &failure, fault).await?;
            tracing::info!(%track, code = failure.code, ?failed, "the ingest failed");
        }
    }
    Ok(())
}

async fn remove_media(services: &Services, ingest: &Ingest) {
    if let Err(error) = services.blobs.delete_prefix(&ingest.media_prefix()).await {
        // The purge job of a later attempt, or of the track's end, takes them.
        tracing::warn!(%error, "media of no use are left for a purge");
    }
}
