//! Invites.

use std::time::Duration;

use crate::auth::OpaqueToken;
use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::kernel::text::FieldErrors;
use crate::kernel::{Environment, Metadata, Permission, Principal, Role, Timestamp};

use super::model::{Invitation, InvitationError, MAX_INVITATIONS, MAX_USES};

/// How long an invitation is good where nobody says it.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// How long one that has ended is still listed.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Invitations of anybody that ended longer ago and are removed when one is made.
const PRUNED_AT_ONCE: u32 = 100;
/// How long at most.
const MAX_LIFETIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The wish to invite.
#[derive(Clone, Debug)]
pub struct CreateInvitation {
    /// The role of those who come.
    pub role: Role,
    /// How many may come.
    pub uses: u32,
    /// When it ends; in two weeks where it is not said.
    pub expires_at: Option<Timestamp>,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// An invitation that was made.
#[derive(Clone, Debug)]
pub struct CreatedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Its code, which is shown this once.
    pub code: OpaqueToken,
}

/// Makes an invitation of whoever asks. Nobody invites to a role above their own.
///
/// # Errors
/// [`InvitationError`].
pub async fn create_invitation(
    env: &Environment,
    principal: &Principal,
    command: CreateInvitation,
) -> Result<CreatedInvitation, InvitationError> {
    let now = env.now();
    let expires_at = command.expires_at.unwrap_or(now.plus(DEFAULT_LIFETIME));
    let mut faults = FieldErrors::default();
    if command.uses == 0 || command.uses > MAX_USES {
        faults.push("uses", format!("must be from 1 to {MAX_USES}"));
    }
    if expires_at <= now || now.plus(MAX_LIFETIME) < expires_at {
        faults.push("expiresAt", "must be in the future, and within a year");
    }
    let mut unit = env.store.begin().await?;
    let inviter = unit.users().find(principal.user_id).await?;
    // As of now, and not as of when the access token was issued.
    let inviter = inviter
        .filter(|user| principal.may(Permission::UserInvite) && user.ban_at(now).is_none())
        .filter(|user| user.role.permissions().contains(&Permission::UserInvite))
        .ok_or(InvitationError::Forbidden)?;
    if command.role > inviter.role || command.role == Role::Guest {
        faults.push("role", "must be a role of members, and none above your own");
    }
    faults.into_result().map_err(InvitationError::Invalid)?;
    let pruned = unit.invitations().prune(now.minus(KEPT), PRUNED_AT_ONCE);
    pruned.await?;
    if unit.invitations().list_of(inviter.id).await?.len() >= MAX_INVITATIONS {
        return Err(InvitationError::TooMany);
    }
    let code = OpaqueToken::generate(&*env.entropy);
    let invitation = Invitation {
        id: env.new_id(),
        digest: code.digest(),
        invited_by: inviter.id,
        role: command.role,
        uses_left: command.uses,
        created_at: now,
        expires_at,
    };
    unit.invitations().add(&invitation).await?;
    let record = Record::of(AuditAction::Invite, Outcome::Success)
        .by(inviter.id)
        .with(format!("{} to {}", command.uses, command.role));
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(CreatedInvitation { invitation, code })
}
