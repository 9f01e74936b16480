//! How often somebody may ask: token buckets in memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::Problem;

/// So many requests in a window, and a burst over it.
///
/// A bucket holds `limit + burst` tokens and is refilled with `limit` of them in each `window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What it is called in the headers: `login`.
    pub name: &'static str,
    /// Requests in a window.
    pub limit: u32,
    /// The window.
    pub window: Duration,
    /// Requests over the limit that are let through at once.
    pub burst: u32,
}

impl Quota {
    fn capacity(&self) -> f64 {
        f64::from(self.limit) + f64::from(self.burst)
    }

    fn per_second(&self) -> f64 {
        f64::from(self.limit) / self.window.as_secs_f64()
    }
}

/// A bucket for each key, at most so many of them.
///
/// When there is no room for another key, those whose buckets have filled again are forgotten
/// (nothing is lost by it); when none has, new keys share one bucket, so that a flood of keys
/// neither grows the memory nor opens the gate.
#[derive(Debug)]
pub struct RateLimiter<K> {
    quota: Quota,
    max_keys: usize,
    state: Mutex<State<K>>,
}

#[derive(Debug)]
struct State<K> {
    buckets: HashMap<K, Bucket>,
    shared: Bucket,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// What a limiter said, for the headers of the answer.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    quota: Quota,
    remaining: u32,
    /// How long until there is a token again, when there is none now.
    retry_after: Option<Duration>,
    /// How long until the bucket is full.
    reset: Duration,
}

impl<K: Eq + Hash> RateLimiter<K> {
    /// A limiter with at most `max_keys` buckets.
    pub fn new(quota: Quota, max_keys: usize) -> Self {
        let shared = Bucket {
            tokens: quota.capacity(),
            at: Instant::now(),
        };
        let state = Mutex::new(State {
            buckets: HashMap::new(),
            shared,
        });
        Self {
            quota,
            max_keys,
            state,
        }
    }

    /// Takes a token for `key`, or says when there will be one.
    pub fn take(&self, key: K, now: Instant) -> Verdict {
        let quota = self.quota;
        let full = Bucket {
            tokens: quota.capacity(),
            at: now,
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        if state.buckets.len() >= self.max_keys && !state.buckets.contains_key(&key) {
            state
                .buckets
                .retain(|_, bucket| bucket.filled(&quota, now) < quota.capacity());
        }
        let bucket = if state.buckets.len() >= self.max_keys {
            state.buckets.get_mut(&key).unwrap_or(&mut state.shared)
        } else {
            state.buckets.entry(key).or_insert(full)
        };
        bucket.tokens = bucket.filled(&quota, now);
        bucket.at = now;
        let granted = bucket.tokens >= 1.0;
        if granted {
            bucket.tokens -= 1.0;
        }
        let seconds = |tokens: f64| Duration::from_secs_f64(tokens.max(0.0) / quota.per_second());
        Verdict {
            quota,
            remaining: bucket.tokens as u32,
            retry_after: (!granted).then(|| seconds(1.0 - bucket.tokens)),
            reset: seconds(quota.capacity() - bucket.tokens),
        }
    }
}

impl Bucket {
    fn filled(&self, quota: &Quota, now: Instant) -> f64 {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * quota.per_second();
        (self.tokens + gained).min(quota.capacity())
    }
}

impl Verdict {
    /// Whether the request may go on.
    ///
    /// # Errors
    /// 429 with `Retry-After` and the headers of the IETF's RateLimit draft
    /// (draft-ietf-httpapi-ratelimit-headers).
    pub fn check(&self) -> Result<(), Problem> {
        let Some(wait) = self.retry_after else {
            return Ok(());
        };
        let seconds = wait.as_secs() + 1;
        let mut problem = Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "request.rate_limited",
            format!("too many requests; try again in {seconds} seconds"),
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        for (name, value) in self.headers() {
            problem = problem.with_header(name, value);
        }
        Err(problem)
    }

    /// Puts the RateLimit headers on an answer.
    pub fn write(&self, headers: &mut HeaderMap) {
        headers.extend(self.headers());
    }

    fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
        let Quota {
            name,
            limit,
            window,
            burst,
        } = self.quota;
        let policy = format!("\"{name}\";q={};w={}", limit + burst, window.as_secs());
        let state = format!("\"{name}\";r={};t={}", self.remaining, self.reset.as_secs());
        [("ratelimit-policy", policy), ("ratelimit", state)]
            .into_iter()
            .filter_map(|(name, value)| {
                Some((
                    HeaderName::from_static(name),
                    HeaderValue::from_str(&value).ok()?,
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: Quota = Quota {
        name: "login",
        limit: 5,
        window: Duration::from_secs(900),
        burst: 2,
    };

    #[test]
    fn the_burst_is_let_through_and_then_the_rate_holds() {
        let limiter = RateLimiter::new(LOGIN, 10);
        let start = Instant::now();
        for left in (0..7).rev() {
            let verdict = limiter.take("a", start);
            verdict.check().unwrap();
            assert_eq!(verdict.remaining, left);
        }
        let refused = limiter.take("a", start);
        assert!(refused.check().is_err());
        assert_eq!(refused.retry_after.unwrap().as_secs(), 180);
        limiter.take("b", start).check().unwrap();
        let later = start + Duration::from_secs(181);
        limiter.take("a", later).check().unwrap();
        assert!(limiter.take("a", later).check().is_err());
    }

    #[test]
    fn a_flood_of_keys_neither_grows_nor_opens_it() {
        let limiter = RateLimiter::new(LOGIN, 3);
        let now = Instant::now();
        let granted = (0..1_000)
            .filter(|key| limiter.take(*key, now).check().is_ok())
            .count();
        assert_eq!(granted, 3 + 7);
        assert_eq!(limiter.state.lock().unwrap().buckets.len(), 3);
        let later = now + Duration::from_secs(2_000);
        limiter.take(5_000, later).check().unwrap();
        assert_eq!(limiter.state.lock().unwrap().buckets.len(), 1);
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let limiter = RateLimiter::new(
            Quota {
                limit: 1,
                burst: 0,
                ..LOGIN
            },
            3,
        );
        limiter.take((), Instant::now()).check().unwrap();
        let problem = limiter.take((), Instant::now()).check().unwrap_err();
        let response = axum::response::IntoResponse::into_response(problem);
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()[header::RETRY_AFTER], "900");
        assert_eq!(
            response.headers()["ratelimit-policy"],
            "\"login\";q=1;w=900"
        );
    }
}
