//! The contract of [`Store`] and [`UnitOfWork`](crate::kernel::UnitOfWork).

use crate::kernel::{PortErrorKind, Store};

use super::samples::{START, job_at, track_of, user_named};

pub(super) async fn commit_keeps_all_and_drop_keeps_nothing(store: &dyn Store) {
    let user = user_named("ada");
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&user).await.expect("add");
    unit.tracks().add(&track_of(&user, 1)).await.expect("add");
    let seen = unit.users().find(user.id).await.expect("find");
    assert_eq!(
        seen.as_ref(),
        Some(&user),
        "a unit of work sees its own writes"
    );
    drop(unit);

    let mut unit = store
        .begin()
        .await
        .expect("a dropped unit of work blocks nobody");
    assert_eq!(
        unit.users().find(user.id).await.expect("find"),
        None,
        "dropped means undone"
    );
    unit.users().add(&user).await.expect("add");
    unit.tracks().add(&track_of(&user, 1)).await.expect("add");
    unit.jobs()
        .enqueue(&job_at(1, START))
        .await
        .expect("enqueue");
    unit.commit().await.expect("commit");

    let mut reader = store.begin_read().await.expect("begin_read");
    assert!(reader.users().find(user.id).await.expect("find").is_some());
    assert!(
        reader
            .tracks()
            .find(track_of(&user, 1).id)
            .await
            .expect("find")
            .is_some()
    );
    assert!(
        reader
            .jobs()
            .find(job_at(1, START).id)
            .await
            .expect("find")
            .is_some()
    );
}

pub(super) async fn a_reader_sees_one_state_and_cannot_write(store: &dyn Store) {
    let user = user_named("ada");
    let mut reader = store.begin_read().await.expect("begin_read");
    assert_eq!(reader.users().find(user.id).await.expect("find"), None);

    let mut writer = store
        .begin()
        .await
        .expect("a reader keeps no writer waiting");
    writer.users().add(&user).await.expect("add");
    let mut other = store
        .begin_read()
        .await
        .expect("a writer keeps no reader waiting");
    let early = other.users().find(user.id).await.expect("find");
    assert_eq!(early, None, "what is not committed is not seen");
    drop(other);
    writer.commit().await.expect("commit");
    let late = reader.users().find(user.id).await.expect("find");
    assert_eq!(late, None, "a reader keeps the state it began with");
    drop(reader);

    let mut reader = store.begin_read().await.expect("begin_read");
    assert!(reader.users().find(user.id).await.expect("find").is_some());
    let refused = reader
        .users()
        .add(&user_named("bob"))
        .await
        .expect_err("a reader cannot write");
    assert_eq!(refused.kind, PortErrorKind::ReadOnly);
    drop(reader);

    let mut writer = store.begin().await.expect("begin");
    writer
        .users()
        .add(&user_named("bob"))
        .await
        .expect("a refused write leaves no mark");
}

pub(super) async fn the_store_answers(store: &dyn Store) {
    store.ping().await.expect("ping");
}
