//! What is wrong is said, in time, and does not last longer than its cause.

use std::time::{Duration, Instant};

use test_services::postgres::Postgres;
use veza_core::conformance::{track_of, user_named};
use veza_core::kernel::{PortErrorKind, Store as _};
use veza_sql::{OpenError, PostgresOptions, SqlStore};

use crate::databases::{connect, new_database, options, places, shared};
use crate::proxy::Proxy;

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("veza.db");
    std::fs::write(
        &path,
        "this is not a database, and long enough to be read as one".repeat(99),
    )
    .unwrap();
    let error = SqlStore::sqlite(&path).await.unwrap_err();
    assert!(error.to_string().contains("cannot be opened"), "{error}");
}

#[tokio::test]
async fn a_url_that_is_none_is_refused_and_never_shown() {
    for url in [
        "",
        "veza.db",
        "mysql://ada:hunter2@localhost/veza",
        "postgres://ada:hunter2@localhost:port/veza",
    ] {
        let options = PostgresOptions::new(url);
        let error = SqlStore::postgres(&options).await.unwrap_err();
        assert!(matches!(error, OpenError::Url), "{url}: {error:?}");
        assert!(!format!("{options:?} {error:?} {error}").contains("hunter2"));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_within_the_time_limit() {
    // Nobody listens on one, and the other is a network that answers nothing (RFC 5737).
    for host in ["127.0.0.1:1", "192.0.2.1:5432"] {
        let options = PostgresOptions::new(format!("postgres://postgres@{host}/postgres"))
            .acquire_timeout(Duration::from_millis(500));
        let start = Instant::now();
        let error = SqlStore::postgres(&options).await.unwrap_err();
        assert!(matches!(error, OpenError::Open(_)), "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(3), "{host}");
    }
}

#[tokio::test]
async fn a_pool_that_is_used_up_is_said_within_the_time_limit() {
    let options = options()
        .await
        .connections(1)
        .acquire_timeout(Duration::from_millis(300));
    let store = SqlStore::postgres(&options).await.unwrap();
    let held = store.begin().await.unwrap();
    for _ in 0..3 {
        let start = Instant::now();
        let error = store.begin_read().await.err().unwrap();
        assert_eq!(error.kind, PortErrorKind::Unavailable);
        assert!(start.elapsed() < Duration::from_secs(2));
    }
    drop(held);
    store.begin_read().await.unwrap();
}

#[tokio::test]
async fn a_lock_that_does_not_come_is_given_up_within_the_time_limit() {
    let options = options()
        .await
        .statement_timeout(Duration::from_millis(300));
    let store = SqlStore::postgres(&options).await.unwrap();
    let user = user_named("ada");
    let mut unit = store.begin().await.unwrap();
    unit.users().add(&user).await.unwrap();
    unit.commit().await.unwrap();

    let mut holder = store.begin().await.unwrap();
    holder.users().find(user.id).await.unwrap();
    let mut reader = store.begin_read().await.unwrap();
    assert!(reader.users().find(user.id).await.unwrap().is_some());

    let mut waiting = store.begin().await.unwrap();
    // To refer to what is locked is no change of it.
    waiting.tracks().add(&track_of(&user, 1)).await.unwrap();
    let start = Instant::now();
    let error = waiting.users().find(user.id).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert!(start.elapsed() < Duration::from_secs(3));
    // What failed in part is not kept in part.
    let error = waiting.commit().await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Internal);
    holder.commit().await.unwrap();
    let mut reader = store.begin_read().await.unwrap();
    assert_eq!(
        reader.tracks().find(track_of(&user, 1).id).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn two_that_wait_for_each_other_are_told_apart() {
    let store = SqlStore::postgres(&options().await).await.unwrap();
    let (ada, bob) = (user_named("ada"), user_named("bob"));
    let mut unit = store.begin().await.unwrap();
    for user in [&ada, &bob] {
        unit.users().add(user).await.unwrap();
    }
    unit.commit().await.unwrap();
    let (mut one, mut other) = (store.begin().await.unwrap(), store.begin().await.unwrap());
    one.users().find(ada.id).await.unwrap();
    other.users().find(bob.id).await.unwrap();
    let (one, other) = tokio::join!(async { one.users().find(bob.id).await.map(drop) }, async {
        let found = other.users().find(ada.id).await.map(drop);
        drop(other);
        found
    },);
    let failed: Vec<_> = [one, other].into_iter().filter_map(Result::err).collect();
    assert_eq!(failed.len(), 1, "one of them goes on");
    assert_eq!(failed[0].kind, PortErrorKind::Unavailable);
}

#[tokio::test]
async fn after_a_failure_a_unit_of_work_keeps_nothing() {
    let (_folder, places) = places().await;
    for place in &places {
        let store = place.open().await;
        let mut unit = store.begin().await.unwrap();
        unit.users().add(&user_named("ada")).await.unwrap();
        unit.users().add(&user_named("ada")).await.unwrap_err();
        let late = unit.users().find(user_named("ada").id).await.unwrap_err();
        assert_eq!(late.kind, PortErrorKind::Internal);
        unit.commit().await.unwrap_err();
        let mut reader = store.begin_read().await.unwrap();
        let found = reader.users().find(user_named("ada").id).await.unwrap();
        assert_eq!(found, None);
    }
}

#[tokio::test]
async fn a_unit_of_work_that_does_nothing_is_ended_by_the_server() {
    let options = options().await.idle_timeout(Duration::from_millis(200));
    let store = SqlStore::postgres(&options).await.unwrap();
    let user = user_named("ada");
    let mut idle = store.begin().await.unwrap();
    idle.users().add(&user).await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    let error = idle.users().find(user.id).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    drop(idle);
    let mut unit = store.begin().await.unwrap();
    unit.users().add(&user).await.unwrap();
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn a_server_that_was_away_is_used_again_at_once() {
    let mut server = Postgres::start().unwrap();
    let url = new_database(&server.url()).await;
    let options = PostgresOptions::new(&url).acquire_timeout(Duration::from_secs(2));
    let store = SqlStore::postgres(&options).await.unwrap();
    // Several connections, which will all be dead.
    let mut units = Vec::new();
    for _ in 0..5 {
        units.push(store.begin().await.unwrap());
    }
    let mut open = units.pop().unwrap();
    drop(units);
    server.kill().unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let lost = open.users().find(user_named("ada").id).await.unwrap_err();
    assert_eq!(lost.kind, PortErrorKind::Unavailable);
    let start = Instant::now();
    let error = store.begin().await.err().unwrap();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert!(start.elapsed() < Duration::from_secs(4));

    server.restart().unwrap();
    for _ in 0..8 {
        let mut unit = store.begin().await.unwrap();
        unit.users().find(user_named("ada").id).await.unwrap();
        unit.commit().await.unwrap();
    }
    let mut watcher = connect(&url).await;
    let row = sqlx::query_scalar::<_, i64>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()",
    );
    let open = row.fetch_one(&mut watcher).await.unwrap();
    assert!(open <= 11, "{open} connections are open");
}

#[tokio::test]
async fn a_network_that_swallows_everything_is_given_up_within_the_time_limit() {
    let url = new_database(shared()).await;
    let (server, database) = url.rsplit_once('/').unwrap();
    let proxy = Proxy::start(server.rsplit_once(':').unwrap().1.parse().unwrap()).await;
    let url = format!("postgres://postgres@127.0.0.1:{}/{database}", proxy.port());
    let options = PostgresOptions::new(url)
        .connections(3)
        .acquire_timeout(Duration::from_millis(500))
        .statement_timeout(Duration::from_millis(500));
    let store = SqlStore::postgres(&options).await.unwrap();
    let user = user_named("ada");
    let mut open = store.begin().await.unwrap();
    let mut committing = store.begin().await.unwrap();
    committing.users().add(&user).await.unwrap();

    proxy.hold(true);
    let start = Instant::now();
    let lost = open.users().find(user.id).await.unwrap_err();
    assert_eq!(lost.kind, PortErrorKind::Unavailable);
    let unsure = committing.commit().await.unwrap_err();
    assert_eq!(unsure.kind, PortErrorKind::Unavailable);
    drop(open);
    for _ in 0..4 {
        let error = store.begin().await.err().unwrap();
        assert_eq!(error.kind, PortErrorKind::Unavailable);
    }
    assert!(start.elapsed() < Duration::from_secs(10));

    proxy.hold(false);
    let start = Instant::now();
    while store.ping().await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(10), "it is back");
    }
}
