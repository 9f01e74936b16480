//! The second factor of an account.

use std::fmt;
use std::time::Duration;

use crate::auth::{TokenDigest, UserId};
use crate::kernel::Timestamp;

/// Wrong codes in a row that cost nothing: fingers slip.
const FREE_FAILURES: u32 = 4;
/// What the next try waits at most.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// The second factor of an account, set up or on its way to be.
#[derive(Clone, PartialEq, Eq)]
pub struct MfaConfig {
    /// The account.
    pub user_id: UserId,
    /// The secret shared with the authenticator, sealed.
    pub sealed_secret: Vec<u8>,
    /// When its owner showed the first code; none as long as it asks for nothing.
    pub confirmed_at: Option<Timestamp>,
    /// The time step of the last code that was taken: neither it nor any before is taken again.
    pub last_step: Option<i64>,
    /// The recovery codes that are left, as digests.
    pub recovery_codes: Vec<TokenDigest>,
    /// Wrong codes since the last right one.
    pub failures: u32,
    /// When the last of them was shown.
    pub failed_at: Option<Timestamp>,
    /// When it was set up.
    pub created_at: Timestamp,
}

impl fmt::Debug for MfaConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MfaConfig")
            .field("user_id", &self.user_id)
            .field("confirmed_at", &self.confirmed_at)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

impl MfaConfig {
    /// Whether logging in asks for it.
    pub fn is_on(&self) -> bool {
        self.confirmed_at.is_some()
    }

    /// How long the next code of the authenticator has to wait, if it does. The wait doubles with
    /// each wrong one.
    pub(super) fn wait(&self, now: Timestamp) -> Option<Duration> {
        let beyond = self.failures.checked_sub(FREE_FAILURES + 1)?;
        let wait = Duration::from_secs(2_u64.saturating_pow(beyond.saturating_add(1).min(16)));
        let until = self.failed_at?.plus(wait.min(LONGEST_WAIT));
        let left = until.as_millis() - now.as_millis();
        // A clock that was set back makes nobody wait longer than they would have.
        let left = Duration::from_millis(u64::try_from(left).ok()?).min(LONGEST_WAIT);
        (!left.is_zero()).then_some(left)
    }
}

/// What somebody shows as their second factor. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code of the authenticator.
    Code(String),
    /// One of the recovery codes.
    RecoveryCode(String),
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code(_) => "Code(…)",
            Self::RecoveryCode(_) => "RecoveryCode(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::TypedId as _;

    #[test]
    fn waiting_begins_after_some_slips_doubles_and_has_an_end() {
        let at = Timestamp::from_millis(1_000_000);
        let mut config = MfaConfig {
            user_id: UserId::from(uuid::Uuid::nil()),
            sealed_secret: Vec::new(),
            confirmed_at: Some(at),
            last_step: None,
            recovery_codes: Vec::new(),
            failures: 0,
            failed_at: None,
            created_at: at,
        };
        let mut wait = |failures| {
            (config.failures, config.failed_at) = (failures, Some(at));
            config.wait(at).map(|wait| wait.as_secs())
        };
        assert_eq!(wait(0), None);
        assert_eq!(wait(4), None);
        assert_eq!(wait(5), Some(2));
        assert_eq!(wait(6), Some(4));
        assert_eq!(wait(13), Some(512));
        assert_eq!(wait(14), Some(900));
        assert_eq!(wait(u32::MAX), Some(900));
        assert_eq!(config.wait(at.plus(LONGEST_WAIT)), None);
        assert!(config.user_id.uuid().is_nil());
    }
}
