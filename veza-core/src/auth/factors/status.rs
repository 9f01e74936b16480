//! What is set up.

use crate::kernel::{Environment, PortError, Principal, Timestamp};

/// What may be told of a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondFactorStatus {
    /// Since when logging in asks for it.
    pub enabled_at: Timestamp,
    /// How many recovery codes are left.
    pub recovery_codes_left: usize,
}

/// The second factor of whoever asks, if one is in use.
///
/// # Errors
/// Those of the store.
pub async fn second_factor_status(
    env: &Environment,
    principal: &Principal,
) -> Result<Option<SecondFactorStatus>, PortError> {
    let mut reader = env.store.begin_read().await?;
    let config = reader.mfa_configs().find(principal.user_id).await?;
    Ok(config.and_then(|config| {
        Some(SecondFactorStatus {
            enabled_at: config.confirmed_at?,
            recovery_codes_left: config.recovery_codes.len(),
        })
    }))
}
