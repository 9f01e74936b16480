//! How fast one connection may send.

use std::time::{Duration, Instant};

use crate::config::RateLimit;

/// What becomes of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is taken.
    Taken,
    /// It is refused; one is taken again after the wait.
    Refused {
        /// How long to wait.
        retry_after: Duration,
    },
    /// It is refused, and the connection has ignored that too often.
    Ignored,
}

/// A bucket which fills at a steady rate and gives one token to each message.
pub(crate) struct TokenBucket {
    limit: RateLimit,
    tokens: f64,
    filled: Instant,
    refused_in_a_row: u32,
}

impl TokenBucket {
    /// A full bucket.
    pub(crate) fn new(limit: RateLimit, now: Instant) -> Self {
        Self {
            limit,
            tokens: f64::from(limit.burst),
            filled: now,
            refused_in_a_row: 0,
        }
    }

    /// Asks for one message.
    pub(crate) fn take(&mut self, now: Instant) -> Verdict {
        let elapsed = now.saturating_duration_since(self.filled).as_secs_f64();
        let full = f64::from(self.limit.burst);
        self.tokens = (self.tokens + elapsed * self.limit.per_second).min(full);
        self.filled = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            self.refused_in_a_row = 0;
            return Verdict::Taken;
        }
        self.refused_in_a_row += 1;
        if self.refused_in_a_row > self.limit.patience {
            return Verdict::Ignored;
        }
        let wait = ((1.0 - self.tokens) / self.limit.per_second).min(60.0);
        Verdict::Refused {
            retry_after: Duration::from_secs_f64(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_steady_rate() {
        let start = Instant::now();
        let limit = RateLimit {
            burst: 3,
            per_second: 10.0,
            patience: 2,
        };
        let mut bucket = TokenBucket::new(limit, start);
        for _ in 0..3 {
            assert_eq!(bucket.take(start), Verdict::Taken);
        }
        let Verdict::Refused { retry_after } = bucket.take(start) else {
            panic!("not refused")
        };
        assert_eq!(retry_after, Duration::from_millis(100));
        assert_eq!(
            bucket.take(start + Duration::from_millis(101)),
            Verdict::Taken
        );
        let later = start + Duration::from_secs(3600);
        let taken = (0..10)
            .filter(|_| bucket.take(later) == Verdict::Taken)
            .count();
        assert_eq!(taken, 3, "an hour of silence fills no more than the burst");
    }

    #[test]
    fn patience_ends_and_a_taken_message_renews_it() {
        let start = Instant::now();
        let limit = RateLimit {
            burst: 1,
            per_second: 10.0,
            patience: 2,
        };
        let mut bucket = TokenBucket::new(limit, start);
        let second = start + Duration::from_millis(150);
        for now in [start, second] {
            assert_eq!(bucket.take(now), Verdict::Taken);
            assert!(matches!(bucket.take(now), Verdict::Refused { .. }));
            assert!(matches!(bucket.take(now), Verdict::Refused { .. }));
        }
        assert_eq!(bucket.take(second), Verdict::Ignored);
    }
}
