use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use veza_core::conformance::{self, job_at, user_named};
use veza_core::jobs::Claim;
use veza_core::kernel::{PortErrorKind, Store as _, Timestamp};
use veza_sql::SqliteStore;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let count = AtomicU32::new(0);
    conformance::store(async || {
        let name = format!("{}.db", count.fetch_add(1, Ordering::SeqCst));
        SqliteStore::open(&folder.path().join(name)).await.unwrap()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_claim_at_once_and_none_gets_the_job_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("veza.db");
    // Two stores on one file are as two processes.
    let stores = [
        SqliteStore::open(&path).await.unwrap(),
        SqliteStore::open(&path).await.unwrap(),
    ];
    let now = Timestamp::from_millis(1_762_079_400_000);
    let mut unit = stores[0].begin().await.unwrap();
    for number in 0..40 {
        unit.jobs().enqueue(&job_at(number, now)).await.unwrap();
    }
    unit.commit().await.unwrap();

    let stores = Arc::new(stores);
    let workers: Vec<_> = (0..8)
        .map(|worker| {
            let stores = Arc::clone(&stores);
            tokio::spawn(async move {
                let mut mine = Vec::new();
                let mut patience = 5;
                loop {
                    let mut unit = match stores[worker % 2].begin().await {
                        // The other waits long for a slow disk; a worker asks again later.
                        Err(error) if error.kind == PortErrorKind::Unavailable && patience > 0 => {
                            patience -= 1;
                            continue;
                        }
                        begun => begun.unwrap(),
                    };
                    let lease_until = now.plus(Duration::from_secs(60));
                    let claim = Claim {
                        kinds: &["test.work"],
                        worker: "w",
                        now,
                        lease_until,
                    };
                    let Some(job) = unit.jobs().claim(&claim).await.unwrap() else {
                        break mine;
                    };
                    unit.commit().await.unwrap();
                    mine.push(job.id);
                }
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap());
    }
    claimed.sort();
    claimed.dedup();
    assert_eq!(claimed.len(), 40);
}

#[tokio::test]
async fn a_unit_of_work_that_is_given_up_half_way_blocks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("veza.db"))
        .await
        .unwrap();
    for attempt in 0_u32..50 {
        let user = user_named("ada");
        let work = async {
            let mut unit = store.begin().await.unwrap();
            unit.users().add(&user).await.unwrap();
            std::future::pending::<()>().await;
        };
        // At a different moment each time, as when a client goes away.
        let moment = Duration::from_micros(u64::from(attempt) * 37);
        tokio::time::timeout(moment, work).await.unwrap_err();
    }
    let mut unit = store.begin().await.unwrap();
    unit.users().add(&user_named("ada")).await.unwrap();
    unit.commit().await.unwrap();
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("veza.db");
    std::fs::write(
        &path,
        "this is not a database, and long enough to be read as one".repeat(99),
    )
    .unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(error.to_string().contains("cannot be opened"), "{error}");
}
