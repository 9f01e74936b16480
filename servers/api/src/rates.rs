//! How often somebody may try to get in.

use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use veza_server_kit::rate_limit::{Quota, RateLimiter, Verdict};

/// Buckets of each kind that are kept at most.
const MAX_KEYS: usize = 50_000;
/// Bytes of an account's name that a key holds; a longer one is no account's.
const MAX_ACCOUNT: usize = 254;

/// How strictly logging in and registering are limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateLimits {
    /// Login: 5 in 15 minutes and a burst of 2, for each address and account, and 100 in 15
    /// minutes for each address. Register: 3 in an hour and a burst of 1 for each address.
    #[default]
    Strict,
    /// A thousand times as much: for tests and demonstrations.
    Loose,
}

/// The buckets.
pub(crate) struct Limiters {
    login: RateLimiter<(IpAddr, String)>,
    login_by_address: RateLimiter<IpAddr>,
    register: RateLimiter<IpAddr>,
}

impl Limiters {
    pub(crate) fn new(limits: RateLimits) -> Self {
        let factor = match limits {
            RateLimits::Strict => 1,
            RateLimits::Loose => 1_000,
        };
        let quota = |name, limit: u32, minutes: u64, burst: u32| Quota {
            name,
            limit: limit * factor,
            window: Duration::from_secs(minutes * 60),
            burst: burst * factor,
        };
        Self {
            login: RateLimiter::new(quota("login", 5, 15, 2), MAX_KEYS),
            login_by_address: RateLimiter::new(quota("login-address", 100, 15, 20), MAX_KEYS),
            register: RateLimiter::new(quota("register", 3, 60, 1), MAX_KEYS),
        }
    }

    /// A try to log in to an account. The verdict that matters more comes back.
    pub(crate) fn login(&self, client: IpAddr, account: &str) -> Verdict {
        let (now, client) = (Instant::now(), network(client));
        let by_address = self.login_by_address.take(client, now);
        if by_address.check().is_err() {
            return by_address;
        }
        let mut account = account.trim().to_lowercase();
        account.truncate(account.floor_char_boundary(MAX_ACCOUNT));
        self.login.take((client, account), now)
    }

    /// A try to register.
    pub(crate) fn register(&self, client: IpAddr) -> Verdict {
        self.register.take(network(client), Instant::now())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_is_guarded_and_others_are_not_in_the_way() {
        let limiters = Limiters::new(RateLimits::Strict);
        let client: IpAddr = "192.0.2.1".parse().unwrap();
        let tries = |account: &str| {
            (0..20)
                .filter(|_| limiters.login(client, account).check().is_ok())
                .count()
        };
        assert_eq!(tries("a@example.com"), 7);
        assert_eq!(tries(" A@EXAMPLE.com"), 0);
        assert_eq!(tries("b@example.com"), 7);
    }

    #[test]
    fn many_accounts_from_one_address_are_limited_too() {
        let limiters = Limiters::new(RateLimits::Strict);
        let granted = (0..500u128)
            .filter(|n| {
                let client = Ipv6Addr::from_bits((0x2001_0db8 << 96) + n).into();
                limiters
                    .login(client, &format!("{n}@example.com"))
                    .check()
                    .is_ok()
            })
            .count();
        assert_eq!(granted, 120);
    }
}
