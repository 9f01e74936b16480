//! A cache as queries use it.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::flight::{Flights, Part};
use super::{Cache, CacheKey, Lookup, Space, Ticket};
use crate::kernel::error::PortError;

/// Reads through a cache: what is not in it is read from the store, once for all who ask for it
/// at the same time, and put. Clones share everything.
#[derive(Clone)]
pub struct ReadCache {
    cache: Option<Arc<dyn Cache>>,
    flights: Flights,
}

impl fmt::Debug for ReadCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_there = self.cache.is_some();
        f.debug_struct("ReadCache")
            .field("cache", &is_there)
            .finish()
    }
}

impl ReadCache {
    /// Reads through this cache.
    pub fn new(cache: Arc<dyn Cache>) -> Self {
        Self {
            cache: Some(cache),
            flights: Flights::default(),
        }
    }

    /// Keeps nothing: every reading is one of the store.
    pub fn none() -> Self {
        Self {
            cache: None,
            flights: Flights::default(),
        }
    }

    /// The value of `key`: from the cache, or as `load` reads it. What `load` reads is kept and
    /// shared, so it must not depend on who asks; none is not kept.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn read<T, E>(
        &self,
        key: &CacheKey,
        load: impl AsyncFnOnce() -> Result<Option<T>, E>,
    ) -> Result<Option<T>, E>
    where
        T: Serialize + DeserializeOwned,
    {
        let Some(cache) = &self.cache else {
            return load().await;
        };
        let lead = match self.flights.join(key) {
            Part::Lead(lead) => Some(lead),
            Part::Follow(follow) => match follow.wait().await {
                Some(None) => return Ok(None),
                Some(Some(bytes)) => match decode(&bytes) {
                    Some(value) => return Ok(Some(value)),
                    None => None,
                },
                // One's own reading may do better; without a crowd behind it.
                None => None,
            },
        };
        let ticket = match cache.get(key).await {
            Lookup::Miss(ticket) => ticket,
            Lookup::Hit(bytes) => match decode(&bytes) {
                Some(value) => {
                    if let Some(lead) = lead {
                        lead.land(Some(bytes));
                    }
                    return Ok(Some(value));
                }
                None => replace(&**cache, key).await,
            },
        };
        let Some(value) = load().await? else {
            if let Some(lead) = lead {
                lead.land(None);
            }
            return Ok(None);
        };
        if let Ok(bytes) = serde_json::to_vec(&value).map(Bytes::from) {
            if let Some(lead) = lead {
                lead.land(Some(bytes.clone()));
            }
            if let Some(ticket) = &ticket {
                cache.put(key, ticket, bytes).await;
            }
        }
        Ok(Some(value))
    }

    /// Forgets values, after a change of them was committed.
    ///
    /// # Errors
    /// `Unavailable` when others may still see old ones: it has to be tried again.
    pub async fn invalidate(&self, keys: &[CacheKey]) -> Result<(), PortError> {
        self.flights.part_with(keys);
        match &self.cache {
            Some(cache) if !keys.is_empty() => cache.invalidate(keys).await,
            _ => Ok(()),
        }
    }

    /// Forgets every value of a space which [is whole](Space::is_whole).
    ///
    /// # Errors
    /// `Unavailable` when others may still see old ones: it has to be tried again.
    pub async fn invalidate_space(&self, space: &Space) -> Result<(), PortError> {
        self.flights.part_with_space(space);
        match &self.cache {
            Some(cache) => cache.invalidate_space(space).await,
            None => Ok(()),
        }
    }
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}

/// A value that cannot be read was written by another version of the program: it makes way.
async fn replace(cache: &dyn Cache, key: &CacheKey) -> Option<Ticket> {
    cache.invalidate(std::slice::from_ref(key)).await.ok()?;
    match cache.get(key).await {
        Lookup::Miss(ticket) => ticket,
        Lookup::Hit(_) => None,
    }
}

#[cfg(all(test, feature = "memory"))]
mod tests {
    use super::*;
    use crate::memory::{ManualClock, MemoryCache};
    use futures_util::FutureExt as _;
    use std::cell::Cell;
    use std::future::poll_fn;
    use std::task::Poll;

    fn key() -> CacheKey {
        CacheKey::of(Space::TRACKS, 1)
    }

    fn cache() -> ReadCache {
        let clock = Arc::new(ManualClock::default());
        ReadCache::new(Arc::new(MemoryCache::new(clock, 10, 10_000)))
    }

    fn now<T>(work: impl Future<Output = T>) -> T {
        work.now_or_never().expect("it does not wait")
    }

    /// Waits once, then answers.
    async fn slow<T>(value: T) -> T {
        let mut waited = false;
        poll_fn(|_| {
            if std::mem::replace(&mut waited, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        value
    }

    type Read = Result<Option<u32>, &'static str>;

    #[test]
    fn a_crowd_reads_once_and_later_ones_not_at_all() {
        let (cache, reads) = (cache(), Cell::new(0));
        let key = key();
        let read = || {
            cache.read(&key, async || {
                reads.set(reads.get() + 1);
                Ok::<_, &str>(slow(Some(7u32)).await)
            })
        };
        let mut crowd: Vec<_> = (0..5).map(|_| Box::pin(read())).collect();
        for one in &mut crowd {
            assert!(one.as_mut().now_or_never().is_none());
        }
        for one in crowd {
            assert_eq!(now(one), Ok(Some(7)));
        }
        assert_eq!(now(read()), Ok(Some(7)));
        assert_eq!(reads.get(), 1);
    }

    #[test]
    fn who_comes_after_a_change_does_not_join_a_reading_from_before() {
        let cache = cache();
        let key = key();
        let mut old = Box::pin(cache.read(&key, async || -> Result<_, ()> {
            Ok(slow(Some(1u32)).await)
        }));
        assert!(old.as_mut().now_or_never().is_none());
        now(cache.invalidate(std::slice::from_ref(&key))).unwrap();
        let new = cache.read(&key, async || -> Result<_, ()> { Ok(Some(2u32)) });
        assert_eq!(now(new), Ok(Some(2)));
        assert_eq!(now(old), Ok(Some(1)), "it asked before the change");
        let later = cache.read(&key, async || -> Result<Option<u32>, _> { Err(()) });
        assert_eq!(now(later), Ok(Some(2)), "and it was not put back");
    }

    #[test]
    fn who_follows_a_reader_that_fails_or_goes_away_reads_for_itself() {
        let cache = cache();
        let key = key();
        let failing = async || -> Result<Option<u32>, &str> { slow(Err("down")).await };
        let good = async || -> Result<_, &str> { Ok(Some(3u32)) };
        let mut gone = Box::pin(cache.read(&key, failing));
        assert!(gone.as_mut().now_or_never().is_none());
        let mut follower = Box::pin(cache.read(&key, good));
        assert!(follower.as_mut().now_or_never().is_none());
        drop(gone);
        assert_eq!(now(follower), Ok(Some(3)));

        let mut fails = Box::pin(cache.read(&key, failing));
        assert!(fails.as_mut().now_or_never().is_none());
        let mut follower = Box::pin(cache.read(&key, good));
        assert!(follower.as_mut().now_or_never().is_none());
        assert_eq!(now(fails), Err("down"));
        assert_eq!(now(follower), Ok(Some(3)));
        let other = CacheKey::of(Space::TRACKS, 2);
        let none: Read = now(cache.read(&other, async || Ok(None)));
        assert_eq!(none, Ok(None));
        assert_eq!(
            now(cache.read(&other, good)),
            Ok(Some(3)),
            "none is not kept"
        );
    }
}
