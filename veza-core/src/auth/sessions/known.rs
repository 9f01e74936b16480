//! Whether somebody who wants to log in has been here before.

use core::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use crate::auth::TokenDigest;
use crate::auth::validate::fold_email;
use crate::kernel::{Environment, PortError};

/// How far back a place is remembered.
const REMEMBERED_FOR: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// How many of the newest acts are looked at.
const MAX_ACTS: u32 = 1_000;

/// Whether an account knows who wants to get into it: by a refresh token of a session of its own,
/// or by an address from which it has done something in the last 90 days. Logging in is one such
/// thing, and setting a password by the link of a mail another: so whoever reads the account's
/// mail can always become known.
///
/// What it answers lets nobody in. It is asked where guesses at one account are slowed, so that
/// they do not slow its owner.
///
/// # Errors
/// Those of the store.
pub async fn is_known_visitor(
    env: &Environment,
    email: &str,
    address: IpAddr,
    refresh_token: Option<&str>,
) -> Result<bool, PortError> {
    let mut reader = env.store.begin_read().await?;
    let Some(user) = reader.users().find_by_email(&fold_email(email)).await? else {
        return Ok(false);
    };
    if let Some(token) = refresh_token {
        let digest = TokenDigest::of(token);
        let found = reader.sessions().find_by_refresh_token(&digest).await?;
        if found.is_some_and(|(session, _)| session.user_id == user.id) {
            return Ok(true);
        }
    }
    let since = env.now().minus(REMEMBERED_FOR);
    let places = reader
        .audit_log()
        .addresses_of(user.id, since, MAX_ACTS)
        .await?;
    let here = network(address);
    let mut places = places.iter().filter_map(|place| place.parse().ok());
    Ok(places.any(|place| network(place) == here))
}

/// Whose address it is: of IPv6 one customer has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
        v4 => v4,
    }
}
