//! What instances share, in its versions for one process.

use std::sync::Arc;

use futures_util::FutureExt as _;
use veza_core::conformance;
use veza_core::memory::{ManualClock, MemoryCache, MemoryLimiter, MemorySignals};

/// What is in memory never waits.
fn at_once(work: impl Future<Output = ()>) {
    work.now_or_never()
        .expect("nothing in memory waits for anything");
}

#[test]
fn signals_in_memory_keep_the_contract() {
    let signals = MemorySignals::new();
    let settle = async || {};
    at_once(conformance::signals(&signals, &signals.clone(), settle));
}

#[test]
fn limits_in_memory_keep_the_contract() {
    let clock = Arc::new(ManualClock::default());
    let limiter = MemoryLimiter::new(clock.clone(), 100);
    let sleep = async |time| clock.advance(time);
    at_once(conformance::rate_limiter(&limiter, &limiter, "", sleep));
}

#[test]
fn a_cache_in_memory_keeps_the_contract() {
    let clock = Arc::new(ManualClock::default());
    let cache = MemoryCache::new(clock, 1_000, 10_000_000);
    at_once(conformance::cache(&cache, &cache, ""));
}
