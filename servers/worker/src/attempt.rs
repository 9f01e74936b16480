//! One attempt at a job: the work, its heartbeats, and its end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use veza_core::jobs::{self, Failed, Fenced, Job};
use veza_core::kernel::{Environment, PortError};
use veza_server_kit::Shutdown;

use crate::kind::{Ending, JobContext, JobKind, Stop};

/// How often progress is noted while it changes.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// How long work may go on after it was told to stop.
const GRACE: Duration = Duration::from_secs(5);
/// How long to wait before an end that could not be stored is stored again.
const AGAIN: Duration = Duration::from_secs(1);

/// Does a claimed job to its end, or until it is stopped.
pub(crate) async fn attempt(
    env: &Environment,
    kind: &Arc<dyn JobKind>,
    job: Job,
    shutdown: &Shutdown,
) {
    let name = kind.kind();
    tracing::debug!(job = %job.id, kind = name, attempt = job.attempt, "a job begins");
    let (progress, mut seen) = watch::channel(0.0);
    let (stop, stopped) = watch::channel(None);
    let context = JobContext {
        progress: Arc::new(progress),
        stop: stopped,
    };
    // A task of its own, so that a panic ends the job and not the worker. It ends with this.
    let mut work = JoinSet::new();
    work.spawn({
        let (kind, job) = (Arc::clone(kind), job.clone());
        async move {
            if job.is_exhausted() {
                kind.give_up(&job).await
            } else {
                kind.run(&job, &context).await
            }
        }
    });
    let reason = tokio::select! {
        ended = work.join_next() => return end(env, kind, &job, result(ended)).await,
        () = keep_lease(env, kind, &job, &mut seen) => Stop::Lost,
        () = shutdown.requested() => Stop::Shutdown,
    };
    stop.send_replace(Some(reason));
    let ended = tokio::time::timeout(GRACE, work.join_next()).await;
    work.shutdown().await;
    match (reason, ended) {
        (Stop::Lost, _) => {
            tracing::warn!(job = %job.id, kind = name, "a job was lost to another or called off");
        }
        (Stop::Shutdown, Ok(ended)) => end(env, kind, &job, result(ended)).await,
        (Stop::Shutdown, Err(_)) => end(env, kind, &job, Ending::HandBack).await,
    }
}

/// What the task says, which may have panicked.
fn result(ended: Option<Result<Result<Ending, PortError>, tokio::task::JoinError>>) -> Ending {
    match ended {
        Some(Ok(Ok(ending))) => ending,
        Some(Ok(Err(error))) => Ending::Failed(error.to_string()),
        Some(Err(error)) if error.is_panic() => Ending::Failed("the work panicked".into()),
        Some(Err(_)) | None => Ending::HandBack,
    }
}

/// Renews the lease and notes progress, until the job is lost.
async fn keep_lease(
    env: &Environment,
    kind: &Arc<dyn JobKind>,
    job: &Job,
    seen: &mut watch::Receiver<f32>,
) {
    let lease = kind.lease();
    let heartbeat = lease / 3;
    let mut held_since = Instant::now();
    loop {
        let progress = match tokio::time::timeout(heartbeat, seen.changed()).await {
            Ok(Ok(())) => Some(*seen.borrow_and_update()),
            // The work is over and only has to be concluded.
            Ok(Err(_)) => std::future::pending().await,
            Err(_) => None,
        };
        let began = Instant::now();
        match kind.beat(env, job, progress).await {
            Ok(Fenced::Held) => held_since = began,
            Ok(Fenced::Lost) => return,
            Err(error) => {
                tracing::warn!(%error, job = %job.id, "a heartbeat could not be stored");
                if held_since.elapsed() > lease {
                    return;
                }
            }
        }
        tokio::time::sleep(NOTE_EVERY.min(heartbeat)).await;
    }
}

/// Stores how an attempt ended. A store that is away is waited for as long as the lease holds, for
/// work that is done would be done again.
async fn end(env: &Environment, kind: &Arc<dyn JobKind>, job: &Job, ending: Ending) {
    let (name, until) = (kind.kind(), Instant::now() + kind.lease());
    loop {
        match store_end(env, job, &ending).await {
            Ok(None) => tracing::debug!(job = %job.id, kind = name, ?ending, "a job ended"),
            Ok(Some(Failed::RetryAt(at))) => {
                tracing::warn!(job = %job.id, kind = name, ?ending, %at, "a job is tried again");
            }
            Ok(Some(Failed::Dead)) => {
                tracing::error!(job = %job.id, kind = name, ?ending, "a job is dead");
            }
            Ok(Some(Failed::Lost)) => {
                tracing::warn!(job = %job.id, kind = name, "a job was lost before its end");
            }
            Err(error) if Instant::now() + AGAIN < until => {
                tracing::warn!(%error, job = %job.id, "the end of a job could not be stored");
                tokio::time::sleep(AGAIN).await;
                continue;
            }
            Err(error) => {
                tracing::error!(%error, job = %job.id, "the end of a job is not stored");
            }
        }
        return;
    }
}

async fn store_end(
    env: &Environment,
    job: &Job,
    ending: &Ending,
) -> Result<Option<Failed>, PortError> {
    let lost = |fenced| (fenced == Fenced::Lost).then_some(Failed::Lost);
    match ending {
        Ending::Ended => Ok(None),
        Ending::Done => jobs::complete(env, &job.token()).await.map(lost),
        Ending::HandBack => jobs::hand_back(env, &job.token()).await.map(lost),
        Ending::Failed(error) => jobs::fail(env, job, error).await.map(Some),
        Ending::Dead(error) => jobs::bury(env, &job.token(), error).await.map(Some),
    }
}
