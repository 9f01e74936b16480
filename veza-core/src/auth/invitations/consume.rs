//! Uses an invitation up.

use crate::auth::TokenDigest;
use crate::kernel::{Environment, PortError, Role, UnitOfWork};

/// Counts a use of the invitation with this code off, in the unit of work that makes the account;
/// the role it gives, or none when it is not good. The role is never above what the inviter has
/// now, and a banned inviter invites nobody.
pub(crate) async fn consume(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    code: &TokenDigest,
) -> Result<Option<Role>, PortError> {
    let now = env.now();
    let found = unit.invitations().find_by_code(code).await?;
    let Some(invitation) = found.filter(|invitation| invitation.is_good(now)) else {
        return Ok(None);
    };
    let inviter = unit.users().find(invitation.invited_by).await?;
    let Some(inviter) = inviter.filter(|user| user.ban_at(now).is_none()) else {
        return Ok(None);
    };
    let counted = unit.invitations().count_off(invitation.id).await?;
    Ok(counted.then(|| invitation.role.min(inviter.role)))
}
