//! What becomes of a track whose ingest is called off.

use crate::jobs::Job;
use crate::kernel::{Environment, PortError, UnitOfWork};

use super::INGEST_JOB;
use super::begin_ingest::IngestPayload;
use super::fail_ingest::fail_track;
use super::model::Failure;

/// Fails the track of an ingest job that is called off in the same unit of work. Jobs of other
/// kinds leave no mark on tracks.
pub(crate) async fn ingest_cancelled(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    job: &Job,
) -> Result<(), PortError> {
    if job.kind != INGEST_JOB {
        return Ok(());
    }
    let Ok(payload) = serde_json::from_value::<IngestPayload>(job.payload.clone()) else {
        return Ok(());
    };
    let failure = Failure {
        code: "ingest.cancelled".into(),
        detail: "processing was called off".into(),
    };
    fail_track(env, unit, job.id, payload.track_id, &failure).await
}
