//! What is found in a writing unit of work is locked until it ends.

use std::cell::Cell;

use crate::kernel::Store;
use crate::streaming::{TrackId, TrackState};

use super::concurrently::{after_the_others, both, either};
use super::samples::{at, stored_track, user_named};

const ROUNDS: u8 = 8;

/// Loads the track, counts its progress up by 1/64, and stores it.
async fn count_up(store: &dyn Store, id: TrackId) {
    for _ in 0..ROUNDS {
        let mut unit = store.begin().await.expect("begin");
        let track = unit.tracks().find(id).await.expect("find").expect("there");
        after_the_others().await;
        let state = TrackState::Processing {
            progress: track.state.progress() + 1.0 / 64.0,
        };
        unit.tracks()
            .set_state(id, &state, at(1))
            .await
            .expect("set_state");
        after_the_others().await;
        unit.commit().await.expect("commit");
    }
}

async fn progress(store: &dyn Store, id: TrackId) -> f32 {
    let mut reader = store.begin_read().await.expect("begin_read");
    let track = reader.tracks().find(id).await.expect("find");
    track.expect("there").state.progress()
}

pub(super) async fn two_units_that_load_the_same_aggregate_lose_no_update(store: &dyn Store) {
    let track = stored_track(store, "ada", 1).await;
    both(count_up(store, track.id), count_up(store, track.id)).await;
    let expected = 2.0 * f32::from(ROUNDS) / 64.0;
    assert_eq!(progress(store, track.id).await, expected);
}

pub(super) async fn what_one_unit_has_found_by_a_unique_key_waits_for_its_end(store: &dyn Store) {
    stored_track(store, "ada", 1).await;
    let ada = user_named("ada");
    let (found, ended) = (Cell::new(false), Cell::new(false));
    let first = async {
        let mut unit = store.begin().await.expect("begin");
        let user = unit.users().find_by_email(&ada.email).await.expect("find");
        assert!(user.is_some());
        found.set(true);
        for _ in 0..100 {
            after_the_others().await;
        }
        ended.set(true);
        unit.commit().await.expect("commit");
    };
    let second = async {
        while !found.get() {
            after_the_others().await;
        }
        let mut unit = store.begin().await.expect("begin");
        let user = unit.users().find(ada.id).await.expect("find");
        assert!(user.is_some());
        assert!(ended.get(), "the other had found it first");
    };
    both(first, second).await;
}

pub(super) async fn a_unit_that_is_dropped_half_way_blocks_nobody(store: &dyn Store) {
    let track = stored_track(store, "ada", 1).await;
    let mut unit = store.begin().await.expect("begin");
    let state = TrackState::Processing { progress: 0.5 };
    unit.tracks().find(track.id).await.expect("find");
    let set = unit.tracks().set_state(track.id, &state, at(1)).await;
    assert!(set.expect("set_state"));
    drop(unit);

    // One that is dropped while it waits for another.
    let mut holder = store.begin().await.expect("begin");
    holder.tracks().find(track.id).await.expect("find");
    let given_up = Cell::new(false);
    {
        let waiting = async {
            let mut unit = store.begin().await.expect("begin");
            unit.tracks().find(track.id).await.expect("find");
            panic!("the holder has not ended");
        };
        let patience = async {
            for _ in 0..100 {
                after_the_others().await;
            }
            given_up.set(true);
        };
        either(waiting, patience).await;
    }
    assert!(given_up.get());
    holder.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let found = unit.tracks().find(track.id).await.expect("find");
    assert_eq!(found.expect("there").state, TrackState::Queued);
}
