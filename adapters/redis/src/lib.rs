//! What instances share in Redis: rate limits, caches, signals.
//!
//! [`Redis`] is the connection, which looks after itself; [`RedisLimiter`], [`RedisCache`] and
//! [`RedisSignals`] are ports of `veza-core` upon it. None of them keeps anything that could not
//! be lost: each says what it does while Redis cannot be reached, and needs no persistence of it.

mod cache;
mod limiter;
mod link;
mod settings;
mod signals;

pub use cache::RedisCache;
pub use limiter::RedisLimiter;
pub use link::Redis;
pub use settings::{RedisSettings, SettingsError};
pub use signals::RedisSignals;
