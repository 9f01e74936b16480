//! How long to wait before the next attempt.

use std::time::Duration;

use crate::kernel::Entropy;

const BASE: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// The wait after the failure of attempt number `attempt` (from 1): 2 s, doubled for each attempt
/// up to 5 min, of which the second half is random, so that jobs which failed together do not
/// come back together.
pub fn retry_delay(attempt: u32, entropy: &dyn Entropy) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let half = (BASE * (1 << doublings)).min(LONGEST) / 2;
    half + Duration::from_millis(entropy.at_most(half.as_millis() as u64))
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
    fn the_wait_doubles_up_to_a_bound_and_is_half_random() {
        let least = |attempt| retry_delay(attempt, &Fixed(0)).as_secs();
        assert_eq!(
            [1, 2, 3, 8, 99, u32::MAX].map(least),
            [1, 2, 4, 128, 150, 150]
        );
        for byte in [1, 99, 200, 255] {
            let delay = retry_delay(3, &Fixed(byte));
            assert!((Duration::from_secs(4)..=Duration::from_secs(8)).contains(&delay));
        }
    }
}
