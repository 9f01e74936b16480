//! The contract of [`Inbox`](crate::kernel::inbox::Inbox).

use crate::kernel::{ConsumerName, PortErrorKind, Store};

use super::samples::{at, event_of};

fn consumer(name: &str) -> ConsumerName {
    name.parse().expect("a name")
}

pub(super) async fn each_consumer_sees_an_event_once(store: &dyn Store) {
    let (one, two) = (event_of(1, 1).event_id, event_of(1, 2).event_id);
    let (cache, mail) = (consumer("cache"), consumer("mail"));
    let mut unit = store.begin().await.expect("begin");
    let inbox = unit.inbox();
    for (name, event, first) in [
        (&cache, one, true),
        (&cache, one, false),
        (&cache, two, true),
        (&mail, one, true),
    ] {
        let answer = inbox.first_time(name, event, at(1)).await.expect("inbox");
        assert_eq!(answer, first, "{name}");
    }
    drop(unit);

    let mut unit = store.begin().await.expect("begin");
    let inbox = unit.inbox();
    let first = inbox.first_time(&cache, one, at(1)).await.expect("inbox");
    assert!(first, "what was undone was not seen");
    unit.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let inbox = unit.inbox();
    let first = inbox.first_time(&cache, one, at(2)).await.expect("inbox");
    assert!(!first, "what was kept was seen");
    drop(unit);

    let mut reader = store.begin_read().await.expect("begin_read");
    let refused = reader.inbox().first_time(&cache, two, at(2)).await;
    let error = refused.expect_err("a reader notes nothing");
    assert_eq!(error.kind, PortErrorKind::ReadOnly);
}

pub(super) async fn what_was_seen_long_ago_is_forgotten(store: &dyn Store) {
    let cache = consumer("cache");
    let mut unit = store.begin().await.expect("begin");
    let inbox = unit.inbox();
    for number in 1..=3 {
        let event = event_of(1, number).event_id;
        inbox
            .first_time(&cache, event, at(number))
            .await
            .expect("inbox");
    }
    for (before, limit, forgotten) in [(at(1), 9, 0), (at(3), 1, 1), (at(3), 9, 1), (at(3), 9, 0)] {
        assert_eq!(
            inbox.forget(before, limit).await.expect("forget"),
            forgotten
        );
    }
    for (number, first) in [(1, true), (2, true), (3, false)] {
        let event = event_of(1, number).event_id;
        let answer = inbox.first_time(&cache, event, at(9)).await.expect("inbox");
        assert_eq!(answer, first, "event {number}");
    }
}
