//! Asks to be erased, and comes back.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::{ErasureCancelled, ErasureRequested, WhyRevoked};
use crate::auth::sessions::{end_all_but, require_step_up};
use crate::auth::{StepUpError, UserId, mails};
use crate::kernel::{
    Environment, ErrorKind, Metadata, PortError, Principal, Role, UnitOfWork, UseCaseError,
};
use crate::mail::MailContent;

use super::model::{ERASURE_GRACE, Erasure};

/// The wish to be erased.
#[derive(Clone, Debug)]
pub struct RequestErasure {
    /// The account; one's own.
    pub user_id: UserId,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why nothing will be erased.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    /// It is somebody else's account.
    #[error("only its owner can have an account erased")]
    Forbidden,
    /// It is the last administrator.
    #[error("this is the last administrator; make another one first")]
    LastAdmin,
    /// The last proof of who one is is too old, or there is no session.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for ErasureError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Forbidden => ErrorKind::Forbidden,
            Self::LastAdmin => ErrorKind::Conflict,
            Self::StepUp(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Forbidden => "auth.user.forbidden",
            Self::LastAdmin => "auth.admin.last_admin",
            Self::StepUp(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Forbidden | Self::LastAdmin => self.to_string(),
            Self::StepUp(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// Notes that the account of whoever asks is to be erased in thirty days, ends its sessions, and
/// mails its owner how to keep it.
///
/// # Errors
/// [`ErasureError`].
pub async fn request_erasure(
    env: &Environment,
    principal: &Principal,
    command: RequestErasure,
) -> Result<Erasure, ErasureError> {
    if command.user_id != principal.user_id {
        return Err(ErasureError::Forbidden);
    }
    let metadata = command.metadata;
    let mut unit = env.store.begin().await?;
    // Administrators first, as everything that changes their number does.
    let admins = unit.users().lock_admins(&[principal.user_id]).await?;
    let (user, _) = require_step_up(env, &mut *unit, principal).await?;
    if user.role == Role::Admin && admins.iter().all(|id| *id == user.id) {
        return Err(ErasureError::LastAdmin);
    }
    if let Some(erasure) = unit.erasures().find(user.id).await? {
        return Ok(erasure);
    }
    let now = env.now();
    let erasure = Erasure {
        user_id: user.id,
        requested_at: now,
        due_at: now.plus(ERASURE_GRACE),
    };
    unit.erasures().add(&erasure).await?;
    let why = WhyRevoked::ErasureRequested;
    end_all_but(env, &mut *unit, user.id, None, why, &metadata).await?;
    let event = ErasureRequested {
        user_id: user.id,
        due_at: erasure.due_at,
    };
    unit.outbox().append(&env.event(&event, &metadata)).await?;
    let content = MailContent::DeletionScheduled {
        username: user.username.clone(),
        on: erasure.due_at,
    };
    mails::enqueue(env, &mut *unit, &user.email, content).await?;
    let record = Record::of(AuditAction::RequestErasure, Outcome::Success).by(user.id);
    audit::append(env, &mut *unit, record, &metadata).await?;
    unit.commit().await?;
    Ok(erasure)
}

/// Keeps an account that was to be erased, for its owner is back. The account has to be locked by
/// the unit of work.
pub(crate) async fn cancel_erasure(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user_id: UserId,
    metadata: &Metadata,
) -> Result<(), PortError> {
    if !unit.erasures().remove(user_id).await? {
        return Ok(());
    }
    let event = ErasureCancelled { user_id };
    unit.outbox().append(&env.event(&event, metadata)).await?;
    let record = Record::of(AuditAction::CancelErasure, Outcome::Success).by(user_id);
    audit::append(env, unit, record, metadata).await
}
