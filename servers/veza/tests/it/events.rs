//! What operators do about events that were not handled.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use veza_core::kernel::cache::CACHE_FOLLOWER;
use veza_core::kernel::delivery::DeliveryFailure;
use veza_core::kernel::outbox::PublishFailure;
use veza_core::kernel::{Clock as _, Event, EventId, Metadata, Store as _, TypedId as _};
use veza_crypto::{SystemClock, SystemEntropy};
use veza_sql::{PostgresOptions, SqlStore};

use crate::support::{BINARY, Veza, full_set, on_full_set};

/// What `veza events` prints, line by line.
fn events(data: &Path, args: &[&str]) -> Vec<Value> {
    let output = Command::new(BINARY)
        .arg("events")
        .args(args)
        .args(["--json", "--data"])
        .arg(data)
        .args(full_set(data))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn event() -> Event {
    let now = SystemClock.now();
    Event {
        event_id: EventId::generate(now, &SystemEntropy),
        event_type: "streaming.track.updated.v1".into(),
        aggregate_id: EventId::generate(now, &SystemEntropy).uuid(),
        aggregate_type: "Track".into(),
        timestamp: now,
        version: 1,
        data: json!({}),
        metadata: Metadata::default(),
    }
}

/// Stores an event that the bus did not take, and on the embedded bus one which a consumer gave up.
async fn neglect(data: &Path) {
    let store = match full_set(data).get(1) {
        Some(url) => SqlStore::postgres(&PostgresOptions::new(url))
            .await
            .unwrap(),
        None => SqlStore::sqlite(&data.join("veza.db")).await.unwrap(),
    };
    let (event, now) = (event(), SystemClock.now());
    let mut unit = store.begin().await.unwrap();
    unit.outbox().append(&event).await.unwrap();
    let failure = PublishFailure {
        event_id: event.event_id,
        reason: "nobody wants it".into(),
        retry_at: None,
    };
    unit.outbox().note_failure(&failure, now).await.unwrap();
    if !on_full_set() {
        let consumer = CACHE_FOLLOWER.parse().unwrap();
        let failure = DeliveryFailure {
            event_id: event.event_id,
            reason: "it makes no sense".into(),
            retry_at: None,
        };
        unit.deliveries().add(&consumer, &event).await.unwrap();
        let noted = unit.deliveries().note_failure(&consumer, &failure, now);
        noted.await.unwrap();
    }
    unit.commit().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn what_was_not_handled_is_shown_and_tried_again() {
    let data = tempfile::tempdir().unwrap();
    let mut veza = Veza::start(data.path()).await;
    veza.child.kill().await.unwrap();
    neglect(data.path()).await;

    let shown = events(data.path(), &[]);
    assert_eq!(shown[0]["parked"], 1, "{shown:?}");
    assert_eq!(
        (&shown[1]["state"], &shown[1]["reason"]),
        (&json!("parked"), &json!("nobody wants it"))
    );
    let given_up: Vec<&Value> = shown
        .iter()
        .filter(|line| line["state"] == "given_up")
        .collect();
    let here = usize::from(!on_full_set());
    assert_eq!(given_up.len(), here, "{shown:?}");
    assert!(
        given_up
            .iter()
            .all(|line| line["consumer"] == CACHE_FOLLOWER)
    );

    let replayed = events(data.path(), &["replay", "--consumer", CACHE_FOLLOWER]);
    assert_eq!(
        replayed,
        [json!({ "consumer": CACHE_FOLLOWER, "replayed": here })]
    );
    assert_eq!(events(data.path(), &["unpark"]), [json!({ "unparked": 1 })]);

    let _veza = Veza::start(data.path()).await;
    for _ in 0..200 {
        let left = events(data.path(), &["show"]);
        if left.len() == 1 && left[0]["pending"] == 0 && left[0]["parked"] == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{:?}", events(data.path(), &["show"]));
}

#[tokio::test]
async fn a_consumer_that_is_none_is_named() {
    let data = tempfile::tempdir().unwrap();
    let output = Command::new(BINARY)
        .args(["events", "replay", "--consumer", "nobody", "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && said.contains(CACHE_FOLLOWER),
        "{said}"
    );
}
