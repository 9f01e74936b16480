//! Lists, claims and the outbox are read by an index, not by looking at every row.

use veza_core::auth::UserId;
use veza_core::jobs::Claim;
use veza_core::kernel::Timestamp;
use veza_core::streaming::{SortOrder, TrackKeyset, TrackQuery, TrackScope, TrackSort};

use crate::databases;
use crate::dialect::Dialect;
use crate::statement::Statement;
use crate::unit::Unit;
use crate::{SqlStore, jobs, outbox, tracks, unique};

const NOW: Timestamp = Timestamp::from_millis(1_762_079_400_000);

/// How the database would run it.
async fn plan(unit: &mut Unit, statement: Statement) -> String {
    let (explain, column) = match unit.dialect() {
        Dialect::Sqlite => ("EXPLAIN QUERY PLAN ", "detail"),
        Dialect::Postgres => ("EXPLAIN (COSTS OFF) ", "QUERY PLAN"),
    };
    let rows = statement.after(explain).all(unit, "plan").await.unwrap();
    let lines = rows.iter().map(|row| row.get::<String>(column).unwrap());
    lines.map(|line| line + "\n").collect()
}

fn later_page(scope: TrackScope, genre: Option<&str>, sort: TrackSort) -> Statement {
    let track = uuid::Uuid::nil().into();
    let after = match sort {
        TrackSort::CreatedAt => TrackKeyset::CreatedAt(NOW, track),
        TrackSort::Title => TrackKeyset::Title("title".into(), track),
    };
    tracks::list(&TrackQuery {
        scope,
        genre_key: genre.map(str::to_owned),
        sort,
        order: SortOrder::Descending,
        after: Some(after),
        limit: 20,
    })
}

/// What is asked often or of tables that grow, with the index which has to answer it.
fn questions(dialect: Dialect) -> Vec<(&'static str, Statement)> {
    use TrackScope::{OwnedBy, Published};
    use TrackSort::{CreatedAt, Title};

    let jazz = Some("jazz");
    let owned = OwnedBy(UserId::from(uuid::Uuid::nil()));
    let claim = Claim {
        kinds: &["test.work", "test.more"],
        worker: "w",
        now: NOW,
        lease_until: NOW,
    };
    vec![
        (
            "idx_tracks_created_at",
            later_page(Published, None, CreatedAt),
        ),
        ("idx_tracks_title_key", later_page(Published, None, Title)),
        (
            "idx_tracks_genre_key_created_at",
            later_page(Published, jazz, CreatedAt),
        ),
        (
            "idx_tracks_genre_key_title_key",
            later_page(Published, jazz, Title),
        ),
        (
            "idx_tracks_artist_id_created_at",
            later_page(owned, None, CreatedAt),
        ),
        ("idx_jobs_run_at", jobs::claim(dialect, &claim)),
        ("idx_outbox_events_seq", outbox::unpublished(100)),
    ]
}

async fn no_question_looks_at_every_row(store: &SqlStore) {
    let mut unit = store.unit("plan", true).await.unwrap();
    let dialect = unit.dialect();
    if dialect == Dialect::Postgres {
        // The tables are all but empty, where reading them whole is quickest.
        for setting in ["enable_seqscan", "enable_sort", "enable_bitmapscan"] {
            let off = Statement::new(format!("SET LOCAL {setting} = off"));
            off.execute(&mut unit, "plan").await.unwrap();
        }
    }
    for (index, question) in questions(dialect) {
        let plan = plan(&mut unit, question).await;
        assert!(plan.contains(index), "{index}: {plan}");
        for slow in ["TEMP B-TREE", "Sort", "Seq Scan"] {
            assert!(!plan.contains(slow), "{index}: {plan}");
        }
    }
}

#[tokio::test]
async fn no_list_claim_or_relay_looks_at_every_row_on_sqlite() {
    let (_folder, store) = databases::sqlite().await;
    no_question_looks_at_every_row(&store).await;
}

#[tokio::test]
async fn no_list_claim_or_relay_looks_at_every_row_on_postgres() {
    no_question_looks_at_every_row(&databases::postgres().await).await;
}

/// The names of all unique indexes but those of primary keys.
async fn unique_indexes(store: &SqlStore) -> Vec<String> {
    let mut unit = store.unit("indexes", false).await.unwrap();
    let sql = match unit.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_schema
             WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%' ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT indexname::text AS name FROM pg_indexes
             WHERE schemaname = current_schema() AND indexdef LIKE 'CREATE UNIQUE%'
               AND indexname NOT LIKE '%\\_pkey' ORDER BY name"
        }
    };
    let rows = Statement::new(sql).all(&mut unit, "indexes").await.unwrap();
    rows.iter().map(|row| row.get("name").unwrap()).collect()
}

#[tokio::test]
async fn every_unique_index_is_on_both_databases_and_says_what_is_taken() {
    let (_folder, sqlite) = databases::sqlite().await;
    let indexes = unique_indexes(&sqlite).await;
    assert_eq!(indexes, unique_indexes(&databases::postgres().await).await);
    for index in &indexes {
        assert!(unique::is_named(index), "{index} has no name in unique.rs");
    }
    assert!(indexes.len() >= 3);
}
