//! The contract of [`Outbox`](crate::kernel::outbox::Outbox).

use serde_json::json;

use crate::kernel::{Event, EventId, Metadata, PortErrorKind, Store, TypedId as _};

use super::samples::{at, id, user_named};

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
