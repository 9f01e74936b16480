//! Gives an ingest back, as when its worker stops.

use crate::jobs::{Fenced, Outcome};
use crate::kernel::{Environment, PortError};

use super::begin_ingest::Ingest;
use super::model::TrackState;

/// Ends an attempt before its end: the track is queued again, to be taken by another at once. The
/// attempt does not count, so that a service may be restarted as often as one likes. `Lost`
/// means: another has the job already.
///
/// # Errors
/// Those of the store; the job is claimed again when its lease has run out.
pub async fn hand_back_ingest(env: &Environment, ingest: &Ingest) -> Result<Fenced, PortError> {
    let mut unit = env.store.begin().await?;
    let now = env.now();
    let fenced = unit
        .jobs()
        .finish(&ingest.token(), &Outcome::HandedBack, now)
        .await?;
    if fenced == Fenced::Held {
        unit.tracks()
            .set_state(ingest.track_id, &TrackState::Queued, now)
            .await?;
        unit.commit().await?;
    }
    Ok(fenced)
}
