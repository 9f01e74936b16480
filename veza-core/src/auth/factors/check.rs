//! Checks a second factor, and counts what is wrong.

use crate::auth::User;
use crate::kernel::{Environment, PortError, UnitOfWork};

use super::error::SecondFactorError;
use super::model::{MfaConfig, SecondFactor};
use super::recovery;
use super::totp::Authenticator;

/// What a check found; the unit of work holds what changed and has to be committed either way.
pub(super) enum Checked {
    /// It is right, and is used up.
    Right,
    /// It is wrong, and was counted.
    Wrong(SecondFactorError),
}

/// Checks what is shown against the second factor of an account that the unit of work has locked.
pub(super) async fn check(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user: &User,
    mut config: MfaConfig,
    shown: &SecondFactor,
) -> Result<Checked, PortError> {
    let now = env.now();
    let right = match shown {
        SecondFactor::RecoveryCode(code) => {
            let digest = recovery::digest(code);
            let before = config.recovery_codes.len();
            config.recovery_codes.retain(|left| *left != digest);
            config.recovery_codes.len() < before
        }
        SecondFactor::Code(code) => {
            if let Some(wait) = config.wait(now) {
                return Ok(Checked::Wrong(SecondFactorError::Wait(wait)));
            }
            let authenticator =
                Authenticator::open(env, user.id, &config.sealed_secret, &user.email)?;
            let step = authenticator.step_of(code, now);
            // A code that was seen on its way is good for nobody.
            let fresh = step.filter(|step| config.last_step.is_none_or(|last| *step > last));
            config.last_step = fresh.or(config.last_step);
            fresh.is_some()
        }
    };
    if right {
        (config.failures, config.failed_at) = (0, None);
    } else if matches!(shown, SecondFactor::Code(_)) {
        config.failures = config.failures.saturating_add(1);
        config.failed_at = Some(now);
    }
    unit.mfa_configs().put(&config).await?;
    Ok(if right {
        Checked::Right
    } else {
        Checked::Wrong(SecondFactorError::WrongCode)
    })
}
