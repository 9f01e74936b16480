//! What tracks give to the export of a person.

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::auth::{User, UserId};
use crate::exports::{ExportSection, ExportWriter};
use crate::files::BoxError;
use crate::kernel::{Environment, PortError};

use super::model::{Track, TrackState};
use super::ports::{SortOrder, TrackKeyset, TrackQuery, TrackScope, TrackSort};

/// Tracks that are in memory at a time.
const PAGE: u32 = 100;

/// The person's tracks, with the files as they were uploaded.
pub(crate) struct TracksSection;

/// A page of somebody's tracks, the oldest first.
async fn page(
    env: &Environment,
    owner: UserId,
    after: Option<TrackKeyset>,
) -> Result<Vec<Track>, PortError> {
    let query = TrackQuery {
        scope: TrackScope::OwnedBy(owner),
        genre_key: None,
        sort: TrackSort::CreatedAt,
        order: SortOrder::Ascending,
        after,
        limit: PAGE,
    };
    let mut reader = env.store.begin_read().await?;
    reader.tracks().list(&query).await
}

/// What the file of a track is called in the archive.
fn file_of(track: &Track) -> String {
    track.id.to_string()
}

fn record_of(track: &Track) -> Value {
    let measured = track.media().map(|media| media.measurements);
    let failure = match &track.state {
        TrackState::Failed(failure) => {
            Some(json!({ "code": failure.code, "detail": failure.detail }))
        }
        _ => None,
    };
    json!({
        "id": track.id,
        "title": track.title,
        "genre": track.genre,
        "description": track.description,
        "visibility": track.visibility,
        "status": track.state.status(),
        "failure": failure,
        "durationSeconds": measured.map(|measured| measured.duration_seconds),
        "sampleRate": measured.map(|measured| measured.sample_rate),
        "channels": measured.map(|measured| measured.channels),
        "loudness": measured.map(|measured| measured.loudness),
        "createdAt": track.created_at,
        "updatedAt": track.updated_at,
        "file": format!("tracks/{}", file_of(track)),
        "bytes": track.source.size,
    })
}

#[async_trait]
impl ExportSection for TracksSection {
    fn name(&self) -> &'static str {
        "tracks"
    }

    async fn write(
        &self,
        env: &Environment,
        user: &User,
        out: &mut dyn ExportWriter,
    ) -> Result<(), BoxError> {
        for files in [false, true] {
            let mut after = None;
            loop {
                let tracks = page(env, user.id, after).await?;
                for track in &tracks {
                    if files {
                        out.file(&file_of(track), &track.source.key).await?;
                    } else {
                        out.record(&record_of(track)).await?;
                    }
                }
                match tracks.last() {
                    Some(last) => after = Some(TrackKeyset::of(last, TrackSort::CreatedAt)),
                    None => break,
                }
            }
        }
        Ok(())
    }
}
