//! Revoked access tokens.
//!
//! An access token is good by its signature alone, for 15 minutes. Whatever ends that early
//! (logout, ban, change of password, role or address) adds a [`Revocation`] in the unit of work
//! that does it. Every process holds the recent ones in a [`RevocationList`], which it refreshes
//! each second, and verifies through [`RevocableTokens`].

mod list;
mod model;
mod ports;
mod verifier;

pub use list::{RevocationList, StaleRevocations, TRUSTED_FOR, refresh_revocations};
pub use model::{Revocation, RevocationId, RevocationSubject};
pub use ports::Revocations;
pub use verifier::RevocableTokens;
