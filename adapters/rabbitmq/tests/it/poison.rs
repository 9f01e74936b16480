//! Messages that cannot be published, read or handled.

use std::time::Duration;

use futures_util::StreamExt as _;
use lapin::options::{BasicNackOptions, BasicPublishOptions, BasicQosOptions, QueueDeleteOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel};
use test_services::rabbitmq;
use tokio::time::sleep;
use veza_core::conformance::event_of;
use veza_core::kernel::bus::{DeadLetters as _, PublishError};
use veza_core::kernel::{ConsumerName, Event, EventBus as _};
use veza_rabbitmq::{RabbitBus, RabbitDeadLetters, RabbitOptions};

use crate::support::{
    Recorder, Working, channel, environment, handled, options, subscription, wait_for,
};

async fn take(channel: &Channel, queue: &str) -> Option<Event> {
    let got = channel
        .basic_get(queue.into(), Default::default())
        .await
        .unwrap()?;
    got.delivery.acker.ack(Default::default()).await.unwrap();
    Some(serde_json::from_slice(&got.delivery.data).unwrap())
}

fn named(url: &str) -> (RabbitOptions, String) {
    let options = options(url);
    let shown = format!("{options:?}");
    let (_, rest) = shown.split_once("ConsumerName(\"").unwrap();
    let (namespace, _) = rest.split_once('"').unwrap();
    let namespace = namespace.to_owned();
    (options, namespace)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_nobody_waits_for_is_published_and_kept_for_a_while() {
    let url = rabbitmq::shared().unwrap();
    let (options, namespace) = named(url);
    let bus = RabbitBus::new(options, Vec::new());
    let (event, other) = (event_of(1, 1), event_of(2, 2));
    assert!(matches!(bus.publish(&[&event]).await[..], [Ok(())]));
    let (_connection, channel) = channel(url).await;
    let unrouted = format!("{namespace}.unrouted");
    assert_eq!(take(&channel, &unrouted).await, Some(event));

    // Somebody tidied up: the event has nowhere to go, and that is not taken for published.
    let delete = QueueDeleteOptions::default();
    let gone = channel.queue_delete(unrouted.as_str().into(), delete);
    gone.await.unwrap();
    let answers = bus.publish(&[&other]).await;
    assert!(
        matches!(answers[..], [Err(PublishError::Refused(_))]),
        "{answers:?}"
    );
    assert!(
        matches!(bus.publish(&[&other]).await[..], [Ok(())]),
        "it is made again"
    );
    assert_eq!(take(&channel, &unrouted).await, Some(other));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_is_too_large_is_impossible_and_fails_alone() {
    let mut options = options(rabbitmq::shared().unwrap());
    options.max_event_bytes = 10_000;
    let bus = RabbitBus::new(options, Vec::new());
    let (mut large, mut odd, fine) = (event_of(1, 1), event_of(2, 2), event_of(3, 3));
    large.data = "x".repeat(10_000).into();
    odd.event_type = "x".repeat(256);
    let answers = bus.publish(&[&large, &odd, &fine]).await;
    let [
        Err(PublishError::Impossible(size)),
        Err(PublishError::Impossible(key)),
        Ok(()),
    ] = &answers[..]
    else {
        panic!("{answers:?}");
    };
    assert!(
        size.contains("10000") && key.contains("255"),
        "{size}; {key}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_the_broker_has_a_rule_against_fails_alone() {
    let mut options = options(rabbitmq::shared().unwrap());
    options.max_event_bytes = usize::MAX;
    options.timeout = Duration::from_secs(30);
    let bus = RabbitBus::new(options, Vec::new());
    // The broker takes 128 MiB at most, and closes the channel on more.
    let (before, mut large, after) = (event_of(1, 1), event_of(2, 2), event_of(3, 3));
    large.data = "x".repeat(129 << 20).into();
    let answers = bus.publish(&[&before, &large, &after]).await;
    assert!(
        matches!(answers[..], [Ok(()), Err(PublishError::Refused(_)), Ok(())]),
        "{answers:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_event_is_put_aside_and_the_next_goes_on() {
    let url = rabbitmq::shared().unwrap();
    let (env, (options, namespace)) = (environment(), named(url));
    let recorder = Recorder::new();
    let subscriptions = vec![subscription("cache", recorder.clone())];
    let bus = RabbitBus::new(options.clone(), subscriptions.clone());
    let event = event_of(1, 1);
    assert!(bus.publish(&[&event]).await[0].is_ok());
    let (_connection, channel) = channel(url).await;
    for body in [&b"{\"not\": \"an event\"}"[..], b"\xff\xfe", b""] {
        let exchange = format!("{namespace}.events");
        let sent = channel.basic_publish(
            exchange.into(),
            "test.thing.happened.v1".into(),
            BasicPublishOptions::default(),
            body,
            BasicProperties::default(),
        );
        sent.await.unwrap();
    }
    let _working = Working::start(&env, &options, subscriptions);
    wait_for(&env, 1, Duration::from_secs(20)).await;
    assert!(bus.publish(&[&event_of(2, 2)]).await[0].is_ok());
    wait_for(&env, 2, Duration::from_secs(20)).await;
    let letters = RabbitDeadLetters::new(options);
    let name: ConsumerName = "cache".parse().unwrap();
    let mut dead = letters.list(&name, 10).await.unwrap();
    for _ in 0..50 {
        if dead.len() == 3 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
        dead = letters.list(&name, 10).await.unwrap();
    }
    assert_eq!(dead.len(), 3, "{dead:?}");
    for letter in &dead {
        assert!(letter.reason.contains("no event"), "{}", letter.reason);
    }
    assert!(dead[0].event.data.as_str().unwrap().contains("an event"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_kills_every_consumer_is_put_aside_by_the_broker() {
    let url = rabbitmq::shared().unwrap();
    let (env, (options, namespace)) = (environment(), named(url));
    let recorder = Recorder::new();
    let subscriptions = vec![subscription("cache", recorder.clone())];
    let bus = RabbitBus::new(options.clone(), subscriptions.clone());
    let event = event_of(1, 1);
    assert!(bus.publish(&[&event]).await[0].is_ok());

    // Consumers that take it and come to their end: to the broker it is handed back unhandled.
    let (_connection, channel) = channel(url).await;
    let qos = BasicQosOptions::default();
    channel.basic_qos(1, qos).await.unwrap();
    let queue = format!("{namespace}.queue.cache");
    let mut deliveries = channel
        .basic_consume(
            queue.into(),
            "".into(),
            Default::default(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    let mut times = 0;
    while let Ok(Some(delivery)) =
        tokio::time::timeout(Duration::from_secs(3), deliveries.next()).await
    {
        let back = BasicNackOptions {
            requeue: true,
            ..Default::default()
        };
        delivery.unwrap().acker.nack(back).await.unwrap();
        times += 1;
        assert!(times < 1_000, "it comes back for ever");
    }
    channel.close(200, "bye".into()).await.unwrap();
    let letters = RabbitDeadLetters::new(options.clone());
    let name: ConsumerName = "cache".parse().unwrap();
    let dead = letters.list(&name, 10).await.unwrap();
    let [letter] = &dead[..] else {
        panic!("after {times} times: {dead:?}");
    };
    assert_eq!(letter.event, event);
    assert!(
        letter.reason.contains("delivery_limit"),
        "{}",
        letter.reason
    );
    assert!(letter.died_at.is_some());

    assert_eq!(letters.replay(&name, 10).await.unwrap(), 1);
    let _working = Working::start(&env, &options, subscriptions);
    wait_for(&env, 1, Duration::from_secs(20)).await;
    assert_eq!(handled(&env).await, [event.event_id]);
}
