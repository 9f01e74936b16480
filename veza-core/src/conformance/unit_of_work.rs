//! The contract of [`Store`] and [`UnitOfWork`](crate::kernel::UnitOfWork).

use crate::auth::User;
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

    let mut silent = store.begin_read().await.expect("begin_read");

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
    let late = silent.users().find(user.id).await.expect("find");
    assert_eq!(late, None, "also when it had not read anything yet");
    drop(silent);

    let mut reader = store.begin_read().await.expect("begin_read");
    assert!(reader.users().find(user.id).await.expect("find").is_some());
    let refused = reader
        .users()
        .add(&user_named("bob"))
        .await
        .expect_err("a reader cannot write");
    assert_eq!(refused.kind, PortErrorKind::ReadOnly);
    drop(reader);

    glances(store, &user).await;

    let mut writer = store.begin().await.expect("begin");
    writer
        .users()
        .add(&user_named("bob"))
        .await
        .expect("a refused write leaves no mark");
}

/// Who glances sees what is committed, writes nothing, and leaves nothing behind.
async fn glances(store: &dyn Store, user: &User) {
    for _ in 0..50 {
        let mut glance = store.glance().await.expect("glance");
        let found = glance.users().find(user.id).await.expect("find");
        assert_eq!(found.as_ref(), Some(user));
    }
    let mut glance = store.glance().await.expect("glance");
    let refused = glance
        .users()
        .add(&user_named("bob"))
        .await
        .expect_err("a glance cannot write");
    assert_eq!(refused.kind, PortErrorKind::ReadOnly);
    drop(glance);
    let mut glance = store.glance().await.expect("glance");
    let found = glance.users().find_by_username("bob").await.expect("find");
    assert_eq!(found, None);
    glance.commit().await.expect("there is nothing to keep");
}

pub(super) async fn no_text_holds_u_0000(store: &dyn Store) {
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&user_named("ada")).await.expect("add");
    unit.commit().await.expect("commit");

    for reading in [true, false] {
        let begun = if reading {
            store.begin_read().await
        } else {
            store.begin().await
        };
        let mut unit = begun.expect("begin");
        for email in ["ada@example.com\0", "\0ada@example.com", "\0"] {
            let found = unit.users().find_by_email(email).await;
            assert_eq!(found.expect("a lookup is no error"), None, "{email:?}");
        }
    }
    let mut unit = store.begin().await.expect("begin");
    let mut user = user_named("bob");
    user.username = "bo\0b".into();
    let refused = unit.users().add(&user).await.expect_err("a text");
    assert_eq!(refused.kind, PortErrorKind::Unstorable);
    let mut unit = {
        drop(unit);
        store.begin().await.expect("begin")
    };
    let mut job = job_at(1, START);
    job.payload = serde_json::json!({ "list": ["a\0"] });
    let refused = unit.jobs().enqueue(&job).await.expect_err("a JSON text");
    assert_eq!(refused.kind, PortErrorKind::Unstorable);
}

pub(super) async fn the_store_answers(store: &dyn Store) {
    store.ping().await.expect("ping");
}
