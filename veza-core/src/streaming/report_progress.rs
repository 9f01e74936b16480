//! Tells how far an ingest is, and keeps its job.

use std::time::Duration;

use crate::jobs::{Fenced, Job};
use crate::kernel::{Environment, PortError};

use super::begin_ingest::IngestPayload;

/// Renews the lease of an ingest job from now on, and notes its progress (0 to 1) where one is
/// given. `Lost` means: stop, another has the job or it was called off.
///
/// # Errors
/// Those of the store.
pub async fn report_progress(
    env: &Environment,
    job: &Job,
    progress: Option<f32>,
    lease: Duration,
) -> Result<Fenced, PortError> {
    let progress = progress.map(|progress| {
        if progress.is_finite() {
            progress.clamp(0.0, 1.0)
        } else {
            0.0
        }
    });
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let fenced = unit
        .jobs()
        .extend_lease(&job.token(), now.plus(lease), progress, now)
        .await?;
    if fenced == Fenced::Held {
        let payload = serde_json::from_value::<IngestPayload>(job.payload.clone());
        if let (Some(progress), Ok(payload)) = (progress, payload) {
            unit.tracks()
                .set_progress(payload.track_id, progress)
                .await?;
        }
        unit.commit().await?;
    }
    Ok(fenced)
}
