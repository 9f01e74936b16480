//! What this process shares with others like it: in Redis if there is one, else with nobody.

use std::sync::Arc;

use veza_core::kernel::{Clock, Entropy, RateLimiter};
use veza_core::memory::MemoryLimiter;
use veza_redis::{Redis, RedisLimiter, RedisSettings};
use veza_server_kit::config::ConfigError;

use crate::settings::Settings;

/// Buckets of each rate limit that are known here at most; some 100 bytes each.
const LIMIT_BUCKETS: usize = 50_000;

/// The ports.
pub(super) struct Sharing {
    pub(super) limiter: Arc<dyn RateLimiter>,
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
            return Ok(Self {
                limiter: Arc::new(MemoryLimiter::new(clock, LIMIT_BUCKETS)),
            });
        };
        let mut instance = [0; 8];
        entropy.fill(&mut instance);
        let redis = RedisSettings::new(url.expose(), instance)
            .map_err(|error| ConfigError::new("--redis-url", error.to_string()))?;
        let redis = Redis::open(redis);
        let limiter = RedisLimiter::new(redis, clock, settings.instances, LIMIT_BUCKETS);
        Ok(Self {
            limiter: Arc::new(limiter),
        })
    }
}
