//! The contract of [`Outbox`](crate::kernel::outbox::Outbox).

use serde_json::json;

use crate::kernel::outbox::{Backlog, PendingEvent, PublishFailure};
use crate::kernel::{Event, EventId, Metadata, PortErrorKind, Store, Timestamp, TypedId as _};

use super::samples::{at, event_of, id, user_named};

fn event(number: u64) -> Event {
    Event {
        event_id: id(1_000 - number),
        event_type: "auth.user.registered.v1".into(),
        aggregate_id: user_named("ada").id.uuid(),
        aggregate_type: "User".into(),
        timestamp: at(number % 2),
        version: 1,
        data: json!({ "number": number, "nested": [null, {"text": "é"}] }),
        metadata: Metadata {
            correlation_id: Some(format!("request-{number}")),
            causation_id: None,
            user_agent: Some("curl/8".into()),
            address: None,
        },
    }
}

pub(super) async fn events_come_out_in_order_until_published(store: &dyn Store) {
    // Neither ids nor times rise here: the order is that of storing.
    let events: Vec<Event> = (0..5).map(event).collect();
    for step in [&events[..2], &events[2..]] {
        let mut unit = store.begin().await.expect("begin");
        for event in step {
            unit.outbox().append(event).await.expect("append");
        }
        unit.commit().await.expect("commit");
    }
    let mut unit = store.begin().await.expect("begin");
    let outbox = unit.outbox();
    assert_eq!(
        outbox.fetch_unpublished(3).await.expect("fetch"),
        events[..3]
    );
    let ids: Vec<EventId> = [0, 1, 3].map(|n: usize| events[n].event_id).into();
    outbox.mark_published(&ids, at(9)).await.expect("mark");
    outbox
        .mark_published(&ids, at(10))
        .await
        .expect("again changes nothing");
    outbox
        .mark_published(&[], at(10))
        .await
        .expect("none changes nothing");
    unit.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let left = unit.outbox().fetch_unpublished(100).await.expect("fetch");
    assert_eq!(left, [events[2].clone(), events[4].clone()]);
    let error = unit
        .outbox()
        .append(&events[0])
        .await
        .expect_err("it is there already");
    assert_eq!(error.kind, PortErrorKind::Duplicate("event_id"));
}

/// Stores one event of aggregate 1, one of aggregate 2, and another of aggregate 1.
async fn three_events(store: &dyn Store) -> [Event; 3] {
    let events = [event_of(1, 1), event_of(2, 2), event_of(1, 3)];
    let mut unit = store.begin().await.expect("begin");
    for event in &events {
        unit.outbox().append(event).await.expect("append");
    }
    unit.commit().await.expect("commit");
    events
}

async fn fail(store: &dyn Store, event: &Event, retry_at: Option<Timestamp>, now: Timestamp) {
    let failure = PublishFailure {
        event_id: event.event_id,
        reason: "too large: é".into(),
        retry_at,
    };
    let mut unit = store.begin().await.expect("begin");
    let outbox = unit.outbox();
    outbox.note_failure(&failure, now).await.expect("note");
    unit.commit().await.expect("commit");
}

async fn due(store: &dyn Store, now: Timestamp) -> Vec<(Event, u32)> {
    let mut reader = store.begin_read().await.expect("begin_read");
    let due = reader.outbox().fetch_due(now, 10).await.expect("fetch");
    due.into_iter()
        .map(|PendingEvent { event, attempts }| (event, attempts))
        .collect()
}

pub(super) async fn what_failed_holds_up_its_aggregate_alone(store: &dyn Store) {
    let [first, other, later] = three_events(store).await;
    let all = [first.clone(), other.clone(), later.clone()];
    let fresh = all.each_ref().map(|event| (event.clone(), 0));
    assert_eq!(due(store, at(0)).await, fresh);

    fail(store, &first, Some(at(10)), at(0)).await;
    assert_eq!(due(store, at(9)).await, [(other.clone(), 0)]);
    let waited = [(first.clone(), 1), (other.clone(), 0), (later.clone(), 0)];
    assert_eq!(due(store, at(10)).await, waited);
    let mut reader = store.begin_read().await.expect("begin_read");
    let pending = reader.outbox().fetch_unpublished(10).await.expect("fetch");
    assert_eq!(pending, all, "what waits is pending all the same");
    let limited = reader.outbox().fetch_due(at(10), 2).await.expect("fetch");
    assert_eq!(limited.len(), 2);
    drop(reader);

    // The later one fails: the earlier one does not wait for it.
    fail(store, &later, Some(at(30)), at(10)).await;
    assert_eq!(due(store, at(20)).await, waited[..2]);
}

pub(super) async fn what_is_parked_is_listed_and_lets_others_pass(store: &dyn Store) {
    let [first, other, later] = three_events(store).await;
    fail(store, &first, Some(at(10)), at(0)).await;
    fail(store, &first, None, at(20)).await;
    assert_eq!(
        due(store, at(20)).await,
        [(other.clone(), 0), (later.clone(), 0)]
    );
    let mut unit = store.begin().await.expect("begin");
    let outbox = unit.outbox();
    let parked = outbox.list_parked(10).await.expect("list");
    assert_eq!(parked.len(), 1);
    let letter = &parked[0];
    assert_eq!((&letter.event, letter.attempts), (&first, 2));
    assert_eq!(
        (letter.reason.as_str(), letter.parked_at),
        ("too large: é", at(20))
    );
    let backlog = Backlog {
        pending: 2,
        oldest: Some(other.timestamp),
        parked: 1,
    };
    assert_eq!(outbox.backlog().await.expect("backlog"), backlog);

    // What is published or parked cannot fail any more.
    let published = [other.event_id];
    outbox
        .mark_published(&published, at(20))
        .await
        .expect("mark");
    unit.commit().await.expect("commit");
    fail(store, &other, None, at(21)).await;
    fail(store, &first, Some(at(22)), at(21)).await;
    assert_eq!(due(store, at(30)).await, [(later.clone(), 0)]);

    let mut unit = store.begin().await.expect("begin");
    let outbox = unit.outbox();
    assert_eq!(outbox.list_parked(10).await.expect("list"), parked);
    for (event, expected) in [(&other, false), (&first, true), (&first, false)] {
        let unparked = outbox.unpark(event.event_id).await.expect("unpark");
        assert_eq!(unparked, expected);
    }
    unit.commit().await.expect("commit");
    assert_eq!(due(store, at(30)).await, [(first, 0), (later, 0)]);
}

pub(super) async fn what_was_published_long_ago_is_forgotten(store: &dyn Store) {
    let [first, other, later] = three_events(store).await;
    let mut unit = store.begin().await.expect("begin");
    let outbox = unit.outbox();
    for (event, published) in [(&first, at(10)), (&later, at(20))] {
        let ids = [event.event_id];
        outbox.mark_published(&ids, published).await.expect("mark");
    }
    for (before, limit, forgotten) in [
        (at(10), 9, 0),
        (at(21), 1, 1),
        (at(21), 9, 1),
        (at(21), 9, 0),
    ] {
        let answer = outbox
            .forget_published(before, limit)
            .await
            .expect("forget");
        assert_eq!(answer, forgotten);
    }
    let pending = outbox.fetch_unpublished(9).await.expect("fetch");
    assert_eq!(pending, [other]);
    let backlog = outbox.backlog().await.expect("backlog");
    assert_eq!((backlog.pending, backlog.parked), (1, 0));
}
