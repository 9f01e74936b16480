//! The contract of [`IdempotencyKeys`](crate::kernel::idempotency::IdempotencyKeys).

use crate::kernel::idempotency::{Attempt, Progress, Ticket};
use crate::kernel::{PortErrorKind, Store};

use super::samples::{at, id, user_named};

fn attempt(number: u64) -> Attempt {
    Attempt {
        owner: user_named("ada").id,
        key: "a key; \u{1F3B5}".into(),
        id: id(number),
        operation: "POST /api/v1/tracks".into(),
        request_hash: [7; 32],
        progress: Progress::Begun,
        began_at: at(1),
        expires_at: at(100),
    }
}

fn ticket(attempt: &Attempt) -> Ticket {
    Ticket {
        owner: attempt.owner,
        key: attempt.key.clone(),
        attempt: attempt.id,
    }
}

async fn put(store: &dyn Store, attempt: &Attempt, replaced: Option<u64>) {
    let mut unit = store.begin().await.expect("begin");
    let keys = unit.idempotency_keys();
    keys.put(attempt, replaced.map(id)).await.expect("put");
    unit.commit().await.expect("commit");
}

async fn progress(store: &dyn Store) -> Option<Progress> {
    let mut reader = store.begin_read().await.expect("begin_read");
    let (keys, of) = (reader.idempotency_keys(), attempt(1));
    let kept = keys.find(of.owner, &of.key).await.expect("find");
    kept.map(|kept| kept.progress)
}

pub(super) async fn a_key_belongs_to_one_attempt(store: &dyn Store) {
    let first = attempt(1);
    put(store, &first, None).await;
    let mut reader = store.begin_read().await.expect("begin_read");
    let keys = reader.idempotency_keys();
    let kept = keys.find(first.owner, &first.key).await.expect("find");
    assert_eq!(kept.as_ref(), Some(&first));
    let bob = user_named("bob").id;
    let foreign = keys.find(bob, &first.key).await.expect("find");
    assert_eq!(foreign, None, "each account has its own keys");
    drop(reader);

    for wrong in [None, Some(id(9))] {
        let mut unit = store.begin().await.expect("begin");
        let keys = unit.idempotency_keys();
        let error = keys.put(&attempt(2), wrong).await.expect_err("it is taken");
        assert_eq!(error.kind, PortErrorKind::Duplicate("idempotency_key"));
    }
    put(store, &attempt(2), Some(1)).await;
    let mut unit = store.begin().await.expect("begin");
    let keys = unit.idempotency_keys();
    let lost = ticket(&first);
    assert!(!keys.take_effect(&lost).await.expect("take_effect"));
    assert!(!keys.answer(&lost, b"x").await.expect("answer"));
    assert!(!keys.release(&lost).await.expect("release"));
}

pub(super) async fn an_effect_is_kept_with_its_unit_of_work(store: &dyn Store) {
    let attempt = attempt(1);
    let ticket = ticket(&attempt);
    put(store, &attempt, None).await;
    let user = user_named("ada");

    let mut unit = store.begin().await.expect("begin");
    let keys = unit.idempotency_keys();
    assert!(keys.take_effect(&ticket).await.expect("take_effect"));
    unit.users().add(&user).await.expect("add");
    drop(unit);
    assert_eq!(progress(store).await, Some(Progress::Begun));

    // Two units of work of one attempt: both are of it.
    for _ in 0..2 {
        let mut unit = store.begin().await.expect("begin");
        let keys = unit.idempotency_keys();
        assert!(keys.take_effect(&ticket).await.expect("take_effect"));
        unit.commit().await.expect("commit");
        assert_eq!(progress(store).await, Some(Progress::TookEffect));
    }

    let mut unit = store.begin().await.expect("begin");
    let keys = unit.idempotency_keys();
    let released = keys.release(&ticket).await.expect("release");
    assert!(!released, "what took effect is not forgotten");
    let sealed = [0, 255, 7];
    assert!(keys.answer(&ticket, &sealed).await.expect("answer"));
    unit.commit().await.expect("commit");
    let answered = Progress::Answered(sealed.to_vec());
    assert_eq!(progress(store).await, Some(answered));
}

pub(super) async fn keys_are_forgotten_in_their_time(store: &dyn Store) {
    put(store, &attempt(1), None).await;
    let mut unit = store.begin().await.expect("begin");
    let keys = unit.idempotency_keys();
    let other = Attempt {
        key: "another".into(),
        ..attempt(3)
    };
    keys.put(&other, None).await.expect("put");
    assert!(keys.release(&ticket(&other)).await.expect("release"));
    assert_eq!(keys.prune(at(99), 10).await.expect("prune"), 0);
    unit.commit().await.expect("commit");

    for number in 0..3 {
        let attempt = Attempt {
            key: format!("key {number}"),
            ..attempt(10 + number)
        };
        put(store, &attempt, None).await;
    }
    let mut unit = store.begin().await.expect("begin");
    let keys = unit.idempotency_keys();
    assert_eq!(keys.prune(at(100), 3).await.expect("prune"), 3);
    assert_eq!(keys.prune(at(100), 3).await.expect("prune"), 1);
    unit.commit().await.expect("commit");
    assert_eq!(progress(store).await, None);
}
