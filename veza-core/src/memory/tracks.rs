//! Tracks in memory.

use std::cmp::Ordering;

use async_trait::async_trait;

use crate::files::BlobKey;
use crate::kernel::{PortError, PortErrorKind, Timestamp};
use crate::streaming::{
    SortOrder, Track, TrackId, TrackKeyset, TrackQuery, TrackScope, TrackState, Tracks,
};

use super::storable::storable;
use super::store::MemoryUnit;

#[async_trait]
impl Tracks for MemoryUnit {
    async fn add(&mut self, track: &Track) -> Result<(), PortError> {
        const OP: &str = "tracks.add";
        let state = self.write(OP)?;
        let texts = [
            Some(&track.title),
            track.genre.as_ref(),
            track.description.as_ref(),
        ];
        storable(OP, texts.into_iter().flatten().map(String::as_str))?;
        if !state.users.contains_key(&track.artist.id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        state.tracks.insert(track.id, track.clone());
        Ok(())
    }

    async fn find(&mut self, id: TrackId) -> Result<Option<Track>, PortError> {
        Ok(self.state.tracks.get(&id).cloned())
    }

    async fn list(&mut self, query: &TrackQuery) -> Result<Vec<Track>, PortError> {
        let in_order = |a: &Track, b: &Track| {
            let ascending = compare(
                &TrackKeyset::of(a, query.sort),
                &TrackKeyset::of(b, query.sort),
            );
            directed(ascending, query.order)
        };
        let comes_after = |track: &Track| {
            query.after.as_ref().is_none_or(|after| {
                let place = TrackKeyset::of(track, query.sort);
                directed(compare(&place, after), query.order) == Ordering::Greater
            })
        };
        let in_scope = |track: &Track| match query.scope {
            TrackScope::Published => track.is_published(),
            TrackScope::PublishedBy(artist) => track.is_published() && track.artist.id == artist,
            TrackScope::OwnedBy(owner) => track.artist.id == owner,
        };
        let of_genre =
            |track: &Track| query.genre_key.is_none() || track.genre_key() == query.genre_key;
        let mut found: Vec<&Track> = self
            .state
            .tracks
            .values()
            .filter(|track| in_scope(track) && of_genre(track) && comes_after(track))
            .collect();
        found.sort_by(|a, b| in_order(a, b));
        Ok(found
            .into_iter()
            .take(query.limit as usize)
            .cloned()
            .collect())
    }

    async fn update(&mut self, track: &Track) -> Result<bool, PortError> {
        let kept = self.write("tracks.update")?.tracks.get_mut(&track.id);
        let kept = kept.filter(|kept| kept.version + 1 == track.version);
        Ok(kept.is_some_and(|kept| {
            kept.title.clone_from(&track.title);
            kept.genre.clone_from(&track.genre);
            kept.description.clone_from(&track.description);
            kept.visibility = track.visibility;
            kept.updated_at = track.updated_at;
            kept.version = track.version;
            true
        }))
    }

    async fn set_state(
        &mut self,
        id: TrackId,
        state: &TrackState,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        let track = self.write("tracks.set_state")?.tracks.get_mut(&id);
        Ok(track.is_some_and(|track| {
            track.state = state.clone();
            track.updated_at = now;
            track.version += 1;
            true
        }))
    }

    async fn set_progress(&mut self, id: TrackId, value: f32) -> Result<bool, PortError> {
        let track = self.write("tracks.set_progress")?.tracks.get_mut(&id);
        Ok(match track.map(|track| &mut track.state) {
            Some(TrackState::Processing { progress }) => {
                *progress = value;
                true
            }
            _ => false,
        })
    }

    async fn delete(&mut self, id: TrackId) -> Result<bool, PortError> {
        Ok(self.write("tracks.delete")?.tracks.remove(&id).is_some())
    }

    async fn has_source(&mut self, key: &BlobKey) -> Result<bool, PortError> {
        Ok(self
            .state
            .tracks
            .values()
            .any(|track| track.source.key == *key))
    }
}

fn directed(ascending: Ordering, order: SortOrder) -> Ordering {
    match order {
        SortOrder::Ascending => ascending,
        SortOrder::Descending => ascending.reverse(),
    }
}

fn compare(a: &TrackKeyset, b: &TrackKeyset) -> Ordering {
    match (a, b) {
        (TrackKeyset::CreatedAt(a, a_id), TrackKeyset::CreatedAt(b, b_id)) => {
            (a, a_id).cmp(&(b, b_id))
        }
        (TrackKeyset::Title(a, a_id), TrackKeyset::Title(b, b_id)) => (a, a_id).cmp(&(b, b_id)),
        // Places of differently sorted lists: the use case has sealed the sort into the cursor.
        (TrackKeyset::CreatedAt(..), TrackKeyset::Title(..)) => Ordering::Less,
        (TrackKeyset::Title(..), TrackKeyset::CreatedAt(..)) => Ordering::Greater,
    }
}
