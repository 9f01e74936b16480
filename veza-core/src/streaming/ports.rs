//! Where tracks are kept.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::auth::UserId;
use crate::files::BlobKey;
use crate::kernel::{PortError, Timestamp};

use super::model::{Track, TrackId, TrackState};

/// Which tracks a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackScope {
    /// Those that everybody may see.
    Published,
    /// Those of one account that everybody may see.
    PublishedBy(UserId),
    /// All of one account.
    OwnedBy(UserId),
}

/// What tracks are sorted by; those that are equal, by their id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrackSort {
    /// When they were uploaded.
    #[default]
    CreatedAt,
    /// The title in lower case, by its code points.
    Title,
}

/// In which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortOrder {
    /// Least first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// The place of a track in a sorted list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrackKeyset {
    /// In a list sorted by [`TrackSort::CreatedAt`].
    #[serde(rename = "c")]
    CreatedAt(Timestamp, TrackId),
    /// In a list sorted by [`TrackSort::Title`], by [`Track::title_key`].
    #[serde(rename = "t")]
    Title(String, TrackId),
}

impl TrackKeyset {
    /// The place of a track.
    pub fn of(track: &Track, sort: TrackSort) -> Self {
        match sort {
            TrackSort::CreatedAt => Self::CreatedAt(track.created_at, track.id),
            TrackSort::Title => Self::Title(track.title_key(), track.id),
        }
    }
}

/// One page of a list of tracks.
#[derive(Clone, Debug)]
pub struct TrackQuery {
    /// Which tracks.
    pub scope: TrackScope,
    /// Only those whose [`Track::genre_key`] this is.
    pub genre_key: Option<String>,
    /// Sorted by what; `after` is a place in a list sorted so.
    pub sort: TrackSort,
    /// In which direction.
    pub order: SortOrder,
    /// Only those that come after this place.
    pub after: Option<TrackKeyset>,
    /// How many at most.
    pub limit: u32,
}

/// The tracks of a unit of work.
#[async_trait]
pub trait Tracks: Send {
    /// Adds a track.
    ///
    /// # Errors
    /// `MissingReference` when its artist has no account; those of the store.
    async fn add(&mut self, track: &Track) -> Result<(), PortError>;

    /// The track with this id.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, id: TrackId) -> Result<Option<Track>, PortError>;

    /// A page of tracks.
    ///
    /// # Errors
    /// Those of the store.
    async fn list(&mut self, query: &TrackQuery) -> Result<Vec<Track>, PortError>;

    /// Stores the title, genre, description, visibility and time of change of a track, and its
    /// version, which has to be one more than the one that is kept; answers whether it was.
    ///
    /// # Errors
    /// Those of the store.
    async fn update(&mut self, track: &Track) -> Result<bool, PortError>;

    /// Changes where a track stands, which raises its version; answers whether it is there.
    ///
    /// # Errors
    /// Those of the store.
    async fn set_state(
        &mut self,
        id: TrackId,
        state: &TrackState,
        now: Timestamp,
    ) -> Result<bool, PortError>;

    /// Notes the progress of a track that is processing, which does not count as a change of it;
    /// answers whether it is.
    ///
    /// # Errors
    /// Those of the store.
    async fn set_progress(&mut self, id: TrackId, progress: f32) -> Result<bool, PortError>;

    /// Removes a track; answers whether it was there.
    ///
    /// # Errors
    /// Those of the store.
    async fn delete(&mut self, id: TrackId) -> Result<bool, PortError>;

    /// Whether a track has this source.
    ///
    /// # Errors
    /// Those of the store.
    async fn has_source(&mut self, key: &BlobKey) -> Result<bool, PortError>;
}
