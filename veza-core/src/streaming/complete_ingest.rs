//! Publishes a track's media.

use crate::jobs::{Fenced, Outcome};
use crate::kernel::{Environment, Metadata, PortError};

use super::begin_ingest::Ingest;
use super::events::TrackReady;
use super::model::{Measurements, Media, TrackState};
use super::purge_media::PurgePayload;

/// What became of the media.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// They can be played.
    Yes,
    /// The track was removed meanwhile; the media will be, too.
    TrackGone,
    /// Another has the job: these media are of no use, and the caller's to remove.
    Lost,
}

/// Makes the revision the one that is played and tells `streaming.track.ready.v1`, once every
/// file of it is in the blob store. What earlier attempts left behind is removed by a job.
///
/// # Errors
/// Those of the store.
pub async fn complete_ingest(
    env: &Environment,
    ingest: &Ingest,
    measurements: Measurements,
) -> Result<Published, PortError> {
    let mut unit = env.store.begin().await?;
    let now = env.now();
    if unit
        .jobs()
        .finish(&ingest.token(), &Outcome::Done, now)
        .await?
        == Fenced::Lost
    {
        return Ok(Published::Lost);
    }
    let measurements = Measurements {
        loudness: measurements.loudness.finite(),
        ..measurements
    };
    let media = Media {
        revision: ingest.revision,
        measurements,
    };
    let there = unit
        .tracks()
        .set_state(ingest.track_id, &TrackState::Ready(media), now)
        .await?;
    let purge = |keep| PurgePayload {
        track_id: ingest.track_id,
        keep,
        source: None,
    };
    if !there {
        unit.jobs().enqueue(&purge(None).into_job(env)).await?;
        unit.commit().await?;
        return Ok(Published::TrackGone);
    }
    if ingest.job.attempt > 1 {
        unit.jobs()
            .enqueue(&purge(Some(ingest.revision)).into_job(env))
            .await?;
    }
    let event = TrackReady {
        track_id: ingest.track_id,
        revision: ingest.revision,
        duration_seconds: measurements.duration_seconds,
    };
    let metadata = Metadata {
        causation_id: Some(ingest.job.id.to_string()),
        ..Metadata::default()
    };
    let event = env.event(&event, &metadata);
    unit.outbox().append(&event).await?;
    unit.commit().await?;
    env.changed(&event).await;
    Ok(Published::Yes)
}
