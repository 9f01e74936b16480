//! Limits of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::kernel::rate::{Demand, Quota, RateLimiter, Standing, Subject, Verdict};
use crate::kernel::{Clock, Timestamp};

use super::lock;

/// How often buckets that are full again are looked for, in milliseconds: a flood of keys would
/// else pay for a look at all of them with each request.
const SWEEP_EVERY: i64 = 1_000;
/// How many times a quota all newcomers share while there is no room for buckets of their own.
const OVERFLOW: u32 = 100;

/// Counts the requests of this process, in at most so many buckets for each quota.
///
/// When there is no room for another bucket, those that have filled again are forgotten (nothing
/// is lost by it). When none has, newcomers share one bucket of a hundred times the quota, so that
/// a flood of subjects neither grows the memory nor opens the gate, nor locks everybody else out.
///
/// It is also what a limiter that is shared by several processes falls back to, and then works in
/// three steps: [`look`](Self::look), ask the others, [`settle`](Self::settle).
pub struct MemoryLimiter {
    clock: Arc<dyn Clock>,
    max_buckets: usize,
    rooms: Mutex<HashMap<&'static str, Room>>,
}

/// The buckets of one quota, by the digests of subject and thing.
struct Room {
    buckets: HashMap<([u8; 16], [u8; 16]), Bucket>,
    overflow: Bucket,
    swept: Timestamp,
}

#[derive(Clone, Copy)]
struct Bucket {
    quota: Quota,
    tokens: f64,
    /// What was taken over one token each, while this process granted its share alone.
    borrowed: f64,
    at: Timestamp,
}

/// The bucket of its own that a demand has, or the one that newcomers share.
enum Place<'a> {
    Own(&'a mut Bucket),
    Overflow(&'a mut Bucket),
}

impl<'a> Place<'a> {
    fn bucket(self) -> &'a mut Bucket {
        match self {
            Self::Own(bucket) | Self::Overflow(bucket) => bucket,
        }
    }
}

impl Bucket {
    fn full(quota: Quota, now: Timestamp) -> Self {
        Self {
            quota,
            tokens: f64::from(quota.capacity()),
            borrowed: 0.0,
            at: now,
        }
    }

    /// What it held if one token had been taken each time.
    fn given_back(&self) -> f64 {
        (self.tokens + self.borrowed).min(f64::from(self.quota.capacity()))
    }

    /// Gains what it has gained since. A clock that stepped back costs no more than that time.
    fn refill(&mut self, now: Timestamp) {
        let elapsed = (now.as_millis() - self.at.as_millis()).max(0) as f64;
        let capacity = f64::from(self.quota.capacity());
        self.tokens = (self.tokens + elapsed * self.quota.per_millisecond()).min(capacity);
        self.at = now;
    }
}

impl MemoryLimiter {
    /// A limiter with at most `max_buckets` of each quota.
    pub fn new(clock: Arc<dyn Clock>, max_buckets: usize) -> Self {
        Self {
            clock,
            max_buckets,
            rooms: Mutex::default(),
        }
    }

    /// What would become of the demands if the others are asked; nothing is taken. What
    /// [`take_share`](Self::take_share) took over one token each does not count.
    pub fn look(&self, subject: &Subject, demands: &[Demand]) -> Verdict {
        let now = self.clock.now();
        let mut rooms = lock(&self.rooms);
        let standings = demands.iter().map(|demand| {
            let quota = *demand.quota();
            match self.bucket(&mut rooms, subject, demand, now) {
                Place::Own(bucket) => {
                    let tokens = bucket.given_back();
                    Standing::of(quota, tokens, tokens < 1.0)
                }
                // Nothing is known of this one.
                Place::Overflow(_) => Standing::of(quota, quota.capacity().into(), false),
            }
        });
        Verdict {
            standings: standings.collect(),
        }
    }

    /// Notes that a shared bucket holds `tokens`: this process grants no more than that. What
    /// [`take_share`](Self::take_share) took over one token each is given back.
    pub fn settle(&self, subject: &Subject, demand: &Demand, tokens: f64) {
        let now = self.clock.now();
        let mut rooms = lock(&self.rooms);
        if let Place::Own(bucket) = self.bucket(&mut rooms, subject, demand, now) {
            bucket.tokens = bucket.given_back().min(tokens.max(0.0));
            bucket.borrowed = 0.0;
        }
    }

    /// Takes `share` tokens for each demand or none at all, at most what a bucket holds: with
    /// three, three processes together grant about one quota.
    pub fn take_share(&self, subject: &Subject, demands: &[Demand], share: u32) -> Verdict {
        let now = self.clock.now();
        let mut rooms = lock(&self.rooms);
        let cost = |quota: &Quota| f64::from(share.clamp(1, quota.capacity()));
        let granted = demands.iter().all(|demand| {
            let place = self.bucket(&mut rooms, subject, demand, now);
            place.bucket().tokens >= cost(demand.quota())
        });
        let standings = demands.iter().map(|demand| {
            let quota = *demand.quota();
            let cost = cost(&quota);
            let bucket = self.bucket(&mut rooms, subject, demand, now).bucket();
            let refused = bucket.tokens < cost;
            let missing = cost - bucket.tokens;
            if granted {
                bucket.tokens -= cost;
                bucket.borrowed += cost - 1.0;
            }
            // In a share of the quota a token is what one request costs.
            let tokens = (bucket.tokens / cost).min(quota.capacity().into());
            Standing {
                retry_after: refused.then(|| quota.time_for(missing)),
                ..Standing::of(quota, tokens, false)
            }
        });
        Verdict {
            standings: standings.collect(),
        }
    }

    /// The bucket of a demand, refilled.
    fn bucket<'a>(
        &self,
        rooms: &'a mut HashMap<&'static str, Room>,
        subject: &Subject,
        demand: &Demand,
        now: Timestamp,
    ) -> Place<'a> {
        let quota = *demand.quota();
        let room = rooms.entry(quota.name()).or_insert_with(|| Room {
            buckets: HashMap::new(),
            overflow: Bucket::full(quota.times(OVERFLOW), now),
            swept: now,
        });
        let key = (*subject.as_bytes(), demand.about_bytes());
        let known = room.buckets.contains_key(&key);
        if !known && room.buckets.len() >= self.max_buckets {
            let since = now.as_millis() - room.swept.as_millis();
            // Also when the clock stepped back.
            if !(0..SWEEP_EVERY).contains(&since) {
                room.swept = now;
                room.buckets.retain(|_, bucket| {
                    bucket.refill(now);
                    bucket.tokens < f64::from(bucket.quota.capacity())
                });
            }
        }
        if known || room.buckets.len() < self.max_buckets {
            let new = || Bucket::full(quota, now);
            let bucket = room.buckets.entry(key).or_insert_with(new);
            bucket.refill(now);
            Place::Own(bucket)
        } else {
            room.overflow.refill(now);
            Place::Overflow(&mut room.overflow)
        }
    }
}

#[async_trait]
impl RateLimiter for MemoryLimiter {
    async fn take(&self, subject: &Subject, demands: &[Demand]) -> Verdict {
        self.take_share(subject, demands, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::ManualClock;
    use std::time::Duration;

    const LOGIN: Quota = Quota::new("login", 5, Duration::from_secs(900), 2);

    fn limiter(max_buckets: usize) -> (Arc<ManualClock>, MemoryLimiter) {
        let clock = Arc::new(ManualClock::default());
        (clock.clone(), MemoryLimiter::new(clock, max_buckets))
    }

    fn number(number: u32) -> Subject {
        Subject::new("number", &number.to_string())
    }

    /// How many of `tries` are granted.
    fn granted(tries: u32, mut take: impl FnMut(u32) -> Verdict) -> usize {
        (0..tries).filter(|n| take(*n).granted()).count()
    }

    #[test]
    fn a_flood_of_subjects_neither_grows_it_nor_opens_it() {
        let (clock, limiter) = limiter(3);
        let demand = [Demand::new(LOGIN)];
        let take = |n| limiter.take_share(&number(n), &demand, 1);
        assert_eq!(granted(5_000, take), 3 + 700);
        assert_eq!(lock(&limiter.rooms)["login"].buckets.len(), 3);
        clock.advance(Duration::from_secs(2_000));
        assert!(take(9_999).granted());
        assert_eq!(lock(&limiter.rooms)["login"].buckets.len(), 1);
    }

    #[test]
    fn a_share_is_a_part_of_the_quota_and_is_given_back_later() {
        let (clock, limiter) = limiter(10);
        let (subject, demand) = (number(1), [Demand::new(LOGIN)]);
        let take = |share| granted(20, |_| limiter.take_share(&subject, &demand, share));
        assert_eq!(take(3), 2);
        let refused = limiter.take_share(&subject, &demand, 3);
        assert_eq!(refused.retry_after().unwrap().as_secs(), 360);
        assert_eq!(limiter.look(&subject, &demand).standings[0].remaining, 5);
        assert_eq!(take(3), 0, "looking changes nothing");
        limiter.settle(&subject, &demand[0], 7.0);
        assert_eq!(take(1), 5);
        // A share larger than the bucket still lets somebody through, once it is full.
        assert_eq!(take(100), 0);
        clock.advance(Duration::from_secs(1_300));
        assert_eq!(take(100), 1);
    }

    #[test]
    fn what_the_others_took_counts_here_too() {
        let (clock, limiter) = limiter(10);
        let (subject, demand) = (number(1), Demand::new(LOGIN));
        limiter.settle(&subject, &demand, 1.5);
        limiter.settle(&subject, &demand, 4.0);
        assert!(limiter.look(&subject, &[demand]).granted());
        let take = |_| limiter.take_share(&subject, &[demand], 1);
        assert_eq!(granted(10, take), 1);
        clock.advance(Duration::from_secs(180));
        assert_eq!(granted(10, take), 1);
    }

    #[test]
    fn a_clock_that_steps_back_locks_nobody_out() {
        let clock = Arc::new(ManualClock::default());
        let limiter = MemoryLimiter::new(clock.clone(), 10);
        let (subject, demand) = (number(1), [Demand::new(LOGIN)]);
        let take = |_| limiter.take_share(&subject, &demand, 1);
        assert_eq!(granted(10, take), 7);
        clock.set(clock.now().minus(Duration::from_secs(86_400)));
        assert_eq!(granted(10, take), 0);
        clock.advance(Duration::from_secs(181));
        assert_eq!(granted(10, take), 1);
    }
}
