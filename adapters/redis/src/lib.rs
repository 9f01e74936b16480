//! Caches, rate limits and revocations shared by several processes, in Redis.
