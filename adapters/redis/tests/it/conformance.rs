use std::time::Duration;

use veza_core::conformance;
use veza_core::kernel::rate::{Demand, Quota, RateLimiter as _, Subject};
use veza_redis::RedisSignals;

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
