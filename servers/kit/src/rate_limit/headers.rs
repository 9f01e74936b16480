//! What an answer says of limits: `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers), and `Retry-After`.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use veza_core::kernel::rate::Standing;

use crate::Problem;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// 429.
pub(super) fn refusal(wait: Duration, standings: &[Standing]) -> Problem {
    let seconds = ceil(wait);
    let problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "request.rate_limited",
        format!("too many requests; try again in {seconds} seconds"),
    )
    .with_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    lines(standings)
        .into_iter()
        .fold(problem, |problem, (name, value)| {
            problem.with_header(name, value)
        })
}

/// Adds the headers behind those that are there already: they are lists.
pub(super) fn append(headers: &mut HeaderMap, standings: &[Standing]) {
    for (name, value) in lines(standings) {
        headers.append(name, value);
    }
}

fn lines(standings: &[Standing]) -> Vec<(HeaderName, HeaderValue)> {
    let list = |item: &dyn Fn(&Standing) -> String| {
        let items: Vec<String> = standings.iter().map(item).collect();
        HeaderValue::from_str(&items.join(", ")).ok()
    };
    let policy = list(&|standing| {
        let quota = standing.quota;
        let (name, all, window) = (quota.name(), quota.capacity(), quota.window().as_secs());
        format!("\"{name}\";q={all};w={window}")
    });
    let state = list(&|standing| {
        let (name, left) = (standing.quota.name(), standing.remaining);
        format!("\"{name}\";r={left};t={}", ceil(standing.reset))
    });
    [(POLICY, policy), (STATE, state)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// Whole seconds: who comes back then does not come too early. At least one.
fn ceil(time: Duration) -> u64 {
    // Sums of tokens are off in the last digits; a second more for a microsecond helps nobody.
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    millis.div_ceil(1_000).max(1)
}
