//! The broker or the network fails.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use test_services::rabbitmq::{self, RabbitMq};
use tokio::time::{Instant, sleep};
use veza_core::conformance::event_of;
use veza_core::kernel::EventBus as _;
use veza_core::kernel::bus::PublishError;
use veza_rabbitmq::RabbitBus;

use crate::proxy::Proxy;
use crate::support::{
    Recorder, Working, assert_once_and_in_order, environment, handled, options, relay_all,
    store_events, subscription, wait_for,
};

fn port(url: &str) -> u16 {
    let port = url.rsplit('@').next().unwrap().split(['/', ':']).nth(1);
    port.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_killed_loses_and_doubles_nothing() {
    let mut broker = RabbitMq::start().unwrap();
    let (source, env) = (environment(), environment());
    let options = options(&broker.url());
    let recorder = Recorder::slow(Duration::from_millis(5));
    let subscriptions = vec![subscription("cache", recorder.clone())];
    let bus = RabbitBus::new(options.clone(), subscriptions.clone());
    let _working = Working::start(&env, &options, subscriptions);
    let mut events = store_events(&source, 0..5).await;
    relay_all(&source, &bus, Duration::from_secs(30)).await;
    wait_for(&env, 5, Duration::from_secs(30)).await;
    // The broker notes half a second later, and not at once, which queues it has: one that is
    // killed before that does not find its own log again.
    sleep(Duration::from_secs(3)).await;

    events.extend(store_events(&source, 5..100).await);
    assert_eq!(relay_all(&source, &bus, Duration::from_secs(30)).await, 0);
    wait_for(&env, 20, Duration::from_secs(30)).await;

    // In the middle of consuming, and with more to publish.
    broker.kill().unwrap();
    assert!(
        handled(&env).await.len() < 100,
        "the consumer was quicker than meant"
    );
    events.extend(store_events(&source, 100..200).await);
    let begun = Instant::now();
    let answers = bus.publish(&[&event_of(9, 900)]).await;
    assert!(
        matches!(answers[..], [Err(PublishError::Away(_))]),
        "{answers:?}"
    );
    assert!(
        begun.elapsed() < Duration::from_secs(11),
        "{:?}",
        begun.elapsed()
    );

    // Kept until the end of the test.
    let restarted = tokio::task::spawn_blocking(move || {
        broker.restart().unwrap();
        broker
    });
    let _broker = restarted.await.unwrap();
    relay_all(&source, &bus, Duration::from_secs(60)).await;
    wait_for(&env, 200, Duration::from_secs(60)).await;
    sleep(Duration::from_millis(500)).await;
    assert_once_and_in_order(&handled(&env).await, &events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_swallows_everything_blocks_nobody_for_long() {
    let proxy = Proxy::start(port(rabbitmq::shared().unwrap())).await;
    let (source, env) = (environment(), environment());
    let mut options = options(&proxy.url());
    options.timeout = Duration::from_secs(2);
    let recorder = Recorder::new();
    let subscriptions = vec![subscription("cache", recorder.clone())];
    let bus = RabbitBus::new(options.clone(), subscriptions.clone());
    let _working = Working::start(&env, &options, subscriptions);
    let mut events = store_events(&source, 0..20).await;
    relay_all(&source, &bus, Duration::from_secs(20)).await;
    wait_for(&env, 20, Duration::from_secs(20)).await;

    proxy.swallow();
    let lost = events[0].clone();
    for attempt in 0..3 {
        let begun = Instant::now();
        let answers = bus.publish(&[&lost]).await;
        assert!(
            matches!(answers[..], [Err(PublishError::Away(_))]),
            "{answers:?}"
        );
        let waited = begun.elapsed();
        assert!(
            waited < Duration::from_secs(4),
            "attempt {attempt}: {waited:?}"
        );
    }
    events.extend(store_events(&source, 20..60).await);
    // Long enough for the consumer to miss the heartbeats.
    sleep(Duration::from_secs(8)).await;

    proxy.forward();
    let begun = Instant::now();
    relay_all(&source, &bus, Duration::from_secs(10)).await;
    wait_for(&env, 60, Duration::from_secs(10)).await;
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    assert_once_and_in_order(&handled(&env).await, &events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_again_and_again_lose_and_double_nothing() {
    let proxy = Proxy::start(port(rabbitmq::shared().unwrap())).await;
    let (source, env) = (environment(), environment());
    let options = options(&proxy.url());
    let recorder = Recorder::slow(Duration::from_millis(2));
    let subscriptions = vec![subscription("cache", recorder.clone())];
    let bus = RabbitBus::new(options.clone(), subscriptions.clone());
    let _working = Working::start(&env, &options, subscriptions);
    let cut = proxy.cutter();
    let cutting = tokio::spawn(async move {
        for round in 1..=12 {
            sleep(Duration::from_millis(60 * round)).await;
            cut();
        }
    });
    let mut events = Vec::new();
    for batch in 0..10 {
        events.extend(store_events(&source, batch * 40..(batch + 1) * 40).await);
        relay_all(&source, &bus, Duration::from_secs(60)).await;
        sleep(Duration::from_millis(200)).await;
    }
    cutting.await.unwrap();
    wait_for(&env, 400, Duration::from_secs(60)).await;
    sleep(Duration::from_millis(500)).await;
    assert_once_and_in_order(&handled(&env).await, &events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_dies_between_commit_and_acknowledgement_repeats_nothing() {
    let proxy = Proxy::start(port(rabbitmq::shared().unwrap())).await;
    let (source, env) = (environment(), environment());
    let options = options(&proxy.url());
    let (cut, first) = (proxy.cutter(), AtomicBool::new(true));
    // The unit of work is committed after this, and the acknowledgement finds no connection.
    let recorder = Recorder::doing(move |_| {
        if first.swap(false, Ordering::SeqCst) {
            cut();
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let subscriptions = vec![subscription("cache", recorder.clone())];
    let bus = RabbitBus::new(options.clone(), subscriptions.clone());
    let events = store_events(&source, 0..10).await;
    relay_all(&source, &bus, Duration::from_secs(20)).await;
    let _working = Working::start(&env, &options, subscriptions);
    wait_for(&env, 10, Duration::from_secs(20)).await;
    sleep(Duration::from_secs(2)).await;
    assert_once_and_in_order(&handled(&env).await, &events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_starts_before_the_broker_waits_for_it() {
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = unused.local_addr().unwrap().port();
    drop(unused);
    let options = options(&format!("amqp://guest:guest@127.0.0.1:{port}/%2f"));
    let bus = RabbitBus::new(options, Vec::new());
    let begun = Instant::now();
    for _ in 0..20 {
        let answers = bus.publish(&[&event_of(1, 1)]).await;
        assert!(
            matches!(answers[..], [Err(PublishError::Away(_))]),
            "{answers:?}"
        );
    }
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}
