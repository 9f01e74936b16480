//! Many at once.

use std::sync::Arc;
use std::time::Duration;

use veza_core::conformance::{job_at, track_of, user_named};
use veza_core::jobs::Claim;
use veza_core::kernel::{PortErrorKind, Store as _, Timestamp};
use veza_core::streaming::TrackState;
use veza_sql::SqlStore;

use crate::databases::{Place, options, places};

const NOW: Timestamp = Timestamp::from_millis(1_762_079_400_000);

/// Two stores on one database are as two processes.
async fn two(place: &Place) -> Arc<[SqlStore; 2]> {
    Arc::new([place.open().await, place.open().await])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_claim_at_once_and_none_gets_the_job_of_another() {
    let (_folder, places) = places().await;
    for place in &places {
        many_claim(two(place).await).await;
    }
}

async fn many_claim(stores: Arc<[SqlStore; 2]>) {
    let mut unit = stores[0].begin().await.unwrap();
    for number in 0..40 {
        unit.jobs().enqueue(&job_at(number, NOW)).await.unwrap();
    }
    unit.commit().await.unwrap();

    let workers: Vec<_> = (0..8)
        .map(|worker| tokio::spawn(claim_all(Arc::clone(&stores), worker)))
        .collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap());
    }
    let all = claimed.len();
    claimed.sort();
    claimed.dedup();
    assert_eq!((claimed.len(), all), (40, 40));
}

async fn claim_all(stores: Arc<[SqlStore; 2]>, worker: usize) -> Vec<veza_core::jobs::JobId> {
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
        let claim = Claim {
            kind: "test.work",
            limit: 1,
            worker: "w",
            now: NOW,
            lease_until: NOW.plus(Duration::from_secs(60)),
        };
        let Some(job) = unit.jobs().claim(&claim).await.unwrap().pop() else {
            break mine;
        };
        unit.commit().await.unwrap();
        mine.push(job.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_waits_for_no_other_on_postgres() {
    let store = Place::Server(options().await).open().await;
    let mut unit = store.begin().await.unwrap();
    for number in 0..2 {
        unit.jobs().enqueue(&job_at(number, NOW)).await.unwrap();
    }
    unit.commit().await.unwrap();
    let claim = Claim {
        kind: "test.work",
        limit: 1,
        worker: "w",
        now: NOW,
        lease_until: NOW.plus(Duration::from_secs(60)),
    };
    let mut units = [store.begin().await.unwrap(), store.begin().await.unwrap()];
    let mut claimed = Vec::new();
    for unit in &mut units {
        claimed.push(unit.jobs().claim(&claim).await.unwrap()[0].id);
    }
    assert_ne!(claimed[0], claimed[1], "both are still open");
    for unit in units {
        unit.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_that_change_one_aggregate_lose_no_update() {
    const EACH: u16 = 16;
    let (_folder, places) = places().await;
    for place in &places {
        let stores = two(place).await;
        let user = user_named("ada");
        let track = track_of(&user, 1);
        let mut unit = stores[0].begin().await.unwrap();
        unit.users().add(&user).await.unwrap();
        unit.tracks().add(&track).await.unwrap();
        unit.commit().await.unwrap();

        let tasks: Vec<_> = (0..4)
            .map(|task| {
                let stores = Arc::clone(&stores);
                tokio::spawn(async move {
                    for _ in 0..EACH {
                        let mut unit = stores[task % 2].begin().await.unwrap();
                        let found = unit.tracks().find(track.id).await.unwrap().unwrap();
                        let state = TrackState::Processing {
                            progress: found.state.progress() + 1.0 / 128.0,
                        };
                        unit.tracks()
                            .set_state(track.id, &state, NOW)
                            .await
                            .unwrap();
                        unit.commit().await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let mut reader = stores[0].begin_read().await.unwrap();
        let found = reader.tracks().find(track.id).await.unwrap().unwrap();
        assert_eq!(found.state.progress(), 4.0 * f32::from(EACH) / 128.0);
    }
}

#[tokio::test]
async fn a_unit_of_work_that_is_given_up_half_way_blocks_nobody() {
    let (_folder, places) = places().await;
    for place in &places {
        let store = place.open().await;
        for attempt in 0_u32..50 {
            let user = user_named("ada");
            let work = async {
                let mut unit = store.begin().await.unwrap();
                unit.users().add(&user).await.unwrap();
                std::future::pending::<()>().await;
            };
            // At a different moment each time, as when a client goes away.
            let moment = Duration::from_micros(u64::from(attempt) * 97);
            tokio::time::timeout(moment, work).await.unwrap_err();
        }
        let mut unit = store.begin().await.unwrap();
        unit.users().add(&user_named("ada")).await.unwrap();
        unit.commit().await.unwrap();
        store.ping().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_may_open_a_new_database_at_once() {
    let place = Place::Server(options().await);
    let opening: Vec<_> = (0..6)
        .map(|_| {
            let place = place.clone();
            tokio::spawn(async move { place.open().await.ping().await.unwrap() })
        })
        .collect();
    for opened in opening {
        opened.await.unwrap();
    }
}
