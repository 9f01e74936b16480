//! What this process shares with others like it: in Redis if there is one, else with nobody.

use std::sync::Arc;

use veza_core::kernel::{Clock, Entropy, RateLimiter, ReadCache, Signals};
use veza_core::memory::{MemoryCache, MemoryLimiter, MemorySignals};
use veza_redis::{Redis, RedisCache, RedisLimiter, RedisSettings, RedisSignals};
use veza_server_kit::config::ConfigError;

use crate::settings::{DatabaseSetting, Settings};

/// Buckets of each rate limit that are known here at most; some 100 bytes each.
const LIMIT_BUCKETS: usize = 50_000;

/// What the cache of one process keeps at most.
const CACHE_ENTRIES: usize = 20_000;
const CACHE_BYTES: usize = 64 << 20;

/// The ports.
pub(super) struct Sharing {
    pub(super) limiter: Arc<dyn RateLimiter>,
    pub(super) cache: ReadCache,
    pub(super) signals: Arc<dyn Signals>,
}

impl Sharing {
    /// Opens them. Redis need not be there yet: what it would share is this process's own until
    /// it is.
    pub(super) fn open(
        settings: &Settings,
        clock: Arc<dyn Clock>,
        entropy: &dyn Entropy,
    ) -> Result<Self, ConfigError> {
        let Some(url) = &settings.redis_url else {
            // A cache of one's own would not hear of the changes that another process makes.
            let cache = match settings.database {
                DatabaseSetting::Sqlite => ReadCache::new(Arc::new(MemoryCache::new(
                    Arc::clone(&clock),
                    CACHE_ENTRIES,
                    CACHE_BYTES,
                ))),
                DatabaseSetting::Postgres { .. } => ReadCache::none(),
            };
            return Ok(Self {
                limiter: Arc::new(MemoryLimiter::new(clock, LIMIT_BUCKETS)),
                cache,
                signals: Arc::new(MemorySignals::new()),
            });
        };
        let mut instance = [0; 8];
        entropy.fill(&mut instance);
        let redis = RedisSettings::new(url.expose(), instance)
            .map_err(|error| ConfigError::new("--redis-url", error.to_string()))?;
        let redis = Redis::open(redis);
        let cache = RedisCache::new(redis.clone());
        let signals = RedisSignals::new(redis.clone());
        let limiter = RedisLimiter::new(redis, clock, settings.instances, LIMIT_BUCKETS);
        Ok(Self {
            cache: ReadCache::new(Arc::new(cache)),
            limiter: Arc::new(limiter),
            signals: Arc::new(signals),
        })
    }
}
