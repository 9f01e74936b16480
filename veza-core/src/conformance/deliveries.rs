//! The contract of [`Deliveries`](crate::kernel::delivery::Deliveries).

use crate::kernel::delivery::{Delivery, DeliveryFailure};
use crate::kernel::{ConsumerName, Event, EventId, Metadata, Store, Timestamp};

use super::samples::{at, event_of};

fn consumer(name: &str) -> ConsumerName {
    name.parse().expect("a name")
}

async fn add(store: &dyn Store, name: &ConsumerName, events: &[&Event]) {
    let mut unit = store.begin().await.expect("begin");
    for event in events {
        unit.deliveries().add(name, event).await.expect("add");
    }
    unit.commit().await.expect("commit");
}

async fn fail(
    store: &dyn Store,
    name: &ConsumerName,
    event: &Event,
    retry_at: Option<Timestamp>,
    now: Timestamp,
) {
    let failure = DeliveryFailure {
        event_id: event.event_id,
        reason: "it is broken: é".into(),
        retry_at,
    };
    let mut unit = store.begin().await.expect("begin");
    let queue = unit.deliveries();
    queue.note_failure(name, &failure, now).await.expect("note");
    unit.commit().await.expect("commit");
}

async fn due(store: &dyn Store, name: &ConsumerName, now: Timestamp) -> Vec<(EventId, u32)> {
    let mut reader = store.begin_read().await.expect("begin_read");
    let due = reader.deliveries().due(name, now, 10).await.expect("due");
    due.into_iter()
        .map(|Delivery { event, attempts }| (event.event_id, attempts))
        .collect()
}

pub(super) async fn each_consumer_has_a_queue_in_order(store: &dyn Store) {
    let (cache, mail) = (consumer("cache"), consumer("mail"));
    let mut first = event_of(1, 9);
    first.metadata = Metadata {
        correlation_id: Some("request-1".into()),
        ..Metadata::default()
    };
    let (second, third) = (event_of(2, 2), event_of(1, 3));
    add(store, &cache, &[&first, &second, &third]).await;
    add(store, &mail, &[&third]).await;
    add(store, &cache, &[&first]).await;
    let ids = [first.event_id, second.event_id, third.event_id].map(|id| (id, 0));
    assert_eq!(due(store, &cache, at(0)).await, ids);
    assert_eq!(due(store, &mail, at(0)).await, ids[2..]);

    let mut unit = store.begin().await.expect("begin");
    let queue = unit.deliveries();
    let limited = queue.due(&cache, at(0), 1).await.expect("due");
    let delivery = Delivery {
        event: first.clone(),
        attempts: 0,
    };
    assert_eq!(limited, [delivery], "the event is as it was");
    queue.remove(&cache, first.event_id).await.expect("remove");
    queue.remove(&cache, first.event_id).await.expect("again");
    queue
        .remove(&mail, second.event_id)
        .await
        .expect("nobody's");
    unit.commit().await.expect("commit");
    assert_eq!(due(store, &cache, at(0)).await, ids[1..]);
}

pub(super) async fn failures_wait_and_hold_up_their_aggregate(store: &dyn Store) {
    let (cache, mail) = (consumer("cache"), consumer("mail"));
    let (first, other, later) = (event_of(1, 1), event_of(2, 2), event_of(1, 3));
    for name in [&cache, &mail] {
        add(store, name, &[&first, &other, &later]).await;
    }
    fail(store, &cache, &first, Some(at(10)), at(0)).await;
    assert_eq!(due(store, &cache, at(9)).await, [(other.event_id, 0)]);
    let waited = [
        (first.event_id, 1),
        (other.event_id, 0),
        (later.event_id, 0),
    ];
    assert_eq!(due(store, &cache, at(10)).await, waited);
    let untouched = waited.map(|(id, _)| (id, 0));
    assert_eq!(
        due(store, &mail, at(0)).await,
        untouched,
        "each queue waits alone"
    );
}

pub(super) async fn dead_letters_are_kept_aside_until_replayed(store: &dyn Store) {
    let (cache, mail) = (consumer("cache"), consumer("mail"));
    let (first, other, later) = (event_of(1, 1), event_of(2, 2), event_of(1, 3));
    add(store, &cache, &[&first, &other, &later]).await;
    fail(store, &cache, &first, Some(at(10)), at(0)).await;
    fail(store, &cache, &first, None, at(20)).await;
    fail(store, &cache, &other, None, at(21)).await;
    fail(store, &cache, &first, Some(at(22)), at(22)).await;
    fail(store, &mail, &first, None, at(22)).await;
    assert_eq!(due(store, &cache, at(30)).await, [(later.event_id, 0)]);

    let mut reader = store.begin_read().await.expect("begin_read");
    let queue = reader.deliveries();
    assert_eq!(queue.dead(&mail, 9).await.expect("dead"), []);
    let dead = queue.dead(&cache, 9).await.expect("dead");
    assert_eq!(dead.len(), 2);
    assert_eq!((&dead[0].event, dead[0].attempts), (&first, Some(2)));
    assert_eq!(dead[0].reason, "it is broken: é");
    assert_eq!(
        (dead[0].died_at, dead[1].died_at),
        (Some(at(20)), Some(at(21)))
    );
    assert_eq!(queue.dead(&cache, 1).await.expect("dead"), dead[..1]);
    drop(reader);

    // One that is added again is not tried again: it is dead already.
    add(store, &cache, &[&first]).await;
    assert_eq!(due(store, &cache, at(30)).await.len(), 1);

    let mut unit = store.begin().await.expect("begin");
    let queue = unit.deliveries();
    assert_eq!(queue.replay(&mail, 9).await.expect("replay"), 0);
    assert_eq!(queue.replay(&cache, 1).await.expect("replay"), 1);
    assert_eq!(queue.dead(&cache, 9).await.expect("dead"), dead[1..]);
    unit.commit().await.expect("commit");
    let queued = [(later.event_id, 0), (first.event_id, 0)];
    assert_eq!(due(store, &cache, at(0)).await, queued);
}
