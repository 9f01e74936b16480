//! How long to wait before something is tried again.

use std::time::Duration;

use super::random::Entropy;

/// Waits that double from one failure to the next, up to a bound. The second half of each is
/// random, so that those who failed together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Backoff {
    /// The wait after this many failures in a row; one as well as none give the first.
    pub fn delay(&self, failures: u32, entropy: &dyn Entropy) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let half = self.first.saturating_mul(1 << doublings).min(self.longest) / 2;
        let random = u64::try_from(half.as_millis()).unwrap_or(u64::MAX);
        half + Duration::from_millis(entropy.at_most(random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn the_wait_doubles_up_to_its_bound_and_is_half_random() {
        let backoff = Backoff {
            first: Duration::from_millis(200),
            longest: Duration::from_secs(5),
        };
        let least = |failures| backoff.delay(failures, &Fixed(0)).as_millis();
        assert_eq!(
            [0, 1, 2, 3, 99, u32::MAX].map(least),
            [100, 100, 200, 400, 2500, 2500]
        );
        for byte in [1, 99, 200, 255] {
            let delay = backoff.delay(2, &Fixed(byte));
            assert!((Duration::from_millis(200)..=Duration::from_millis(400)).contains(&delay));
        }
    }
}
