//! Published tracks as caches keep them: what everybody may see, and nothing of any other track.

use serde::{Deserialize, Serialize};

use crate::auth::UserId;
use crate::kernel::cache::{CacheKey, Space};
use crate::kernel::{Event, PortError, ReadCache, Timestamp};

use super::events::{TrackDeleted, TrackReady, TrackUpdated};
use super::model::{
    Artist, Loudness, Measurements, Media, RevisionId, Source, Track, TrackId, TrackState,
    Visibility,
};
use crate::kernel::event::DomainEvent as _;

/// A track that everybody may see. There is no way to make one of another track.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PublishedTrack {
    id: TrackId,
    artist: UserId,
    artist_name: String,
    title: String,
    genre: Option<String>,
    description: Option<String>,
    revision: RevisionId,
    duration_seconds: f64,
    sample_rate: u32,
    channels: u16,
    loudness: Loudness,
    source: String,
    source_size: u64,
    version: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl PublishedTrack {
    /// The track, if it is published.
    pub(super) fn of(track: &Track) -> Option<Self> {
        let media = track.media().filter(|_| track.is_published())?;
        Some(Self {
            id: track.id,
            artist: track.artist.id,
            artist_name: track.artist.username.clone(),
            title: track.title.clone(),
            genre: track.genre.clone(),
            description: track.description.clone(),
            revision: media.revision,
            duration_seconds: media.measurements.duration_seconds,
            sample_rate: media.measurements.sample_rate,
            channels: media.measurements.channels,
            loudness: media.measurements.loudness,
            source: track.source.key.to_string(),
            source_size: track.source.size,
            version: track.version,
            created_at: track.created_at,
            updated_at: track.updated_at,
        })
    }

    /// The track again; none if what was kept is not one.
    pub(super) fn into_track(self) -> Option<Track> {
        Some(Track {
            id: self.id,
            artist: Artist {
                id: self.artist,
                username: self.artist_name,
            },
            title: self.title,
            genre: self.genre,
            description: self.description,
            visibility: Visibility::Public,
            state: TrackState::Ready(Media {
                revision: self.revision,
                measurements: Measurements {
                    duration_seconds: self.duration_seconds,
                    sample_rate: self.sample_rate,
                    channels: self.channels,
                    loudness: self.loudness,
                },
            }),
            source: Source {
                key: self.source.parse().ok()?,
                size: self.source_size,
            },
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// Where a track is kept.
pub(super) fn track_key(id: TrackId) -> CacheKey {
    CacheKey::of(Space::TRACKS, id)
}

/// Forgets what an event has made old: the track, and every list it may be on.
///
/// # Errors
/// Those of the cache; the event has to come again then.
pub async fn forget_changed_tracks(cache: &ReadCache, event: &Event) -> Result<(), PortError> {
    let changes = [TrackReady::TYPE, TrackUpdated::TYPE, TrackDeleted::TYPE];
    if changes.contains(&event.event_type.as_str()) {
        let id = TrackId::from(event.aggregate_id);
        cache.invalidate(&[track_key(id)]).await?;
        cache.invalidate_space(&Space::TRACK_LISTS).await?;
    }
    Ok(())
}
