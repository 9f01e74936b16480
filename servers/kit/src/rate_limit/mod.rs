//! How often somebody may ask (R-SEC-04): which quota a request falls under, and what its sender
//! is told.
//!
//! Buckets belong to people and networks, never to paths: `/api/v1/tracks`, `//api/v1/tracks/`
//! and `/api/v1/%74racks` are counted together.

mod headers;
mod layer;
mod quotas;

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use http::HeaderMap;
use veza_core::auth::UserId;
use veza_core::kernel::rate::{self, Demand, Quota, RateLimiter, Subject};

use crate::Problem;

pub use layer::{connections, requests};
pub use quotas::{
    AUTHENTICATED, EXPORT, GUEST, LOGIN, LOGIN_NETWORK, LOGIN_STRANGERS, MAIL, MAIL_NETWORK,
    REGISTER, SOCKETS,
};

/// Bytes of an account's name that a key is made of; a longer one is no account's.
const MAX_ACCOUNT: usize = 254;

/// How strict the limits are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateLimits {
    /// As the quotas say.
    #[default]
    Strict,
    /// A thousand times as much: for tests and demonstrations.
    Loose,
}

/// The limits of a service.
#[derive(Clone)]
pub struct Limits {
    limiter: Arc<dyn RateLimiter>,
    factor: u32,
}

impl Limits {
    /// Limits which `limiter` counts.
    pub fn new(limiter: Arc<dyn RateLimiter>, limits: RateLimits) -> Self {
        let factor = match limits {
            RateLimits::Strict => 1,
            RateLimits::Loose => 1_000,
        };
        Self { limiter, factor }
    }

    /// A try to log in to an account (by whatever name it is called).
    pub async fn login(&self, client: IpAddr, account: &str) -> Verdict {
        let account = folded(account);
        self.network(client, &[(LOGIN, Some(&account)), (LOGIN_NETWORK, None)])
            .await
    }

    /// A try to log in to an account, wherever it comes from. Who is refused by this alone, and is
    /// known to the account, is to be let on: so guesses from many networks keep no owner out.
    pub async fn login_of_stranger(&self, account: &str) -> Verdict {
        let subject = Subject::new("account", &folded(account));
        self.take(&subject, &[(LOGIN_STRANGERS, None)]).await
    }

    /// A try to register.
    pub async fn register(&self, client: IpAddr) -> Verdict {
        self.network(client, &[(REGISTER, None)]).await
    }

    /// A mail that is asked for at an address, whether or not it has an account.
    pub async fn mail(&self, client: IpAddr, address: &str) -> Verdict {
        let address = folded(address);
        self.network(client, &[(MAIL, Some(&address)), (MAIL_NETWORK, None)])
            .await
    }

    /// An export that an account asks for.
    pub async fn export(&self, user: UserId) -> Verdict {
        let subject = Subject::new("user", &user.to_string());
        self.take(&subject, &[(EXPORT, None)]).await
    }

    /// A WebSocket that is opened.
    pub async fn socket(&self, client: IpAddr) -> Verdict {
        self.network(client, &[(SOCKETS, None)]).await
    }

    /// A request to the API: of an account, or of a guest.
    pub async fn request(&self, client: IpAddr, user: Option<UserId>) -> Verdict {
        match user {
            Some(user) => {
                let subject = Subject::new("user", &user.to_string());
                self.take(&subject, &[(AUTHENTICATED, None)]).await
            }
            None => self.network(client, &[(GUEST, None)]).await,
        }
    }

    /// Whatever else a network does: each demand is a quota, and what it is about if there is a
    /// bucket for each such thing.
    pub async fn network(&self, client: IpAddr, demands: &[(Quota, Option<&str>)]) -> Verdict {
        let subject = Subject::new("network", &network(client).to_string());
        self.take(&subject, demands).await
    }

    async fn take(&self, subject: &Subject, demands: &[(Quota, Option<&str>)]) -> Verdict {
        let demand = |(quota, about): &(Quota, Option<&str>)| match about {
            Some(about) => Demand::about(quota.times(self.factor), about),
            None => Demand::new(quota.times(self.factor)),
        };
        let demands: Vec<Demand> = demands.iter().map(demand).collect();
        Verdict(self.limiter.take(subject, &demands).await)
    }
}

/// The name of an account as it is counted.
fn folded(account: &str) -> String {
    let mut account = account.trim().to_lowercase();
    account.truncate(account.floor_char_boundary(MAX_ACCOUNT));
    account
}

/// Whose address it is: of IPv6 one customer has a whole /64.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
        v4 => v4,
    }
}

/// What a limiter said, for the headers of the answer.
#[derive(Clone, Debug)]
pub struct Verdict(rate::Verdict);

impl Verdict {
    /// Whether the request may go on.
    ///
    /// # Errors
    /// 429 with `Retry-After` and the headers of the IETF's RateLimit draft
    /// (draft-ietf-httpapi-ratelimit-headers).
    pub fn check(&self) -> Result<(), Problem> {
        self.0.retry_after().map_or(Ok(()), |wait| {
            Err(headers::refusal(wait, &self.0.standings))
        })
    }

    /// Puts the RateLimit headers on an answer, behind those that are there already.
    pub fn write(&self, headers: &mut HeaderMap) {
        headers::append(headers, &self.0.standings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use std::time::Duration;
    use veza_core::kernel::{Clock, Timestamp};
    use veza_core::memory::{ManualClock, MemoryLimiter};

    fn limits() -> (Arc<ManualClock>, Limits) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_000_000_000)));
        let limiter = MemoryLimiter::new(clock.clone() as Arc<dyn Clock>, 1_000);
        (clock, Limits::new(Arc::new(limiter), RateLimits::Strict))
    }

    async fn granted(tries: u128, ask: impl AsyncFn(u128) -> Verdict) -> usize {
        let mut granted = 0;
        for number in 0..tries {
            granted += usize::from(ask(number).await.check().is_ok());
        }
        granted
    }

    #[tokio::test]
    async fn one_account_is_guarded_and_others_are_not_in_the_way() {
        let (clock, limits) = limits();
        let client: IpAddr = "192.0.2.1".parse().unwrap();
        let tries =
            async |account: &str| granted(20, async |_| limits.login(client, account).await).await;
        assert_eq!(tries("a@example.com").await, 7);
        assert_eq!(tries(" A@EXAMPLE.com").await, 0);
        assert_eq!(tries("b@example.com").await, 7);
        // Its owner, who asks from elsewhere, is not locked out; nor is anybody for good.
        let owner: IpAddr = "198.51.100.1".parse().unwrap();
        limits.login(owner, "a@example.com").await.check().unwrap();
        clock.advance(Duration::from_secs(181));
        assert_eq!(tries("a@example.com").await, 1);
    }

    #[tokio::test]
    async fn guesses_at_one_account_from_many_networks_are_slowed() {
        let (clock, limits) = limits();
        let tries = async || {
            let account = |n| {
                if n % 2 == 0 {
                    " A@example.com"
                } else {
                    "a@example.com"
                }
            };
            granted(200, async |n| limits.login_of_stranger(account(n)).await).await
        };
        assert_eq!(tries().await, 40);
        let other = limits.login_of_stranger("b@example.com").await;
        other.check().unwrap();
        clock.advance(Duration::from_secs(15 * 60));
        assert_eq!(tries().await, 30);
    }

    #[tokio::test]
    async fn many_accounts_from_one_network_are_limited_too() {
        let (_, limits) = limits();
        let tries = granted(500, async |number| {
            let client = Ipv6Addr::from_bits((0x2001_0db8 << 96) + number).into();
            limits.login(client, &format!("{number}@example.com")).await
        });
        assert_eq!(tries.await, 120);
    }

    #[tokio::test]
    async fn people_have_more_than_guests_and_bring_it_with_them() {
        let (_, limits) = limits();
        let user = |n: u128| UserId::from(uuid::Uuid::from_u128(n));
        let from = |n: u128| IpAddr::from(std::net::Ipv4Addr::from(0xc000_0200 + n as u32));
        assert_eq!(
            granted(2_000, async |_| limits.request(from(1), None).await).await,
            120
        );
        let ada = granted(2_000, async |n| {
            limits.request(from(n % 200), Some(user(1))).await
        });
        assert_eq!(ada.await, 1_100);
        limits
            .request(from(1), Some(user(2)))
            .await
            .check()
            .unwrap();
        assert_eq!(
            granted(50, async |_| limits.socket(from(1)).await).await,
            12
        );
        assert_eq!(
            granted(50, async |_| limits.register(from(1)).await).await,
            4
        );
    }

    /// Says no to everything, with two buckets.
    struct Closed;

    #[async_trait]
    impl RateLimiter for Closed {
        async fn take(&self, _subject: &Subject, demands: &[Demand]) -> rate::Verdict {
            let standing = |(n, demand): (usize, &Demand)| {
                rate::Standing::of(*demand.quota(), n as f64, n == 0)
            };
            rate::Verdict {
                standings: demands.iter().enumerate().map(standing).collect(),
            }
        }
    }

    #[tokio::test]
    async fn a_refusal_says_when_to_come_back() {
        let limits = Limits::new(Arc::new(Closed), RateLimits::Strict);
        let client = "192.0.2.1".parse().unwrap();
        let verdict = limits.login(client, "a@example.com").await;
        let problem = verdict.check().unwrap_err();
        let response = axum::response::IntoResponse::into_response(problem);
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()[http::header::RETRY_AFTER], "180");
        assert_eq!(
            response.headers()["ratelimit-policy"],
            "\"login\";q=7;w=900, \"login-network\";q=120;w=900"
        );
        assert_eq!(
            response.headers()["ratelimit"],
            "\"login\";r=0;t=1260, \"login-network\";r=1;t=1071"
        );
    }
}
