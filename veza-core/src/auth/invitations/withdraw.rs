//! Takes an invitation back.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::kernel::{Environment, Metadata, Principal};

use super::model::{InvitationError, InvitationId};

/// Which invitation is to end.
#[derive(Clone, Debug)]
pub struct WithdrawInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Ends an invitation of whoever asks: nobody comes by it any more, also who has registered with
/// it and has not proved their address yet.
///
/// # Errors
/// `NotFound`; those of the store.
pub async fn withdraw_invitation(
    env: &Environment,
    principal: &Principal,
    command: WithdrawInvitation,
) -> Result<(), InvitationError> {
    let mut unit = env.store.begin().await?;
    let invitations = unit.invitations();
    let removed = invitations.remove(principal.user_id, command.id).await?;
    if !removed {
        return Err(InvitationError::NotFound);
    }
    let record = Record::of(AuditAction::WithdrawInvitation, Outcome::Success)
        .by(principal.user_id)
        .with(command.id.to_string());
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(())
}
