//! Puts a second factor to use.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::{MfaEnabled, WhyRevoked};
use crate::auth::sessions::{end_all_but, require_step_up};
use crate::kernel::{Environment, Metadata, Principal};

use super::check::{Checked, check};
use super::error::SecondFactorError;
use super::model::SecondFactor;
use super::recovery::RecoveryCodes;
use super::told;

/// The first code of the authenticator.
#[derive(Clone)]
pub struct ConfirmSecondFactor {
    /// The code.
    pub code: String,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

impl std::fmt::Debug for ConfirmSecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfirmSecondFactor")
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// Takes the first code as the proof that the authenticator knows the secret: from now on logging
/// in asks for one. Ends the other sessions, which were opened without, and answers the recovery
/// codes, which are shown this once.
///
/// # Errors
/// `NotSetUp`, `AlreadyOn`, `WrongCode`, `Wait`, `StepUp`; those of the ports.
pub async fn confirm_second_factor(
    env: &Environment,
    principal: &Principal,
    command: ConfirmSecondFactor,
) -> Result<RecoveryCodes, SecondFactorError> {
    let ConfirmSecondFactor { code, metadata } = command;
    let mut unit = env.store.begin().await?;
    let (user, session) = require_step_up(env, &mut *unit, principal).await?;
    let config = unit.mfa_configs().find(user.id).await?;
    let config = config.ok_or(SecondFactorError::NotSetUp)?;
    if config.is_on() {
        return Err(SecondFactorError::AlreadyOn);
    }
    let shown = SecondFactor::Code(code);
    if let Checked::Wrong(error) = check(env, &mut *unit, &user, config, &shown).await? {
        unit.commit().await?;
        return Err(error);
    }
    let config = unit.mfa_configs().find(user.id).await?;
    let mut config = config.ok_or(SecondFactorError::NotSetUp)?;
    let codes = RecoveryCodes::generate(&*env.entropy);
    config.confirmed_at = Some(env.now());
    config.recovery_codes = codes.digests();
    unit.mfa_configs().put(&config).await?;
    end_all_but(
        env,
        &mut *unit,
        user.id,
        Some(session.id),
        WhyRevoked::SecondFactorChanged,
        &metadata,
    )
    .await?;
    told(env, &mut *unit, &user, true).await?;
    let event = MfaEnabled { user_id: user.id };
    unit.outbox().append(&env.event(&event, &metadata)).await?;
    let record = Record::of(AuditAction::EnableSecondFactor, Outcome::Success).by(user.id);
    audit::append(env, &mut *unit, record, &metadata).await?;
    unit.commit().await?;
    Ok(codes)
}
