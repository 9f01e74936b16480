//! Starts the work on a track's media.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::files::BlobKey;
use crate::jobs::{Fenced, FencingToken, Job, Outcome};
use crate::kernel::{Environment, PortError};

use super::fail_ingest::bury;
use super::model::{Failure, RevisionId, Source, Track, TrackId, TrackState};
use super::purge_media::PurgePayload;

/// What an ingest job is about.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IngestPayload {
    pub(super) track_id: TrackId,
}

impl IngestPayload {
    pub(super) fn to_json(&self) -> Value {
        serde_json::json!({ "trackId": self.track_id })
    }
}

/// The work to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Ingest {
    /// The job.
    pub job: Job,
    /// The track.
    pub track_id: TrackId,
    /// The file to be read.
    pub source: Source,
    /// The revision to be made.
    pub revision: RevisionId,
}

impl Ingest {
    /// By what the work's writes are let through.
    pub fn token(&self) -> FencingToken {
        self.job.token()
    }

    /// Where the media go.
    pub fn media_prefix(&self) -> BlobKey {
        Track::media_prefix(self.track_id, self.revision)
    }
}

/// What there is to do for a claimed ingest job.
#[derive(Clone, Debug, PartialEq)]
pub enum BeginIngest {
    /// Make the media.
    Work(Box<Ingest>),
    /// Nothing: the track was removed, the job belongs to somebody else by now, or every worker
    /// before died over it and the track was failed here.
    Nothing,
}

/// Starts an attempt: the track is processing from now on.
///
/// # Errors
/// Those of the store; the job is claimed again when its lease has run out.
pub async fn begin_ingest(env: &Environment, job: Job) -> Result<BeginIngest, PortError> {
    let mut unit = env.store.begin().await?;
    let now = env.now();
    // Proves that the job is still ours before the track is touched. Jobs are locked before their
    // tracks, here as everywhere.
    let lease_until = job.lease_until.unwrap_or(now);
    if unit
        .jobs()
        .extend_lease(&job.token(), lease_until, Some(0.0), now)
        .await?
        == Fenced::Lost
    {
        return Ok(BeginIngest::Nothing);
    }
    let track = match serde_json::from_value::<IngestPayload>(job.payload.clone()) {
        Ok(payload) => match unit.tracks().find(payload.track_id).await? {
            Some(track) => track,
            None => {
                // An earlier attempt may have left media behind after the track was removed.
                let purge = PurgePayload {
                    track_id: payload.track_id,
                    keep: None,
                    source: None,
                };
                if unit
                    .jobs()
                    .finish(&job.token(), &Outcome::Done, now)
                    .await?
                    == Fenced::Held
                {
                    unit.jobs().enqueue(&purge.into_job(env)).await?;
                    unit.commit().await?;
                }
                return Ok(BeginIngest::Nothing);
            }
        },
        Err(error) => {
            let outcome = Outcome::Dead {
                error: format!("payload: {error}"),
            };
            if unit.jobs().finish(&job.token(), &outcome, now).await? == Fenced::Held {
                unit.commit().await?;
            }
            return Ok(BeginIngest::Nothing);
        }
    };
    if job.is_exhausted() {
        let failure = Failure {
            code: "ingest.gave_up".into(),
            detail: format!(
                "processing was given up after {} attempts",
                job.max_attempts
            ),
        };
        if bury(env, &mut *unit, &job.token(), track.id, &failure).await? == Fenced::Held {
            unit.commit().await?;
        }
        return Ok(BeginIngest::Nothing);
    }
    unit.tracks()
        .set_state(track.id, &TrackState::Processing { progress: 0.0 }, now)
        .await?;
    unit.commit().await?;
    let revision = env.new_id();
    let ingest = Ingest {
        job,
        track_id: track.id,
        source: track.source,
        revision,
    };
    Ok(BeginIngest::Work(Box::new(ingest)))
}
