//! One ingest: read the upload in a child, store what it made, publish.

use std::time::Duration;

use tokio::sync::watch;
use veza_core::jobs::{Fenced, Job};
use veza_core::kernel::PortError;
use veza_core::streaming::{
    BeginIngest, Failure, Fault, Ingest, Measurements, Published, begin_ingest, complete_ingest,
    fail_ingest, hand_back_ingest, report_progress,
};
use veza_server_kit::Shutdown;

use crate::confined::{self, ChildJob, Outcome, Watch};
use crate::publish::publish;
use crate::report::IngestDone;
use crate::source::open_path;
use crate::worker::{Services, Settings};

/// The share of the progress that the child's work is; storing the files is the rest.
const CHILD_SHARE: f32 = 0.95;
/// How often progress is noted while it changes.
const NOTE_EVERY: Duration = Duration::from_secs(1);

/// Does a claimed ingest job.
///
/// # Errors
/// Those of the store; the job is claimed again when its lease has run out.
pub(crate) async fn ingest(
    services: &Services,
    settings: &Settings,
    job: Job,
    shutdown: &Shutdown,
) -> Result<(), PortError> {
    let BeginIngest::Work(ingest) = begin_ingest(&services.env, job).await? else {
        return Ok(());
    };
    tracing::info!(track = %ingest.track_id, attempt = ingest.job.attempt, "ingest begins");
    let (progress, seen) = watch::channel(0.0);
    let work = make_media(services, settings, &ingest, progress);
    let outcome = tokio::select! {
        outcome = work => outcome,
        kept = keep_lease(services, settings, &ingest, seen) => {
            // Another has the job, or the store is down for longer than the lease. Dropping the
            // work has killed the child.
            remove_media(services, &ingest).await;
            return kept;
        }
        () = shutdown.requested() => {
            remove_media(services, &ingest).await;
            let handed_back = hand_back_ingest(&services.env, &ingest).await?;
            tracing::info!(track = %ingest.track_id, ?handed_back, "the ingest is handed back");
            return Ok(());
        }
    };
    conclude(services, &ingest, outcome).await
}

/// Notes progress and renews the lease; returns when the job is lost.
async fn keep_lease(
    services: &Services,
    settings: &Settings,
    ingest: &Ingest,
    mut seen: watch::Receiver<f32>,
) -> Result<(), PortError> {
    let mut failing_since = None;
    loop {
        let changed = tokio::time::timeout(settings.heartbeat, seen.changed()).await;
        if matches!(changed, Ok(Err(_))) {
            // The work is over and only has to be concluded.
            std::future::pending::<()>().await;
        }
        let progress = *seen.borrow_and_update();
        match report_progress(&services.env, ingest, progress, settings.lease).await {
            Ok(Fenced::Held) => failing_since = None,
            Ok(Fenced::Lost) => {
                tracing::warn!(track = %ingest.track_id, "the job is another worker's now");
                return Ok(());
            }
            Err(error) => {
                tracing::warn!(%error, "a heartbeat could not be stored");
                let since = *failing_since.get_or_insert_with(tokio::time::Instant::now);
                if since.elapsed() > settings.lease {
                    return Err(error);
                }
            }
        }
        tokio::time::sleep(NOTE_EVERY.min(settings.heartbeat)).await;
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
    progress: watch::Sender<f32>,
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
        progress.send_replace(done * CHILD_SHARE);
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
