//! Changes what the owner says of a track.

use crate::kernel::{Environment, Expected, Metadata, Principal};

use super::details::Details;
use super::error::TrackError;
use super::events::TrackUpdated;
use super::model::{Track, TrackId, Visibility};

/// The wish to change a track: what it is to be like, all of it.
#[derive(Clone, Debug)]
pub struct UpdateTrack {
    /// The track.
    pub id: TrackId,
    /// Which versions of it the change is meant for.
    pub expected: Expected,
    /// A title of 1 to 200 characters.
    pub title: String,
    /// A genre of at most 50 characters.
    pub genre: Option<String>,
    /// A description of at most 5000 characters.
    pub description: Option<String>,
    /// Who may see the track.
    pub visibility: Visibility,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Changes a track and tells `streaming.track.updated.v1`; answers it as it is now. A change that
/// changes nothing is none, and tells nothing.
///
/// # Errors
/// `NotFound`, also for what may not be seen; `Forbidden`; `Stale`; `Invalid`; `Port`.
pub async fn update_track(
    env: &Environment,
    principal: &Principal,
    command: UpdateTrack,
) -> Result<Track, TrackError> {
    let details = Details::check(
        &command.title,
        command.genre.as_deref(),
        command.description.as_deref(),
    );
    let mut unit = env.store.begin().await?;
    let track = unit.tracks().find(command.id).await?;
    let track = track.ok_or(TrackError::NotFound)?;
    if !track.may_be_changed_by(principal) {
        return Err(track.refusal_to(principal));
    }
    // Only who may change it learns what is wrong with the change.
    let details = details?;
    if !command.expected.is_met_by(track.version) {
        return Err(TrackError::Stale);
    }
    let changed = Track {
        title: details.title,
        genre: details.genre,
        description: details.description,
        visibility: command.visibility,
        ..track.clone()
    };
    if changed == track {
        return Ok(track);
    }
    let changed = Track {
        version: track.version + 1,
        updated_at: env.now(),
        ..changed
    };
    if !unit.tracks().update(&changed).await? {
        return Err(TrackError::Stale);
    }
    let event = TrackUpdated {
        track_id: changed.id,
        title: changed.title.clone(),
        visibility: changed.visibility,
    };
    let event = env.event(&event, &command.metadata);
    unit.outbox().append(&event).await?;
    unit.commit().await?;
    env.changed(&event).await;
    Ok(changed)
}
