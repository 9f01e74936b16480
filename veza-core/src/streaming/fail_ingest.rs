//! Notes that an ingest failed.

use crate::jobs::{Failed, Fenced, FencingToken, JobId, Outcome, fail_in};
use crate::kernel::{Environment, Metadata, PortError, Timestamp, UnitOfWork};

use super::begin_ingest::Ingest;
use super::events::TrackFailed;
use super::model::{Failure, TrackId, TrackState};
use super::purge_media::PurgePayload;

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file's: another attempt would end the same.
    Media,
    /// Our own (a full disk, a killed process): another attempt may succeed.
    Ours,
}

/// What became of the track.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IngestFailed {
    /// It waits for another attempt, not before this time.
    RetryAt(Timestamp),
    /// It failed for good.
    Dead,
    /// Nothing: another has the job.
    Lost,
}

/// Ends an attempt that failed. After a fault of the file, and after the last attempt, the track
/// is failed for good, `streaming.track.failed.v1` is told and its media are removed by a job;
/// else it is queued again.
///
/// # Errors
/// Those of the store.
pub async fn fail_ingest(
    env: &Environment,
    ingest: &Ingest,
    failure: &Failure,
    fault: Fault,
) -> Result<IngestFailed, PortError> {
    let mut unit = env.store.begin().await?;
    let token = ingest.token();
    if fault == Fault::Media || ingest.job.is_last_attempt() {
        if bury(env, &mut *unit, &token, ingest.track_id, failure).await? == Fenced::Lost {
            return Ok(IngestFailed::Lost);
        }
        unit.commit().await?;
        return Ok(IngestFailed::Dead);
    }
    let error = format!("{}: {}", failure.code, failure.detail);
    match fail_in(env, &mut *unit, &ingest.job, &error).await? {
        Failed::RetryAt(at) => {
            unit.tracks()
                .set_state(ingest.track_id, &TrackState::Queued, env.now())
                .await?;
            unit.commit().await?;
            Ok(IngestFailed::RetryAt(at))
        }
        Failed::Dead | Failed::Lost => Ok(IngestFailed::Lost),
    }
}

/// Fails a track and its job for good, within a unit of work which the caller commits when the
/// token held.
pub(super) async fn bury(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    token: &FencingToken,
    track_id: TrackId,
    failure: &Failure,
) -> Result<Fenced, PortError> {
    let now = env.now();
    let outcome = Outcome::Dead {
        error: format!("{}: {}", failure.code, failure.detail),
    };
    if unit.jobs().finish(token, &outcome, now).await? == Fenced::Lost {
        return Ok(Fenced::Lost);
    }
    fail_track(env, unit, token.job_id, track_id, failure).await?;
    Ok(Fenced::Held)
}

/// Fails a track for good because of a job, and queues the removal of what was made of it.
pub(super) async fn fail_track(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    job_id: JobId,
    track_id: TrackId,
    failure: &Failure,
) -> Result<(), PortError> {
    let now = env.now();
    let purge = PurgePayload {
        track_id,
        keep: None,
        source: None,
    };
    unit.jobs().enqueue(&purge.into_job(env)).await?;
    if unit
        .tracks()
        .set_state(track_id, &TrackState::Failed(failure.clone()), now)
        .await?
    {
        let event = TrackFailed {
            track_id,
            code: failure.code.clone(),
        };
        let metadata = Metadata {
            causation_id: Some(job_id.to_string()),
            ..Metadata::default()
        };
        unit.outbox().append(&env.event(&event, &metadata)).await?;
    }
    Ok(())
}
