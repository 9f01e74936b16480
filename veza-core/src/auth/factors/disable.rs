//! Takes a second factor out of use, or its recovery codes.

use crate::auth::User;
use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::MfaDisabled;
use crate::auth::sessions::require_step_up;
use crate::kernel::{Environment, Metadata, Principal, UnitOfWork};

use super::check::{Checked, check};
use super::error::SecondFactorError;
use super::model::{MfaConfig, SecondFactor};
use super::recovery::RecoveryCodes;
use super::told;

/// A change of one's second factor, with the second factor as the proof: a session and a password
/// that were stolen are not enough.
#[derive(Clone, Debug)]
pub struct ChangeSecondFactor {
    /// A code, or a recovery code.
    pub second_factor: SecondFactor,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Checks the proof. What was wrong is counted, and put on record.
async fn proved(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    principal: &Principal,
    command: &ChangeSecondFactor,
    action: AuditAction,
) -> Result<Result<(User, MfaConfig), SecondFactorError>, SecondFactorError> {
    let (user, _) = require_step_up(env, unit, principal).await?;
    let config = unit.mfa_configs().find(user.id).await?;
    let config = config.filter(MfaConfig::is_on);
    let config = config.ok_or(SecondFactorError::NotSetUp)?;
    let outcome = match check(env, unit, &user, config, &command.second_factor).await? {
        Checked::Right => Outcome::Success,
        Checked::Wrong(error) => {
            let record = Record::of(action, Outcome::Failure).by(user.id);
            audit::append(env, unit, record, &command.metadata).await?;
            return Ok(Err(error));
        }
    };
    let record = Record::of(action, outcome).by(user.id);
    audit::append(env, unit, record, &command.metadata).await?;
    let config = unit.mfa_configs().find(user.id).await?;
    Ok(Ok((user, config.ok_or(SecondFactorError::NotSetUp)?)))
}

/// Takes the second factor of whoever asks out of use.
///
/// # Errors
/// `NotSetUp`, `WrongCode`, `Wait`, `StepUp`; those of the ports.
pub async fn disable_second_factor(
    env: &Environment,
    principal: &Principal,
    command: ChangeSecondFactor,
) -> Result<(), SecondFactorError> {
    let mut unit = env.store.begin().await?;
    let action = AuditAction::DisableSecondFactor;
    match proved(env, &mut *unit, principal, &command, action).await? {
        Err(error) => {
            unit.commit().await?;
            Err(error)
        }
        Ok((user, _)) => {
            unit.mfa_configs().remove(user.id).await?;
            unit.mfa_tickets().remove_of(user.id).await?;
            told(env, &mut *unit, &user, false).await?;
            let event = MfaDisabled { user_id: user.id };
            let event = env.event(&event, &command.metadata);
            unit.outbox().append(&event).await?;
            unit.commit().await?;
            Ok(())
        }
    }
}

/// Replaces the recovery codes of whoever asks, and answers the new ones, which are shown this
/// once.
///
/// # Errors
/// `NotSetUp`, `WrongCode`, `Wait`, `StepUp`; those of the ports.
pub async fn regenerate_recovery_codes(
    env: &Environment,
    principal: &Principal,
    command: ChangeSecondFactor,
) -> Result<RecoveryCodes, SecondFactorError> {
    let mut unit = env.store.begin().await?;
    let action = AuditAction::RegenerateRecoveryCodes;
    match proved(env, &mut *unit, principal, &command, action).await? {
        Err(error) => {
            unit.commit().await?;
            Err(error)
        }
        Ok((_, mut config)) => {
            let codes = RecoveryCodes::generate(&*env.entropy);
            config.recovery_codes = codes.digests();
            unit.mfa_configs().put(&config).await?;
            unit.commit().await?;
            Ok(codes)
        }
    }
}
