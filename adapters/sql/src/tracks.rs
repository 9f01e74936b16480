//! Tracks.

use async_trait::async_trait;
use veza_core::files::BlobKey;
use veza_core::kernel::{PortError, Timestamp, TypedId as _};
use veza_core::streaming::{
    Artist, Failure, Loudness, Measurements, Media, SortOrder, Source, Track, TrackId, TrackKeyset,
    TrackQuery, TrackScope, TrackSort, TrackState, Tracks, Visibility,
};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

/// Tracks with the present name of their artist.
const SELECT: &str = "SELECT tracks.*, users.username AS artist_username
    FROM tracks JOIN users ON users.id = tracks.artist_id";

fn track(row: &Row) -> Result<Track, PortError> {
    Ok(Track {
        id: row.id("id")?,
        artist: Artist {
            id: row.id("artist_id")?,
            username: row.get("artist_username")?,
        },
        title: row.get("title")?,
        genre: row.get("genre")?,
        description: row.get("description")?,
        visibility: row.parsed("visibility", |name: String| Visibility::from_name(&name))?,
        state: state(row)?,
        source: Source {
            key: row.parsed("source_key", |key: String| key.parse().ok())?,
            size: row.int("source_size")?,
        },
        version: row.int("version")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn state(row: &Row) -> Result<TrackState, PortError> {
    Ok(match row.get::<String>("status")?.as_str() {
        "queued" => TrackState::Queued,
        "processing" => TrackState::Processing {
            progress: row.get::<f64>("progress")? as f32,
        },
        "ready" => TrackState::Ready(Media {
            revision: row.id("revision")?,
            measurements: Measurements {
                duration_seconds: row.get("duration_seconds")?,
                sample_rate: row.int("sample_rate")?,
                channels: row.int("channels")?,
                loudness: Loudness {
                    integrated_lufs: row.get("integrated_lufs")?,
                    loudness_range_lu: row.get("loudness_range_lu")?,
                    true_peak_dbtp: row.get("true_peak_dbtp")?,
                    sample_peak_dbfs: row.get("sample_peak_dbfs")?,
                    momentary_max_lufs: row.get("momentary_max_lufs")?,
                    short_term_max_lufs: row.get("short_term_max_lufs")?,
                },
            },
        }),
        // The table knows no fifth status.
        _ => TrackState::Failed(Failure {
            code: row.get("failure_code")?,
            detail: row.get("failure_detail")?,
        }),
    })
}

/// The columns that a sort key and a place in its list are made of.
fn sort_column(sort: TrackSort) -> &'static str {
    match sort {
        TrackSort::CreatedAt => "tracks.created_at",
        TrackSort::Title => "tracks.title_key",
    }
}

/// One page of a list.
pub(crate) fn list(query: &TrackQuery) -> Statement {
    let column = sort_column(query.sort);
    let (direction, beyond) = match query.order {
        SortOrder::Ascending => ("ASC", ">"),
        SortOrder::Descending => ("DESC", "<"),
    };
    let mut list = Statement::new(SELECT);
    list = match query.scope {
        // Word for word as the partial indexes say it, so that they can be used.
        TrackScope::Published => {
            list.push(" WHERE tracks.visibility = 'public' AND tracks.status = 'ready'")
        }
        TrackScope::PublishedBy(artist) => list
            .push(" WHERE tracks.visibility = 'public' AND tracks.status = 'ready'")
            .push(" AND tracks.artist_id = ")
            .push_bind(artist.uuid()),
        TrackScope::OwnedBy(owner) => list
            .push(" WHERE tracks.artist_id = ")
            .push_bind(owner.uuid()),
    };
    if let Some(genre) = &query.genre_key {
        list = list.push(" AND tracks.genre_key = ").push_bind(genre);
    }
    if let Some(after) = &query.after {
        list = list.push(&format!(" AND ({column}, tracks.id) {beyond} ("));
        let (place, id) = match after {
            TrackKeyset::CreatedAt(time, id) => (list.push_bind(*time), id),
            TrackKeyset::Title(title, id) => (list.push_bind(title), id),
        };
        list = place.push(", ").push_bind(id.uuid()).push(")");
    }
    list.push(&format!(
        " ORDER BY {column} {direction}, tracks.id {direction} LIMIT "
    ))
    .push_bind(query.limit)
}

/// Changes where a track stands, and raises its version by so much.
fn set_state(id: TrackId, state: &TrackState, raise: u8, now: Timestamp) -> Statement {
    let failure = match state {
        TrackState::Failed(failure) => Some(failure),
        _ => None,
    };
    let media = match state {
        TrackState::Ready(media) => Some(media),
        _ => None,
    };
    let measured = media.map(|media| &media.measurements);
    let loudness = measured.map(|measured| &measured.loudness);
    Statement::new(
            "UPDATE tracks
             SET status = $2, progress = $3, failure_code = $4, failure_detail = $5, revision = $6,
                 duration_seconds = $7, sample_rate = $8, channels = $9, integrated_lufs = $10,
                 loudness_range_lu = $11, true_peak_dbtp = $12, sample_peak_dbfs = $13,
                 momentary_max_lufs = $14, short_term_max_lufs = $15, updated_at = $16, version = version + $17
             WHERE id = $1",
        )
        .bind(id.uuid())
        .bind(state.status())
        .bind(state.progress())
        .bind(failure.map(|failure| &failure.code))
        .bind(failure.map(|failure| &failure.detail))
        .bind(media.map(|media| media.revision.uuid()))
        .bind(measured.map(|measured| measured.duration_seconds))
        .bind(measured.map(|measured| measured.sample_rate))
        .bind(measured.map(|measured| i64::from(measured.channels)))
        .bind(loudness.and_then(|loudness| loudness.integrated_lufs))
        .bind(loudness.and_then(|loudness| loudness.loudness_range_lu))
        .bind(loudness.and_then(|loudness| loudness.true_peak_dbtp))
        .bind(loudness.and_then(|loudness| loudness.sample_peak_dbfs))
        .bind(loudness.and_then(|loudness| loudness.momentary_max_lufs))
        .bind(loudness.and_then(|loudness| loudness.short_term_max_lufs))
        .bind(now)
        .bind(i64::from(raise))
}

#[async_trait]
impl Tracks for Unit {
    async fn add(&mut self, track: &Track) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO tracks (id, artist_id, title, title_key, genre, genre_key, description,
                                 visibility, status, source_key, source_size, version,
                                 created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, $11, $12, $13)",
        )
        .bind(track.id.uuid())
        .bind(track.artist.id.uuid())
        .bind(&track.title)
        .bind(track.title_key())
        .bind(&track.genre)
        .bind(track.genre_key())
        .bind(&track.description)
        .bind(track.visibility.as_str())
        .bind(track.source.key.as_str())
        .bind(i64::try_from(track.source.size).unwrap_or(i64::MAX))
        .bind(i64::try_from(track.version).unwrap_or(i64::MAX))
        .bind(track.created_at)
        .bind(track.updated_at)
        .execute(self, "tracks.add")
        .await?;
        if track.state != TrackState::Queued {
            set_state(track.id, &track.state, 0, track.updated_at)
                .execute(self, "tracks.add")
                .await?;
        }
        Ok(())
    }

    async fn find(&mut self, id: TrackId) -> Result<Option<Track>, PortError> {
        let row = Statement::new(format!("{SELECT} WHERE tracks.id = $1"))
            .bind(id.uuid())
            .locking("tracks")
            .optional(self, "tracks.find")
            .await?;
        row.as_ref().map(track).transpose()
    }

    async fn list(&mut self, query: &TrackQuery) -> Result<Vec<Track>, PortError> {
        let rows = list(query).all(self, "tracks.list").await?;
        rows.iter().map(track).collect()
    }

    async fn set_state(
        &mut self,
        id: TrackId,
        state: &TrackState,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        let rows = set_state(id, state, 1, now)
            .execute(self, "tracks.set_state")
            .await?;
        Ok(rows == 1)
    }

    async fn update(&mut self, track: &Track) -> Result<bool, PortError> {
        let rows = Statement::new(
            "UPDATE tracks
             SET title = $2, title_key = $3, genre = $4, genre_key = $5, description = $6,
                 visibility = $7, version = $8, updated_at = $9
             WHERE id = $1 AND version + 1 = $8",
        )
        .bind(track.id.uuid())
        .bind(&track.title)
        .bind(track.title_key())
        .bind(&track.genre)
        .bind(track.genre_key())
        .bind(&track.description)
        .bind(track.visibility.as_str())
        .bind(i64::try_from(track.version).unwrap_or(i64::MAX))
        .bind(track.updated_at)
        .execute(self, "tracks.update")
        .await?;
        Ok(rows == 1)
    }

    async fn set_progress(&mut self, id: TrackId, progress: f32) -> Result<bool, PortError> {
        let rows = Statement::new(
            "UPDATE tracks SET progress = $2 WHERE id = $1 AND status = 'processing'",
        )
        .bind(id.uuid())
        .bind(progress)
        .execute(self, "tracks.set_progress")
        .await?;
        Ok(rows == 1)
    }

    async fn delete(&mut self, id: TrackId) -> Result<bool, PortError> {
        let rows = Statement::new("DELETE FROM tracks WHERE id = $1")
            .bind(id.uuid())
            .execute(self, "tracks.delete")
            .await?;
        Ok(rows == 1)
    }

    async fn has_source(&mut self, key: &BlobKey) -> Result<bool, PortError> {
        let row = Statement::new("SELECT 1 FROM tracks WHERE source_key = $1 LIMIT 1")
            .bind(key.as_str())
            .optional(self, "tracks.has_source")
            .await?;
        Ok(row.is_some())
    }
}
