//! Several instances, and what they know of each other.

use std::time::Duration;

use test_services::rabbitmq;
use tokio::time::sleep;
use veza_core::kernel::Subscription;
use veza_rabbitmq::RabbitBus;

use crate::support::{
    Recorder, Working, assert_once_and_in_order, environment, handled, options, relay_all,
    store_events, subscription, wait_for,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_instance_works_at_a_time_and_another_goes_on_in_order() {
    let (source, env) = (environment(), environment());
    let options = options(rabbitmq::shared().unwrap());
    let recorder = Recorder::slow(Duration::from_millis(5));
    let subscriptions = || vec![subscription("cache", recorder.clone())];
    let bus = RabbitBus::new(options.clone(), subscriptions());
    let one = Working::start(&env, &options, subscriptions());
    let _two = Working::start(&env, &options, subscriptions());
    let events = store_events(&source, 0..150).await;
    relay_all(&source, &bus, Duration::from_secs(20)).await;
    wait_for(&env, 30, Duration::from_secs(20)).await;
    drop(one);
    wait_for(&env, 150, Duration::from_secs(30)).await;
    sleep(Duration::from_millis(500)).await;
    assert_once_and_in_order(&handled(&env).await, &events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_earlier_version_waited_for_is_no_longer_handled() {
    let (source, env) = (environment(), environment());
    let options = options(rabbitmq::shared().unwrap());
    let old = subscription("cache", Recorder::new());
    let recorder = Recorder::new();
    let new = Subscription {
        patterns: vec!["other.#".parse().unwrap()],
        ..subscription("cache", recorder.clone())
    };
    // Both bind their patterns to the queue.
    let bus = RabbitBus::new(options.clone(), vec![old]);
    let mut events = store_events(&source, 0..5).await;
    relay_all(&source, &bus, Duration::from_secs(20)).await;
    let bus = RabbitBus::new(options.clone(), vec![new.clone()]);
    let mut wanted = veza_core::conformance::event_of(1, 99);
    wanted.event_type = "other.thing.happened.v1".into();
    let mut unit = source.store.begin().await.unwrap();
    unit.outbox().append(&wanted).await.unwrap();
    unit.commit().await.unwrap();
    events.push(wanted.clone());
    relay_all(&source, &bus, Duration::from_secs(20)).await;
    let _working = Working::start(&env, &options, vec![new]);
    wait_for(&env, 1, Duration::from_secs(20)).await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(handled(&env).await, [wanted.event_id]);
}
