//! Tells how far an ingest is, and keeps its job.

use std::time::Duration;

use crate::jobs::Fenced;
use crate::kernel::{Environment, PortError};

use super::begin_ingest::Ingest;

/// Notes the progress (0 to 1) and renews the lease from now on. `Lost` means: stop, another has
/// the job.
///
/// # Errors
/// Those of the store.
pub async fn report_progress(
    env: &Environment,
    ingest: &Ingest,
    progress: f32,
    lease: Duration,
) -> Result<Fenced, PortError> {
    let progress = if progress.is_finite() {
        progress.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let fenced = unit
        .jobs()
        .extend_lease(&ingest.token(), now.plus(lease), Some(progress), now)
        .await?;
    if fenced == Fenced::Held {
        unit.tracks()
            .set_progress(ingest.track_id, progress)
            .await?;
        unit.commit().await?;
    }
    Ok(fenced)
}
