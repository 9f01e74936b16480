//! Lists, claims and the outbox are read by an index, not by looking at every row.

use veza_core::analytics::{MetricKeyset, MetricQuery};
use veza_core::auth::{AuditAction, AuditFilter, UserId};
use veza_core::conformance::job_at;
use veza_core::jobs::{Claim, JobQuery, JobStatus};
use veza_core::kernel::{Day, Timestamp, UnitOfWork as _};
use veza_core::streaming::{SortOrder, TrackKeyset, TrackQuery, TrackScope, TrackSort};

use crate::databases;
use crate::dialect::Dialect;
use crate::statement::Statement;
use crate::unit::Unit;
use crate::{
    SqlStore, account_exports, analytics, audit_events, deliveries, identities, inbox, jobs,
    outbox, revocations, sessions, tracks, unique, users,
};

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

fn later_metrics(event_type: Option<&str>) -> Statement {
    let today = Day::of(NOW);
    analytics::metrics(&MetricQuery {
        from: today.minus(30),
        to: today,
        event_type: event_type.map(str::to_owned),
        after: Some(MetricKeyset {
            day: today.minus(20),
            event_type: "test.thing.done.v1".into(),
        }),
        limit: 20,
    })
}

/// A later page of the record.
fn later_lines(action: Option<AuditAction>) -> Statement {
    audit_events::list(&AuditFilter {
        user: None,
        action,
        after: Some((NOW, uuid::Uuid::nil().into())),
        limit: 20,
    })
}

/// What is asked often or of tables that grow, with the index which has to answer it.
fn questions() -> Vec<(&'static str, Statement)> {
    use TrackScope::{OwnedBy, Published};
    use TrackSort::{CreatedAt, Title};

    let consumer = "cache".parse().unwrap();
    let jazz = Some("jazz");
    let ada = UserId::from(uuid::Uuid::nil());
    let owned = OwnedBy(ada);
    let dead = JobQuery {
        status: Some(JobStatus::Dead),
        before: Some(uuid::Uuid::nil().into()),
        limit: 20,
        ..JobQuery::default()
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
        (
            "idx_jobs_kind_priority_run_at",
            jobs::is_due("test.work", NOW),
        ),
        ("idx_jobs_kind_lease_until", jobs::is_due("test.work", NOW)),
        ("idx_jobs_id", jobs::list(&dead)),
        ("idx_outbox_events_seq", outbox::unpublished(100)),
        ("idx_users_role", users::admins()),
        (
            "idx_account_exports_expires_at",
            account_exports::expired(NOW, 100),
        ),
        (
            "idx_identities_provider_subject",
            identities::find(&"google".parse().unwrap(), "248289761001"),
        ),
        (
            "idx_identities_user_id_created_at",
            identities::list_of(ada),
        ),
        (
            "idx_pending_authorizations_expires_at",
            identities::prune(NOW, 100, ""),
        ),
        ("idx_sessions_user_id_last_used_at", sessions::list_of(ada)),
        ("idx_sessions_expires_at", sessions::prune_ended(NOW, 100)),
        (
            "idx_refresh_tokens_changed_at",
            sessions::prune_retired(NOW, 100),
        ),
        (
            "idx_revocations_expires_at_issued_before",
            revocations::list(NOW, NOW),
        ),
        ("idx_audit_events_occurred_at", later_lines(None)),
        (
            "idx_audit_events_action_occurred_at",
            later_lines(Some(AuditAction::LogIn)),
        ),
        (
            "idx_audit_events_actor_id_occurred_at",
            audit_events::addresses_of(uuid::Uuid::nil().into(), NOW, 200),
        ),
        ("analytics_daily", later_metrics(None)),
        (
            "idx_analytics_daily_event_type_day",
            later_metrics(Some("test.thing.done.v1")),
        ),
        ("idx_outbox_events_seq", outbox::due(NOW, 100)),
        ("idx_outbox_events_aggregate_id_seq", outbox::due(NOW, 100)),
        ("idx_outbox_events_seq", outbox::backlog()),
        ("idx_outbox_events_parked_at_seq", outbox::parked(100)),
        ("idx_outbox_events_published_at", outbox::forget(NOW, 100)),
        ("idx_inbox_events_seen_at", inbox::forget(NOW, 100)),
        (
            "idx_event_deliveries_consumer_seq",
            deliveries::due(&consumer, NOW, 100),
        ),
        (
            "idx_event_deliveries_consumer_aggregate_id_seq",
            deliveries::due(&consumer, NOW, 100),
        ),
        (
            "idx_event_deliveries_consumer_dead_at_seq",
            deliveries::dead(&consumer, 100),
        ),
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
    for (index, question) in questions() {
        let plan = plan(&mut unit, question).await;
        assert!(plan.contains(index), "{index}: {plan}");
        for slow in ["TEMP B-TREE", "Sort", "Seq Scan"] {
            assert!(!plan.contains(slow), "{index}: {plan}");
        }
    }
}

/// Counting has to put what it counts together, but reads nothing of other days.
async fn a_day_is_counted_without_its_neighbours(store: &SqlStore) {
    let mut unit = store.unit("plan", false).await.unwrap();
    let plan = plan(&mut unit, analytics::count(Day::of(NOW))).await;
    let bounded = plan.contains("(occurred_at>? AND occurred_at<?)")
        || plan.contains("(occurred_at >= '2025-11-02 00:00:00+00'");
    assert!(bounded, "{plan}");
}

#[tokio::test]
async fn no_list_claim_or_relay_looks_at_every_row_on_sqlite() {
    let (_folder, store) = databases::sqlite().await;
    no_question_looks_at_every_row(&store).await;
    a_day_is_counted_without_its_neighbours(&store).await;
}

#[tokio::test]
async fn no_list_claim_or_relay_looks_at_every_row_on_postgres() {
    let store = databases::postgres().await;
    no_question_looks_at_every_row(&store).await;
    a_day_is_counted_without_its_neighbours(&store).await;
}

/// Of each priority as many are read as are wanted, by an index and in its order; only these few
/// are sorted.
async fn a_claim_reads_few(store: &SqlStore) {
    let mut unit = store.unit("plan", true).await.unwrap();
    let dialect = unit.dialect();
    let claim = Claim {
        kind: "test.work",
        limit: 5,
        worker: "w",
        now: NOW,
        lease_until: NOW,
    };
    for number in 0..500 {
        let job = job_at(number, NOW);
        unit.jobs().enqueue(&job).await.unwrap();
    }
    if dialect == Dialect::Postgres {
        let analyze = Statement::new("ANALYZE jobs");
        analyze.execute(&mut unit, "plan").await.unwrap();
        // Small as it still is, the table would be read whole when few of its pages are filled.
        let off = Statement::new("SET LOCAL enable_seqscan = off");
        off.execute(&mut unit, "plan").await.unwrap();
    }
    let plan = plan(&mut unit, jobs::claim(dialect, &claim)).await;
    let by_index = plan.matches("idx_jobs_kind_priority_run_at").count();
    assert_eq!(by_index, 3, "{plan}");
    assert_eq!(
        plan.matches("idx_jobs_kind_lease_until").count(),
        1,
        "{plan}"
    );
    assert!(
        !plan.contains("Seq Scan") && !plan.contains("SCAN jobs"),
        "{plan}"
    );
    assert!(plan.matches("Sort\n").count() <= 1, "{plan}");
    assert!(plan.matches("TEMP B-TREE").count() <= 1, "{plan}");
}

#[tokio::test]
async fn a_claim_reads_few_rows_on_sqlite() {
    let (_folder, store) = databases::sqlite().await;
    a_claim_reads_few(&store).await;
}

#[tokio::test]
async fn a_claim_reads_few_rows_on_postgres() {
    a_claim_reads_few(&databases::postgres().await).await;
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
