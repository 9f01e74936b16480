//! A cache of one process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;

use crate::kernel::cache::{
    Cache, CacheKey, Lookup, MAX_CACHED_BYTES, Space, TICKET_LIFETIME, Ticket,
};
use crate::kernel::{Clock, PortError, Timestamp};

use super::lock;

/// What an entry costs besides its value, in bytes, about.
const OVERHEAD: usize = 256;

/// Keeps at most so many values and so many bytes; those that were not asked for the longest make
/// way.
pub struct MemoryCache {
    clock: Arc<dyn Clock>,
    max_entries: usize,
    max_bytes: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<CacheKey, Entry>,
    /// The keys by when they were last asked for.
    order: BTreeMap<u64, CacheKey>,
    bytes: usize,
    /// Counts everything that happens: uses, tickets.
    count: u64,
}

struct Entry {
    content: Content,
    since: Timestamp,
    until: Timestamp,
    used: u64,
}

enum Content {
    Value(Bytes),
    /// Somebody reads it, with this ticket.
    Awaited(Ticket),
}

impl Entry {
    fn size(&self) -> usize {
        match &self.content {
            Content::Value(value) => value.len() + OVERHEAD,
            Content::Awaited(_) => OVERHEAD,
        }
    }

    /// Whether it still holds; not if the clock stepped back, for then nobody knows.
    fn holds(&self, now: Timestamp) -> bool {
        (self.since..self.until).contains(&now)
    }
}

impl MemoryCache {
    /// An empty cache.
    pub fn new(clock: Arc<dyn Clock>, max_entries: usize, max_bytes: usize) -> Self {
        Self {
            clock,
            max_entries,
            max_bytes,
            state: Mutex::default(),
        }
    }
}

impl State {
    fn remove(&mut self, key: &CacheKey) {
        if let Some(entry) = self.entries.remove(key) {
            self.order.remove(&entry.used);
            self.bytes -= entry.size();
        }
    }

    fn insert(&mut self, key: &CacheKey, content: Content, since: Timestamp, until: Timestamp) {
        self.remove(key);
        self.count += 1;
        let used = self.count;
        let entry = Entry {
            content,
            since,
            until,
            used,
        };
        self.bytes += entry.size();
        self.order.insert(used, key.clone());
        self.entries.insert(key.clone(), entry);
    }
}

#[async_trait]
impl Cache for MemoryCache {
    async fn get(&self, key: &CacheKey) -> Lookup {
        let now = self.clock.now();
        let mut state = lock(&self.state);
        let state = &mut *state;
        if let Some(entry) = state.entries.get_mut(key).filter(|entry| entry.holds(now)) {
            let Content::Value(value) = &entry.content else {
                return Lookup::Miss(None);
            };
            state.count += 1;
            state.order.remove(&entry.used);
            state.order.insert(state.count, key.clone());
            entry.used = state.count;
            return Lookup::Hit(value.clone());
        }
        let ticket = Ticket(state.count.to_string());
        let awaited = Content::Awaited(ticket.clone());
        state.insert(key, awaited, now, now.plus(TICKET_LIFETIME));
        self.make_room(state);
        Lookup::Miss(Some(ticket))
    }

    async fn put(&self, key: &CacheKey, ticket: &Ticket, value: Bytes) {
        let now = self.clock.now();
        let mut state = lock(&self.state);
        let awaited = state.entries.get(key).filter(|entry| entry.holds(now));
        let good = awaited.is_some_and(
            |entry| matches!(&entry.content, Content::Awaited(good) if good == ticket),
        );
        if good && value.len() <= MAX_CACHED_BYTES {
            let until = now.plus(key.space().lifetime());
            state.insert(key, Content::Value(value), now, until);
            self.make_room(&mut state);
        }
    }

    async fn invalidate(&self, keys: &[CacheKey]) -> Result<(), PortError> {
        let mut state = lock(&self.state);
        for key in keys {
            state.remove(key);
        }
        Ok(())
    }

    async fn invalidate_space(&self, space: &Space) -> Result<(), PortError> {
        let mut state = lock(&self.state);
        let keys = state.entries.keys().filter(|key| key.space() == space);
        for key in keys.cloned().collect::<Vec<_>>() {
            state.remove(&key);
        }
        Ok(())
    }
}

impl MemoryCache {
    fn make_room(&self, state: &mut State) {
        while state.entries.len() > self.max_entries || state.bytes > self.max_bytes {
            let Some((_, oldest)) = state.order.pop_first() else {
                return;
            };
            if let Some(entry) = state.entries.remove(&oldest) {
                state.bytes -= entry.size();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::ManualClock;
    use futures_util::FutureExt as _;
    use std::time::Duration;

    fn key(number: usize) -> CacheKey {
        CacheKey::of(Space::TRACKS, number)
    }

    fn put(cache: &MemoryCache, number: usize, value: Bytes) {
        let Lookup::Miss(Some(ticket)) = get(cache, number) else {
            panic!("it is there")
        };
        cache
            .put(&key(number), &ticket, value)
            .now_or_never()
            .unwrap();
    }

    fn get(cache: &MemoryCache, number: usize) -> Lookup {
        cache.get(&key(number)).now_or_never().unwrap()
    }

    #[test]
    fn it_is_bounded_by_entries_and_bytes_and_forgets_the_least_used() {
        let clock = Arc::new(ManualClock::default());
        let cache = MemoryCache::new(clock, 3, 100_000);
        for number in 0..3 {
            put(&cache, number, "x".into());
        }
        assert_eq!(get(&cache, 0), Lookup::Hit("x".into()));
        put(&cache, 3, "x".into());
        assert!(matches!(get(&cache, 0), Lookup::Hit(_)));
        assert!(matches!(get(&cache, 1), Lookup::Miss(_)));
        for number in 10..1_000 {
            put(&cache, number, vec![0; 40_000].into());
            let state = lock(&cache.state);
            assert!(state.entries.len() <= 3 && state.bytes <= 100_000);
            assert_eq!(state.entries.len(), state.order.len());
            let sizes: usize = state.entries.values().map(Entry::size).sum();
            assert_eq!(state.bytes, sizes);
        }
        put(&cache, 2_000, vec![0; MAX_CACHED_BYTES + 1].into());
        assert!(matches!(get(&cache, 2_000), Lookup::Miss(None)));
    }

    #[test]
    fn values_and_tickets_live_as_long_as_they_should() {
        let clock = Arc::new(ManualClock::default());
        let cache = MemoryCache::new(clock.clone(), 10, 100_000);
        put(&cache, 1, "x".into());
        clock.advance(Duration::from_secs(899));
        assert!(matches!(get(&cache, 1), Lookup::Hit(_)));
        clock.advance(Duration::from_secs(1));
        let Lookup::Miss(Some(old)) = get(&cache, 1) else {
            panic!("its time is over")
        };
        clock.advance(TICKET_LIFETIME);
        assert!(matches!(get(&cache, 1), Lookup::Miss(Some(_))));
        cache.put(&key(1), &old, "old".into()).now_or_never();
        assert_eq!(get(&cache, 1), Lookup::Miss(None));
        put(&cache, 2, "x".into());
        clock.set(clock.now().minus(Duration::from_secs(3_600)));
        assert!(matches!(get(&cache, 2), Lookup::Miss(_)));
    }
}
