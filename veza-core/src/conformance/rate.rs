//! The contract of [`RateLimiter`].

use std::time::Duration;

use crate::kernel::rate::{Demand, Quota, RateLimiter, Subject};

const WINDOW: Duration = Duration::from_secs(900);
const LOGIN: Quota = Quota::new("conformance-login", 5, WINDOW, 2);
const ADDRESS: Quota = Quota::new("conformance-address", 10, WINDOW, 0);
/// A token each 50 ms.
const QUICK: Quota = Quota::new("conformance-quick", 20, Duration::from_secs(1), 0);

/// The whole contract of a [`RateLimiter`], as two instances of it have it (or one, twice).
/// `sleep` lets the time pass that they go by; `salt` makes subjects nobody has used before.
///
/// # Panics
/// Where the contract is broken.
pub async fn rate_limiter(
    here: &dyn RateLimiter,
    there: &dyn RateLimiter,
    salt: &str,
    sleep: impl AsyncFn(Duration),
) {
    let subject = |name: &str| Subject::new("conformance", &format!("{salt} {name}"));
    the_burst_passes_and_then_nothing(here, there, &subject("burst")).await;
    things_are_counted_apart_and_all_or_none_is_taken(here, there, &subject("apart")).await;
    a_bucket_fills_again(here, there, &subject("quick"), sleep).await;
}

async fn the_burst_passes_and_then_nothing(
    here: &dyn RateLimiter,
    there: &dyn RateLimiter,
    subject: &Subject,
) {
    let demands = [Demand::new(LOGIN)];
    for (left, limiter) in (0..7).rev().zip([here, there].into_iter().cycle()) {
        let verdict = limiter.take(subject, &demands).await;
        assert!(verdict.granted());
        assert_eq!(verdict.standings.len(), 1);
        let standing = verdict.standings[0];
        assert_eq!((standing.quota, standing.remaining), (LOGIN, left));
        assert!(standing.reset <= WINDOW * 7 / 5);
    }
    for limiter in [here, there, here] {
        let verdict = limiter.take(subject, &demands).await;
        assert!(!verdict.granted());
        assert_eq!(verdict.standings[0].remaining, 0);
        let wait = verdict.retry_after().expect("it was refused").as_secs();
        assert!((150..=180).contains(&wait), "{wait} s");
    }
}

async fn things_are_counted_apart_and_all_or_none_is_taken(
    here: &dyn RateLimiter,
    there: &dyn RateLimiter,
    subject: &Subject,
) {
    let demands = |thing: &str| [Demand::new(ADDRESS), Demand::about(LOGIN, thing)];
    for limiter in [here, there] {
        for _ in 0..20 {
            limiter.take(subject, &demands("ada")).await;
        }
    }
    // Seven were granted, and those that were refused cost the address nothing.
    let verdict = here.take(subject, &demands("bob")).await;
    assert!(verdict.granted());
    let left: Vec<u32> = verdict.standings.iter().map(|s| s.remaining).collect();
    assert_eq!(left, [2, 6]);
    let mut granted = 0;
    for limiter in [there, here, there, here] {
        granted += u32::from(limiter.take(subject, &demands("bob")).await.granted());
    }
    assert_eq!(granted, 2);
    let verdict = there.take(subject, &demands("bob")).await;
    assert!(
        verdict.standings[0].retry_after.is_some() && verdict.standings[1].retry_after.is_none()
    );
    assert_eq!(verdict.standings[1].remaining, 4);
    let other = Subject::new("conformance other", &subject.to_string());
    assert!(here.take(&other, &demands("ada")).await.granted());
}

async fn a_bucket_fills_again(
    here: &dyn RateLimiter,
    there: &dyn RateLimiter,
    subject: &Subject,
    sleep: impl AsyncFn(Duration),
) {
    let demands = [Demand::new(QUICK)];
    let mut refused = false;
    for _ in 0..10_000 {
        if !here.take(subject, &demands).await.granted() {
            refused = true;
            break;
        }
    }
    assert!(refused, "it never ran empty");
    sleep(Duration::from_millis(120)).await;
    assert!(there.take(subject, &demands).await.granted());
    sleep(Duration::from_millis(1_200)).await;
    let full = there.take(subject, &demands).await;
    assert_eq!(full.standings[0].remaining, 19);
}
