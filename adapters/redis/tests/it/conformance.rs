use std::time::Duration;

use veza_core::conformance;
use veza_core::kernel::cache::{Cache as _, CacheKey, Lookup, Space};
use veza_core::kernel::rate::{Demand, Quota, RateLimiter as _, Subject};
use veza_redis::{RedisCache, RedisSignals};

use crate::support::{limiter, patient, unique};

fn shared() -> &'static str {
    test_services::redis::shared().unwrap()
}

#[tokio::test]
async fn limits_in_redis_keep_the_contract() {
    let (here, there) = (patient(shared()).await, patient(shared()).await);
    let (here, there) = (limiter(&here, 2), limiter(&there, 2));
    let salt = unique().to_string();
    conformance::rate_limiter(&here, &there, &salt, tokio::time::sleep).await;
}

#[tokio::test]
async fn signals_over_redis_keep_the_contract() {
    let here = RedisSignals::new(patient(shared()).await);
    let there = RedisSignals::new(patient(shared()).await);
    let settle = async || {
        here.settled().await;
        there.settled().await;
    };
    let all = conformance::signals(&here, &there, settle);
    tokio::time::timeout(Duration::from_secs(60), all)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_cache_in_redis_keeps_the_contract() {
    // A server of its own: spaces are forgotten as a whole.
    let server = test_services::redis::Redis::start().unwrap();
    let here = RedisCache::new(patient(&server.url()).await);
    let there = RedisCache::new(patient(&server.url()).await);
    conformance::cache(&here, &there, "").await;
}

#[tokio::test]
async fn what_is_cached_has_an_end() {
    let redis = patient(shared()).await;
    let cache = RedisCache::new(redis);
    let name = unique().to_string();
    let (track, read) = (
        CacheKey::of(Space::TRACKS, &name),
        CacheKey::of(Space::USER_PROFILES, &name),
    );
    let Lookup::Miss(Some(ticket)) = cache.get(&track).await else {
        panic!("it is new")
    };
    cache.put(&track, &ticket, "x".into()).await;
    cache.get(&read).await;
    let client = redis::Client::open(shared()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut seconds = async |key: String| -> i64 {
        redis::cmd("TTL")
            .arg(key)
            .query_async(&mut connection)
            .await
            .unwrap()
    };
    assert!((890..=900).contains(&seconds(format!("veza:cache:track:{{{name}}}")).await));
    assert!((1..=10).contains(&seconds(format!("veza:cache:user:{{{name}}}")).await));
}

#[tokio::test]
async fn many_at_once_are_granted_no_more_than_there_is() {
    const QUOTA: Quota = Quota::new("at-once", 30, Duration::from_secs(3_600), 10);
    let subject = Subject::new("test", &unique().to_string());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let limiter = std::sync::Arc::new(limiter(&patient(shared()).await, 4));
        for _ in 0..50 {
            let limiter = limiter.clone();
            tasks.spawn(async move {
                let demands = [Demand::new(QUOTA), Demand::about(QUOTA, "one")];
                limiter.take(&subject, &demands).await.granted()
            });
        }
    }
    let granted = tasks.join_all().await.into_iter().filter(|g| *g).count();
    assert_eq!(granted, 40);
}

#[tokio::test]
async fn keys_lie_on_one_node_and_go_by_themselves() {
    const QUOTA: Quota = Quota::new("going", 10, Duration::from_secs(1), 0);
    let redis = patient(shared()).await;
    let subject = Subject::new("test", &unique().to_string());
    let demands = [Demand::new(QUOTA), Demand::about(QUOTA, "a}{b")];
    assert!(limiter(&redis, 1).take(&subject, &demands).await.granted());
    let client = redis::Client::open(shared()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let find = format!("veza:limit:{{{subject}}}:*");
    let mut keys = async || -> Vec<String> {
        redis::cmd("KEYS")
            .arg(&find)
            .query_async(&mut connection)
            .await
            .unwrap()
    };
    assert_eq!(keys().await.len(), 2);
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!(keys().await, [""; 0]);
}
