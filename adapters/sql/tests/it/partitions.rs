//! What is kept in parts by time.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Executor as _, PgConnection};
use uuid::Uuid;
use veza_core::analytics::AnalyticsEvent;
use veza_core::kernel::{Day, Partitions as _, PortErrorKind, Store as _, Timestamp};
use veza_sql::SqlStore;

use crate::databases::{connect, new_database, patient, shared};

/// 2026-11-22.
const NOW: Timestamp = Timestamp::from_millis(1_795_305_600_000);

fn event(occurred_at: Timestamp) -> AnalyticsEvent {
    AnalyticsEvent {
        event_id: Uuid::from_u128(occurred_at.as_millis().unsigned_abs().into()).into(),
        event_type: "test.thing.done.v1".into(),
        aggregate_id: Uuid::nil(),
        occurred_at,
        recorded_at: NOW,
    }
}

async fn append(store: &SqlStore, occurred_at: Timestamp) -> bool {
    let mut unit = store.begin().await.unwrap();
    let new = unit.analytics_events().append(&event(occurred_at)).await;
    unit.commit().await.unwrap();
    new.unwrap()
}

async fn events_of(store: &SqlStore, time: Timestamp) -> u64 {
    let mut reader = store.begin_read().await.unwrap();
    let counted = reader
        .analytics_events()
        .count(Day::of(time))
        .await
        .unwrap();
    counted.iter().map(|metric| metric.events).sum()
}

/// A database with its store and a connection beside it.
async fn database() -> (String, SqlStore, PgConnection) {
    let url = new_database(shared()).await;
    let store = SqlStore::postgres(&patient(&url)).await.unwrap();
    let connection = connect(&url).await;
    (url, store, connection)
}

async fn names(connection: &mut PgConnection, table: &str) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT inhrelid::regclass::text FROM pg_inherits
         WHERE inhparent = $1::text::regclass ORDER BY 1",
    )
    .bind(table)
    .fetch_all(connection)
    .await
    .unwrap()
}

async fn count(connection: &mut PgConnection, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn partitions_are_made_ahead_and_filled_with_what_was_waiting() {
    let (_url, store, mut connection) = database().await;
    append(&store, NOW).await;
    append(&store, NOW.minus(Duration::from_secs(86_400))).await;
    assert_eq!(count(&mut connection, "analytics_events_default").await, 2);

    assert_eq!(store.make_ahead(NOW).await.unwrap(), 8 + 3);
    let days = names(&mut connection, "analytics_events").await;
    let expected: Vec<String> = (22..=29)
        .map(|day| format!("analytics_events_2026_11_{day}"))
        .chain(["analytics_events_default".into()])
        .collect();
    assert_eq!(days, expected);
    assert_eq!(
        names(&mut connection, "messages").await,
        [
            "messages_2026_11",
            "messages_2026_12",
            "messages_2027_01",
            "messages_default"
        ]
    );
    assert_eq!(
        count(&mut connection, "analytics_events_2026_11_22").await,
        1
    );
    assert_eq!(count(&mut connection, "analytics_events_default").await, 1);
    assert_eq!(events_of(&store, NOW).await, 1);

    assert_eq!(store.make_ahead(NOW).await.unwrap(), 0, "they are there");
    let tomorrow = NOW.plus(Duration::from_secs(86_400));
    assert_eq!(store.make_ahead(tomorrow).await.unwrap(), 1);
    append(&store, tomorrow).await;
    assert_eq!(
        count(&mut connection, "analytics_events_2026_11_23").await,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_instances_make_each_partition_once_while_others_write() {
    let (url, store, mut connection) = database().await;
    let writing = {
        let store = store.clone();
        tokio::spawn(async move {
            let mut longest = Duration::ZERO;
            for number in 0..200 {
                let start = Instant::now();
                assert!(append(&store, NOW.plus(Duration::from_secs(number * 300))).await);
                longest = longest.max(start.elapsed());
            }
            longest
        })
    };
    let mut making = Vec::new();
    for _ in 0..4 {
        let store = SqlStore::postgres(&patient(&url)).await.unwrap();
        making.push(tokio::spawn(async move {
            loop {
                match store.make_ahead(NOW).await {
                    Ok(made) => break made,
                    // A writer was in the way.
                    Err(error) => assert_eq!(error.kind, PortErrorKind::Unavailable),
                }
            }
        }));
    }
    let mut made = 0;
    for making in making {
        made += making.await.unwrap();
    }
    made += store.make_ahead(NOW).await.unwrap();
    assert_eq!(made, 8 + 3);
    let longest = writing.await.unwrap();
    assert!(
        longest < Duration::from_secs(3),
        "a writer waited {longest:?}"
    );
    assert_eq!(count(&mut connection, "analytics_events").await, 200);
}

#[tokio::test]
async fn somebody_who_reads_for_long_is_not_waited_for() {
    let (_url, store, mut reader) = database().await;
    reader.execute("BEGIN").await.unwrap();
    reader
        .execute("SELECT * FROM analytics_events")
        .await
        .unwrap();
    let start = Instant::now();
    let error = store.make_ahead(NOW).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert!(start.elapsed() < Duration::from_secs(4));
    append(&store, NOW).await;
    reader.execute("COMMIT").await.unwrap();
    assert_eq!(store.make_ahead(NOW).await.unwrap(), 11);
}
