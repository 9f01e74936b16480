//! A registration that waits for the proof of its address.

use std::time::Duration;

use crate::auth::{PasswordHash, TokenDigest};
use crate::kernel::Timestamp;
use crate::typed_ids;

typed_ids! {
    /// The id of a pending registration.
    PendingRegistrationId,
}

/// How long a registration waits, and keeps its name from others.
pub const PENDING_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// A registration that waits for the proof of its address. One address may have several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRegistration {
    /// Its id.
    pub id: PendingRegistrationId,
    /// The address, in lower case.
    pub email: String,
    /// The name, in lower case; no two pending registrations have the same.
    pub username: String,
    /// The password, hashed.
    pub password_hash: PasswordHash,
    /// What is known of the token that proves the address.
    pub token: TokenDigest,
    /// The invitation that was shown, if one was; it counts when the address is proved.
    pub invitation: Option<TokenDigest>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}
