//! Connections to Redis for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use veza_core::kernel::rate::RateLimiter;
use veza_core::kernel::{Clock, Timestamp};
use veza_redis::{Redis, RedisLimiter, RedisSettings};

/// The time of the system.
pub(crate) struct SystemTimes;

impl Clock for SystemTimes {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
    }
}

/// Different for each call and each run.
pub(crate) fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let millis = u64::try_from(SystemTimes.now().as_millis()).unwrap();
    (millis << 16) + (u64::from(std::process::id()) << 4) + NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn settings(url: &str) -> RedisSettings {
    RedisSettings::new(url, unique().to_be_bytes()).unwrap()
}

/// A connection with patience: the tests share the machine with others.
pub(crate) async fn patient(url: &str) -> Redis {
    let redis = Redis::open(settings(url).budget(Duration::from_secs(5)));
    redis.connected().await;
    redis
}

pub(crate) fn limiter(redis: &Redis, instances: u32) -> RedisLimiter {
    RedisLimiter::new(redis.clone(), Arc::new(SystemTimes), instances, 10_000)
}

/// How long something took, and what came of it.
pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let began = Instant::now();
    let done = work.await;
    (began.elapsed(), done)
}

/// Tries until it is so; fails after `patience`.
pub(crate) async fn until(patience: Duration, what: &str, mut so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !so().await {
        assert!(
            began.elapsed() < patience,
            "not within {patience:?}: {what}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How many of `tries` a limiter grants.
pub(crate) async fn granted(
    limiter: &dyn RateLimiter,
    subject: &veza_core::kernel::rate::Subject,
    quota: veza_core::kernel::rate::Quota,
    tries: usize,
) -> usize {
    let demand = [veza_core::kernel::rate::Demand::new(quota)];
    let mut granted = 0;
    for _ in 0..tries {
        granted += usize::from(limiter.take(subject, &demand).await.granted());
    }
    granted
}
