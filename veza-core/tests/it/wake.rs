//! Whoever works on what is stored is told when it is.

use std::pin::pin;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use veza_core::conformance::{self, event_of, job_at};
use veza_core::kernel::wake::{Stored, WakingStore};
use veza_core::kernel::{Store as _, Timestamp};
use veza_core::memory::MemoryStore;

use crate::world::now;

#[test]
fn commits_of_events_and_jobs_wake_and_nothing_else_does() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&told);
    let wake = Arc::new(move |stored| hear.lock().unwrap().push(stored));
    let store = WakingStore::new(Arc::new(MemoryStore::new()), wake);

    let mut unit = now(store.begin()).unwrap();
    now(unit.outbox().append(&event_of(1, 1))).unwrap();
    drop(unit);
    let mut reader = now(store.begin_read()).unwrap();
    now(reader.outbox().fetch_unpublished(1)).unwrap();
    now(reader.commit()).unwrap();
    let mut unit = now(store.begin()).unwrap();
    now(unit.users().find(uuid::Uuid::nil().into())).unwrap();
    now(unit.commit()).unwrap();
    assert_eq!(*told.lock().unwrap(), []);

    let mut unit = now(store.begin()).unwrap();
    now(unit.outbox().append(&event_of(1, 1))).unwrap();
    assert_eq!(*told.lock().unwrap(), [], "not before it is kept");
    now(unit.commit()).unwrap();
    let mut unit = now(store.begin()).unwrap();
    now(unit.jobs().enqueue(&job_at(1, Timestamp::from_millis(0)))).unwrap();
    now(unit.commit()).unwrap();
    let mut unit = now(store.begin()).unwrap();
    now(unit.revocations().prune(Timestamp::from_millis(0), 1)).unwrap();
    now(unit.commit()).unwrap();
    let stored = |events, jobs, revocations| Stored {
        events,
        jobs,
        revocations,
    };
    let wanted = [
        stored(true, false, false),
        stored(false, true, false),
        stored(false, false, true),
    ];
    assert_eq!(*told.lock().unwrap(), wanted);
}

#[test]
fn a_store_that_wakes_keeps_the_contract_of_a_store() {
    let mut suite = pin!(conformance::store(async || {
        WakingStore::new(Arc::new(MemoryStore::new()), Arc::new(|_| {}))
    }));
    // One unit of work waits for the other, but never for anything else.
    let ended = (0..100_000).any(|_| suite.as_mut().now_or_never().is_some());
    assert!(ended, "units of work wait for each other for ever");
}
