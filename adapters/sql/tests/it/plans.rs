//! Lists are read by an index, not by looking at every row.

use sqlx::Row as _;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use veza_sql::SqliteStore;

async fn plan(connection: &mut SqliteConnection, sql: &'static str) -> String {
    let rows = sqlx::query(sql).fetch_all(connection).await.unwrap();
    rows.iter()
        .map(|row| row.get::<String, _>("detail"))
        .collect::<Vec<_>>()
        .join("; ")
}

#[tokio::test]
async fn pages_and_claims_use_their_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("veza.db");
    SqliteStore::open(&path).await.unwrap().close().await;
    let mut db = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .unwrap();
    let cases = [
        (
            "idx_tracks_created_at",
            "EXPLAIN QUERY PLAN SELECT tracks.*, users.username FROM tracks
             JOIN users ON users.id = tracks.artist_id
             WHERE tracks.visibility = 'public' AND tracks.status = 'ready' AND $1 IS NULL
               AND $2 IS NULL AND (tracks.created_at, tracks.id) < ($4, $5)
             ORDER BY tracks.created_at DESC, tracks.id DESC LIMIT $3",
        ),
        (
            "idx_tracks_genre_key_title_key",
            "EXPLAIN QUERY PLAN SELECT tracks.*, users.username FROM tracks
             JOIN users ON users.id = tracks.artist_id
             WHERE tracks.visibility = 'public' AND tracks.status = 'ready' AND $1 IS NULL
               AND tracks.genre_key = $2 AND (tracks.title_key, tracks.id) > ($4, $5)
             ORDER BY tracks.title_key ASC, tracks.id ASC LIMIT $3",
        ),
        (
            "idx_jobs_run_at",
            "EXPLAIN QUERY PLAN SELECT id FROM jobs
             WHERE status IN ('queued', 'running') AND kind IN (SELECT value FROM json_each($1))
               AND ((status = 'queued' AND run_at <= $4)
                 OR (status = 'running' AND lease_until <= $4))
             ORDER BY run_at, id LIMIT 1",
        ),
        (
            "idx_outbox_events_seq",
            "EXPLAIN QUERY PLAN SELECT * FROM outbox_events WHERE published_at IS NULL
             ORDER BY seq LIMIT 5",
        ),
    ];
    for (index, sql) in cases {
        let plan = plan(&mut db, sql).await;
        assert!(plan.contains(index), "{index}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "sorted by hand: {plan}");
    }
}
