//! Redis dies, stalls, vanishes and comes back.

use std::time::Duration;

use test_services::redis::Redis as Server;
use veza_core::kernel::PortErrorKind;
use veza_core::kernel::cache::{Cache as _, CacheKey, Lookup, Space};
use veza_core::kernel::rate::{Demand, Quota, RateLimiter as _, Subject};
use veza_core::kernel::signal::{Heard, Signals as _, Topic};
use veza_redis::{Redis, RedisCache, RedisSignals};

use crate::proxy::Proxy;
use crate::support::{granted, limiter, patient, settings, timed, unique, until};

const LOGIN: Quota = Quota::new("login", 5, Duration::from_secs(900), 2);
const TOPIC: Topic = Topic::fixed("test.topic");
/// A hundred milliseconds, and as much again for a machine that is busy.
const SOON: Duration = Duration::from_millis(250);
const BACK: Duration = Duration::from_secs(10);

fn subject() -> Subject {
    Subject::new("test", &unique().to_string())
}

async fn open(url: &str) -> Redis {
    let redis = Redis::open(settings(url));
    redis.connected().await;
    redis
}

#[tokio::test]
async fn limits_hold_while_redis_is_dead_and_when_it_comes_back_empty() {
    let mut server = Server::start().unwrap();
    let redis = patient(&server.url()).await;
    let limits = limiter(&redis, 1);
    let (ada, bob) = (subject(), subject());
    assert_eq!(granted(&limits, &ada, LOGIN, 5).await, 5);

    server.kill().unwrap();
    assert_eq!(granted(&limits, &ada, LOGIN, 20).await, 2, "what is left");
    assert_eq!(
        granted(&limits, &bob, LOGIN, 20).await,
        7,
        "it does not close"
    );
    let shared = limiter(&redis, 3);
    assert_eq!(granted(&shared, &ada, LOGIN, 20).await, 2, "a third of it");

    server.restart().unwrap();
    until(BACK, "Redis answers", async || redis.ping().await.is_ok()).await;
    assert_eq!(
        granted(&limits, &ada, LOGIN, 20).await,
        0,
        "it is not forgotten"
    );
    let carl = subject();
    let others = limiter(&patient(&server.url()).await, 3);
    assert_eq!(granted(&others, &carl, LOGIN, 3).await, 3);
    assert_eq!(
        granted(&limits, &carl, LOGIN, 20).await,
        4,
        "counted together again"
    );
}

/// Runs while nothing is answered: every take is answered soon, and by the local limit.
async fn takes_are_quick_and_limited(redis: &Redis) {
    let (limits, subject) = (limiter(redis, 1), subject());
    let mut granted = 0;
    let mut slow = 0;
    for _ in 0..50 {
        let (took, verdict) = timed(limits.take(&subject, &[Demand::new(LOGIN)])).await;
        granted += usize::from(verdict.granted());
        slow += usize::from(took > Duration::from_millis(50));
        assert!(took < SOON, "{took:?}");
    }
    assert_eq!(granted, 7);
    assert!(
        slow <= 3,
        "{slow} of 50 waited: those after the first need not"
    );
}

#[tokio::test]
async fn a_black_hole_costs_one_budget_and_leaks_no_connection() {
    let server = Server::start().unwrap();
    let proxy = Proxy::to(server.port()).await;
    let redis = open(&proxy.url()).await;
    redis.ping().await.unwrap();
    proxy.block(true);
    takes_are_quick_and_limited(&redis).await;
    let error = redis.ping().await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    // For some seconds it tries to connect, again and again.
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(proxy.open() <= 2, "{} connections", proxy.open());
    }
    proxy.block(false);
    until(BACK, "Redis answers", async || redis.ping().await.is_ok()).await;
    until(BACK, "one connection", async || proxy.open() == 1).await;
    drop(redis);
    until(BACK, "no connection", async || proxy.open() == 0).await;
}

#[tokio::test]
async fn a_pause_of_redis_is_got_over() {
    let server = Server::start().unwrap();
    let redis = open(&server.url()).await;
    let client = redis::Client::open(server.url()).unwrap();
    let mut control = client.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("CLIENT")
        .arg(&["PAUSE", "3000", "ALL"])
        .query_async::<()>(&mut control)
        .await
        .unwrap();
    takes_are_quick_and_limited(&redis).await;
    until(BACK, "Redis answers", async || redis.ping().await.is_ok()).await;
}

#[tokio::test]
async fn a_process_that_starts_before_redis_finds_it_later() {
    let mut server = Server::start().unwrap();
    let url = server.url();
    server.kill().unwrap();
    let redis = Redis::open(settings(&url));
    takes_are_quick_and_limited(&redis).await;
    server.restart().unwrap();
    tokio::time::timeout(BACK, redis.connected()).await.unwrap();
}

#[tokio::test]
async fn a_replica_is_not_taken_for_the_server() {
    let (first, second) = (Server::start().unwrap(), Server::start().unwrap());
    let redis = patient(&first.url()).await;
    let limits = limiter(&redis, 1);
    let client = redis::Client::open(first.url()).unwrap();
    let mut control = client.get_multiplexed_async_connection().await.unwrap();
    let mut replica_of = async |host: String, port: String| {
        let mut command = redis::cmd("REPLICAOF");
        command.arg(host).arg(port);
        command.query_async::<()>(&mut control).await.unwrap();
    };
    replica_of("127.0.0.1".into(), second.port().to_string()).await;
    assert_eq!(granted(&limits, &subject(), LOGIN, 20).await, 7);
    replica_of("NO".into(), "ONE".into()).await;
    let (ada, others) = (subject(), limiter(&patient(&first.url()).await, 1));
    assert_eq!(granted(&others, &ada, LOGIN, 3).await, 3);
    until(BACK, "counted in Redis again", async || {
        let demand = [Demand::new(LOGIN)];
        let verdict = limits.take(&ada, &demand).await;
        !verdict.granted() || verdict.standings[0].remaining < 4
    })
    .await;
}

#[tokio::test]
async fn signals_go_on_after_a_loss_and_the_loss_is_told() {
    let mut server = Server::start().unwrap();
    let near = RedisSignals::new(patient(&server.url()).await);
    let far_redis = patient(&server.url()).await;
    let far = RedisSignals::new(far_redis.clone());
    let mut listener = near.listen(&TOPIC);
    near.settled().await;
    assert_eq!(
        listener.next().await,
        Heard::Missed,
        "it has only just come"
    );
    far.send(&TOPIC, b"one").await.unwrap();
    assert_eq!(listener.next().await, Heard::Signal("one".into()));

    server.kill().unwrap();
    until(BACK, "a loss is noticed", async || {
        far.send(&TOPIC, b"lost").await.is_err()
    })
    .await;
    let _ = near.send(&TOPIC, b"own").await;
    assert_eq!(listener.next().await, Heard::Signal("own".into()));
    server.restart().unwrap();
    let missed = tokio::time::timeout(BACK, listener.next()).await.unwrap();
    assert_eq!(missed, Heard::Missed);
    tokio::time::timeout(BACK, far_redis.connected())
        .await
        .unwrap();
    near.settled().await;
    far.send(&TOPIC, b"two").await.unwrap();
    assert_eq!(listener.next().await, Heard::Signal("two".into()));
}

#[tokio::test]
async fn a_silent_connection_of_signals_is_made_again() {
    let server = Server::start().unwrap();
    let proxy = Proxy::to(server.port()).await;
    let near = RedisSignals::new(patient(&proxy.url()).await);
    let mut listener = near.listen(&TOPIC);
    near.settled().await;
    assert_eq!(listener.next().await, Heard::Missed);
    proxy.block(true);
    tokio::time::sleep(Duration::from_secs(4)).await;
    proxy.block(false);
    let missed = tokio::time::timeout(BACK, listener.next()).await.unwrap();
    assert_eq!(missed, Heard::Missed);
    drop((near, listener));
    until(BACK, "no connection", async || proxy.open() == 0).await;
}

#[tokio::test]
async fn a_cache_without_redis_is_empty_at_once_and_says_what_it_could_not_forget() {
    let mut server = Server::start().unwrap();
    let proxy = Proxy::to(server.port()).await;
    let redis = open(&proxy.url()).await;
    let cache = RedisCache::new(redis.clone());
    let key = CacheKey::of(Space::TRACKS, 1);
    let Lookup::Miss(Some(ticket)) = cache.get(&key).await else {
        panic!("it is new")
    };
    cache.put(&key, &ticket, "x".into()).await;
    assert_eq!(cache.get(&key).await, Lookup::Hit("x".into()));

    proxy.block(true);
    for _ in 0..20 {
        let (took, found) = timed(cache.get(&key)).await;
        assert_eq!(found, Lookup::Miss(None));
        assert!(took < SOON, "{took:?}");
        let (took, ()) = timed(cache.put(&key, &ticket, "y".into())).await;
        assert!(took < SOON, "{took:?}");
    }
    let keys = std::slice::from_ref(&key);
    let error = cache.invalidate(keys).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    let error = cache
        .invalidate_space(&Space::TRACK_LISTS)
        .await
        .unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);

    proxy.block(false);
    until(BACK, "it is forgotten", async || {
        cache.invalidate(keys).await.is_ok()
    })
    .await;
    assert!(matches!(cache.get(&key).await, Lookup::Miss(Some(_))));
    server.kill().unwrap();
    server.restart().unwrap();
    until(BACK, "it works again", async || {
        matches!(
            cache.get(&CacheKey::of(Space::TRACKS, unique())).await,
            Lookup::Miss(Some(_))
        )
    })
    .await;
}
