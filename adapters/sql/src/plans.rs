//! Lists, claims and the outbox are read by an index, not by looking at every row.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _, SqliteConnection};
use veza_core::auth::UserId;
use veza_core::kernel::Timestamp;
use veza_core::streaming::{SortOrder, TrackKeyset, TrackQuery, TrackScope, TrackSort};

use crate::SqliteStore;
use crate::jobs::claim_sql;
use crate::outbox::UNPUBLISHED;
use crate::tracks::list_sql;

async fn plan(db: &mut SqliteConnection, sql: &str) -> Result<String, sqlx::Error> {
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let rows = sqlx::query(explain).fetch_all(db).await?;
    Ok(rows
        .iter()
        .map(|row| row.get::<String, _>("detail") + ";")
        .collect())
}

fn later_page(scope: TrackScope, genre: Option<&str>, sort: TrackSort) -> String {
    let track = uuid::Uuid::nil().into();
    let after = match sort {
        TrackSort::CreatedAt => TrackKeyset::CreatedAt(Timestamp::from_millis(0), track),
        TrackSort::Title => TrackKeyset::Title("title".into(), track),
    };
    list_sql(&TrackQuery {
        scope,
        genre_key: genre.map(str::to_owned),
        sort,
        order: SortOrder::Descending,
        after: Some(after),
        limit: 20,
    })
}

#[tokio::test]
async fn no_list_claim_or_relay_looks_at_every_row() {
    use TrackScope::Published;
    use TrackSort::{CreatedAt, Title};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("veza.db");
    SqliteStore::open(&path).await.unwrap().close().await;
    let mut db = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .unwrap();
    let owned = TrackScope::OwnedBy(UserId::from(uuid::Uuid::nil()));
    let cases = [
        (
            "idx_tracks_created_at",
            later_page(Published, None, CreatedAt),
        ),
        ("idx_tracks_title_key", later_page(Published, None, Title)),
        (
            "idx_tracks_genre_key_created_at",
            later_page(Published, Some("jazz"), CreatedAt),
        ),
        (
            "idx_tracks_genre_key_title_key",
            later_page(Published, Some("jazz"), Title),
        ),
        (
            "idx_tracks_artist_id_created_at",
            later_page(owned, None, CreatedAt),
        ),
        ("idx_jobs_run_at", claim_sql()),
        ("idx_outbox_events_seq", UNPUBLISHED.into()),
    ];
    for (index, sql) in cases {
        let plan = plan(&mut db, &sql).await.unwrap();
        assert!(plan.contains(index), "{index}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "sorted by hand: {plan}");
    }
}
