//! How often somebody may ask: token buckets, shared by all instances (R-SEC-04).

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

/// So many requests in a window, and a burst over it.
///
/// A bucket holds `limit + burst` tokens and is refilled with `limit` of them in each `window`,
/// evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    name: &'static str,
    limit: u32,
    window: Duration,
    burst: u32,
}

impl Quota {
    /// A quota. `name` is what it is called in headers and keys: `login`.
    ///
    /// # Panics
    /// When the limit or the window is zero, for nobody would ever be let through.
    pub const fn new(name: &'static str, limit: u32, window: Duration, burst: u32) -> Self {
        assert!(limit > 0 && window.as_millis() > 0, "a quota of nothing");
        Self {
            name,
            limit,
            window,
            burst,
        }
    }

    /// What it is called.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The window.
    pub const fn window(&self) -> Duration {
        self.window
    }

    /// The most that a bucket holds.
    pub const fn capacity(&self) -> u32 {
        self.limit.saturating_add(self.burst)
    }

    /// How many tokens a bucket gains in a millisecond.
    pub fn per_millisecond(&self) -> f64 {
        f64::from(self.limit) / self.window.as_millis() as f64
    }

    /// The same with `factor` times as many requests.
    #[must_use]
    pub const fn times(self, factor: u32) -> Self {
        Self {
            limit: self.limit.saturating_mul(factor),
            burst: self.burst.saturating_mul(factor),
            ..self
        }
    }

    /// How long it takes to gain so many tokens.
    pub fn time_for(&self, tokens: f64) -> Duration {
        Duration::from_secs_f64(tokens.max(0.0) / self.per_millisecond() / 1_000.0)
    }
}

/// Whose requests are counted: a network, an account. Only a digest of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject([u8; 16]);

impl Subject {
    /// The subject of this kind and name: `network`, `192.0.2.7`.
    pub fn new(kind: &str, name: &str) -> Self {
        Self(digest(kind, name))
    }

    /// The digest.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

/// One of the buckets that a request takes a token from: that of a subject for a quota, or for
/// one thing it asks about, such as the account it tries to get into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    quota: Quota,
    about: Option<[u8; 16]>,
}

impl Demand {
    /// From the subject's bucket for this quota.
    pub const fn new(quota: Quota) -> Self {
        Self { quota, about: None }
    }

    /// From the subject's bucket for this quota and one thing. Only a digest of it is kept.
    pub fn about(quota: Quota, thing: &str) -> Self {
        Self {
            quota,
            about: Some(digest("about", thing)),
        }
    }

    /// The quota.
    pub const fn quota(&self) -> &Quota {
        &self.quota
    }

    /// The bucket among all of the subject's, as text of a plain form: the quota's name, and a
    /// digest if it is about something.
    pub fn bucket(&self) -> String {
        struct Hex<'a>(&'a [u8]);
        impl fmt::Display for Hex<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(self.0, f)
            }
        }
        match &self.about {
            None => self.quota.name.to_owned(),
            Some(about) => format!("{}:{}", self.quota.name, Hex(about)),
        }
    }

    /// The digest of what it is about; zeros for nothing.
    pub const fn about_bytes(&self) -> [u8; 16] {
        match self.about {
            Some(about) => about,
            None => [0; 16],
        }
    }
}

/// 128 bits are more than a chance, and an attacker who finds two names with the same digest only
/// shares their own limit between them.
fn digest(kind: &str, name: &str) -> [u8; 16] {
    let mut sha = Sha256::new();
    sha.update(kind.as_bytes());
    sha.update([0]);
    sha.update(name.as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&sha.finalize()[..16]);
    short
}

fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// What became of one bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The quota it is of.
    pub quota: Quota,
    /// Tokens that are left.
    pub remaining: u32,
    /// How long until there is a token again, where there was none.
    pub retry_after: Option<Duration>,
    /// How long until the bucket is full.
    pub reset: Duration,
}

impl Standing {
    /// A bucket which holds `tokens`, after one was taken if there was one to take.
    pub fn of(quota: Quota, tokens: f64, refused: bool) -> Self {
        Self {
            quota,
            remaining: tokens as u32,
            retry_after: refused.then(|| quota.time_for(1.0 - tokens)),
            reset: quota.time_for(f64::from(quota.capacity()) - tokens),
        }
    }
}

/// What a limiter said: one standing for each demand, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The buckets.
    pub standings: Vec<Standing>,
}

impl Verdict {
    /// Whether the request may go on: no bucket was empty.
    pub fn granted(&self) -> bool {
        self.retry_after().is_none()
    }

    /// How long until it would be let through, when it was not.
    pub fn retry_after(&self) -> Option<Duration> {
        let waits = self.standings.iter().filter_map(|s| s.retry_after);
        waits.max()
    }
}

/// Counts requests, for all instances together.
///
/// A limiter always answers, and soon: within some 100 ms even while the others cannot be reached.
/// It then goes by what it knows itself, and lets each instance grant its share of the quota. It
/// never opens (lets everything through) and never closes for good: a bucket which nobody takes
/// from is full again after its window at the latest, whatever happened.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Takes a token from each of the subject's buckets; from none of them when one is empty.
    /// Atomic over all instances. The demands are of different buckets.
    async fn take(&self, subject: &Subject, demands: &[Demand]) -> Verdict;
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: Quota = Quota::new("login", 5, Duration::from_secs(900), 2);

    #[test]
    fn names_of_buckets_are_plain_and_hold_nobodys_name() {
        let subject = Subject::new("network", "192.0.2.7");
        assert_ne!(subject, Subject::new("user", "192.0.2.7"));
        assert_eq!(subject.to_string().len(), 32);
        let bucket = Demand::about(LOGIN, "a}b{c@example.com").bucket();
        assert!(bucket.starts_with("login:") && bucket.len() == 6 + 32);
        assert!(!bucket.contains(['{', '}', '@']));
        assert_eq!(Demand::new(LOGIN).bucket(), "login");
    }

    #[test]
    fn a_standing_tells_how_long_to_wait() {
        let empty = Standing::of(LOGIN, 0.0, true);
        assert_eq!(empty.retry_after.unwrap().as_secs(), 180);
        assert_eq!(empty.reset.as_secs(), 1_260);
        assert_eq!(Standing::of(LOGIN, 6.5, false).remaining, 6);
    }
}
