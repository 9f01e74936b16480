//! Tracks.

use async_trait::async_trait;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;
use veza_core::files::BlobKey;
use veza_core::kernel::{PortError, Timestamp, TypedId as _};
use veza_core::streaming::{
    Artist, Failure, Loudness, Measurements, Media, SortOrder, Source, Track, TrackId, TrackKeyset,
    TrackQuery, TrackScope, TrackSort, TrackState, Tracks, Visibility,
};

use crate::dialect::sqlite::port_error;
use crate::row::Reader;
use crate::unit::SqliteUnit;

/// Tracks with the present name of their artist.
const SELECT: &str = "SELECT tracks.*, users.username AS artist_username
    FROM tracks JOIN users ON users.id = tracks.artist_id";

fn track(op: &'static str, row: &SqliteRow) -> Result<Track, PortError> {
    let row = Reader { op, row };
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
        state: state(&row)?,
        source: Source {
            key: row.parsed("source_key", |key: String| key.parse().ok())?,
            size: row.int("source_size")?,
        },
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn state(row: &Reader<'_>) -> Result<TrackState, PortError> {
    Ok(match row.get::<&str>("status")? {
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

/// One page of a list. Only our own words are put together here; what came from outside is bound.
pub(crate) fn list_sql(query: &TrackQuery) -> String {
    let column = sort_column(query.sort);
    let (direction, beyond) = match query.order {
        SortOrder::Ascending => ("ASC", ">"),
        SortOrder::Descending => ("DESC", "<"),
    };
    let mut sql = SELECT.to_owned();
    sql.push_str(match query.scope {
        // Word for word as the partial indexes say it, so that they can be used.
        TrackScope::Published => {
            " WHERE tracks.visibility = 'public' AND tracks.status = 'ready' AND $1 IS NULL"
        }
        TrackScope::OwnedBy(_) => " WHERE tracks.artist_id = $1",
    });
    sql.push_str(match query.genre_key {
        Some(_) => " AND tracks.genre_key = $2",
        None => " AND $2 IS NULL",
    });
    if query.after.is_some() {
        sql.push_str(&format!(" AND ({column}, tracks.id) {beyond} ($4, $5)"));
    }
    sql.push_str(&format!(
        " ORDER BY {column} {direction}, tracks.id {direction} LIMIT $3"
    ));
    sql
}

#[async_trait]
impl Tracks for SqliteUnit {
    async fn add(&mut self, track: &Track) -> Result<(), PortError> {
        sqlx::query(
            "INSERT INTO tracks (id, artist_id, title, title_key, genre, genre_key, description,
                                 visibility, status, source_key, source_size, created_at,
                                 updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, $11, $12)",
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
        .bind(track.created_at.as_millis())
        .bind(track.updated_at.as_millis())
        .execute(self.connection())
        .await
        .map_err(|error| port_error("tracks.add", error))?;
        if track.state != TrackState::Queued {
            self.set_state(track.id, &track.state, track.updated_at)
                .await?;
        }
        Ok(())
    }

    async fn find(&mut self, id: TrackId) -> Result<Option<Track>, PortError> {
        const OP: &str = "tracks.find";
        let row = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE tracks.id = $1")))
            .bind(id.uuid())
            .fetch_optional(self.connection())
            .await
            .map_err(|error| port_error(OP, error))?;
        row.map(|row| track(OP, &row)).transpose()
    }

    async fn list(&mut self, query: &TrackQuery) -> Result<Vec<Track>, PortError> {
        const OP: &str = "tracks.list";
        let owner: Option<Uuid> = match query.scope {
            TrackScope::Published => None,
            TrackScope::OwnedBy(owner) => Some(owner.uuid()),
        };
        let statement = sqlx::query(AssertSqlSafe(list_sql(query)))
            .bind(owner)
            .bind(&query.genre_key)
            .bind(i64::from(query.limit));
        let statement = match &query.after {
            None => statement,
            Some(TrackKeyset::CreatedAt(time, id)) => {
                statement.bind(time.as_millis()).bind(id.uuid())
            }
            Some(TrackKeyset::Title(title, id)) => statement.bind(title).bind(id.uuid()),
        };
        let rows = statement
            .fetch_all(self.connection())
            .await
            .map_err(|error| port_error(OP, error))?;
        rows.iter().map(|row| track(OP, row)).collect()
    }

    async fn set_state(
        &mut self,
        id: TrackId,
        state: &TrackState,
        now: Timestamp,
    ) -> Result<bool, PortError> {
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
        let done = sqlx::query(
            "UPDATE tracks
             SET status = $2, progress = $3, failure_code = $4, failure_detail = $5, revision = $6,
                 duration_seconds = $7, sample_rate = $8, channels = $9, integrated_lufs = $10,
                 loudness_range_lu = $11, true_peak_dbtp = $12, sample_peak_dbfs = $13,
                 momentary_max_lufs = $14, short_term_max_lufs = $15, updated_at = $16
             WHERE id = $1",
        )
        .bind(id.uuid())
        .bind(state.status())
        .bind(f64::from(state.progress()))
        .bind(failure.map(|failure| &failure.code))
        .bind(failure.map(|failure| &failure.detail))
        .bind(media.map(|media| media.revision.uuid()))
        .bind(measured.map(|measured| measured.duration_seconds))
        .bind(measured.map(|measured| i64::from(measured.sample_rate)))
        .bind(measured.map(|measured| i64::from(measured.channels)))
        .bind(loudness.and_then(|loudness| loudness.integrated_lufs))
        .bind(loudness.and_then(|loudness| loudness.loudness_range_lu))
        .bind(loudness.and_then(|loudness| loudness.true_peak_dbtp))
        .bind(loudness.and_then(|loudness| loudness.sample_peak_dbfs))
        .bind(loudness.and_then(|loudness| loudness.momentary_max_lufs))
        .bind(loudness.and_then(|loudness| loudness.short_term_max_lufs))
        .bind(now.as_millis())
        .execute(self.connection())
        .await
        .map_err(|error| port_error("tracks.set_state", error))?;
        Ok(done.rows_affected() == 1)
    }

    async fn set_progress(&mut self, id: TrackId, progress: f32) -> Result<bool, PortError> {
        let done =
            sqlx::query("UPDATE tracks SET progress = $2 WHERE id = $1 AND status = 'processing'")
                .bind(id.uuid())
                .bind(f64::from(progress))
                .execute(self.connection())
                .await
                .map_err(|error| port_error("tracks.set_progress", error))?;
        Ok(done.rows_affected() == 1)
    }

    async fn delete(&mut self, id: TrackId) -> Result<bool, PortError> {
        let done = sqlx::query("DELETE FROM tracks WHERE id = $1")
            .bind(id.uuid())
            .execute(self.connection())
            .await
            .map_err(|error| port_error("tracks.delete", error))?;
        Ok(done.rows_affected() == 1)
    }

    async fn has_source(&mut self, key: &BlobKey) -> Result<bool, PortError> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM tracks WHERE source_key = $1)")
            .bind(key.as_str())
            .fetch_one(self.connection())
            .await
            .map_err(|error| port_error("tracks.has_source", error))
    }
}
