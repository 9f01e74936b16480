//! Begins to set a second factor up.

use crate::auth::sessions::require_step_up;
use crate::kernel::{Environment, Principal};

use super::error::SecondFactorError;
use super::model::MfaConfig;
use super::totp::Authenticator;

/// What an authenticator has to be told. `Debug` does not show it.
#[derive(Clone)]
pub struct SecondFactorSetUp {
    /// The secret, to be typed (base32).
    pub secret: String,
    /// The address to be shown as a picture (`otpauth:`).
    pub uri: String,
}

impl std::fmt::Debug for SecondFactorSetUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondFactorSetUp(…)")
    }
}

/// Makes a secret for the authenticator of whoever asks, in place of one that was not confirmed.
/// Nothing asks for it until a code of it is shown to
/// [`confirm_second_factor`](super::confirm_second_factor).
///
/// # Errors
/// `AlreadyOn`, `StepUp`; those of the ports.
pub async fn set_up_second_factor(
    env: &Environment,
    principal: &Principal,
) -> Result<SecondFactorSetUp, SecondFactorError> {
    let mut unit = env.store.begin().await?;
    let (user, _) = require_step_up(env, &mut *unit, principal).await?;
    let present = unit.mfa_configs().find(user.id).await?;
    if present.is_some_and(|config| config.is_on()) {
        return Err(SecondFactorError::AlreadyOn);
    }
    let authenticator = Authenticator::generate(&*env.entropy, &user.email)?;
    let config = MfaConfig {
        user_id: user.id,
        sealed_secret: authenticator.seal(env, user.id)?,
        confirmed_at: None,
        last_step: None,
        recovery_codes: Vec::new(),
        failures: 0,
        failed_at: None,
        created_at: env.now(),
    };
    unit.mfa_configs().put(&config).await?;
    unit.commit().await?;
    Ok(SecondFactorSetUp {
        secret: authenticator.secret(),
        uri: authenticator.uri()?,
    })
}
