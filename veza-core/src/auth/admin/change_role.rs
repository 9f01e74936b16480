//! Changes what an account may do.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::RoleChanged;
use crate::auth::revocation::{Revocation, RevocationSubject};
use crate::auth::{User, UserId};
use crate::kernel::{Environment, Metadata, Permission, Principal, Role};

use super::error::AdminError;

/// Another role for an account.
#[derive(Clone, Debug)]
pub struct ChangeRole {
    /// The account.
    pub user_id: UserId,
    /// Its new role.
    pub role: Role,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Gives an account another role and tells `auth.user.role_changed.v1`; access tokens that say the
/// old one are revoked. Only administrators may, and the last one stays. An account that has the
/// role already is answered as it is.
///
/// # Errors
/// [`AdminError`].
pub async fn change_role(
    env: &Environment,
    principal: &Principal,
    command: ChangeRole,
) -> Result<User, AdminError> {
    if !principal.may(Permission::SystemConfig) {
        return Err(AdminError::Forbidden);
    }
    let mut unit = env.store.begin().await?;
    let both = [principal.user_id, command.user_id];
    // All administrators are locked before anybody is looked at: of two who demote each other,
    // the second finds one left.
    let admins = unit.users().lock_admins(&both).await?;
    let (actor, mut user) = super::both(env, &mut *unit, principal, command.user_id).await?;
    // The key of a program names what it may do, and there is no permission for this.
    if actor.role != Role::Admin || principal.session_id.is_none() {
        return Err(AdminError::Forbidden);
    }
    if user.role == command.role {
        return Ok(user);
    }
    if user.role == Role::Admin && admins.iter().all(|id| *id == user.id) {
        return Err(AdminError::LastAdmin);
    }
    let from = std::mem::replace(&mut user.role, command.role);
    user.updated_at = env.now();
    unit.users().update(&user).await?;
    let revocation = Revocation::now(env, RevocationSubject::User(user.id));
    unit.revocations().add(&revocation).await?;
    let event = RoleChanged {
        user_id: user.id,
        from,
        to: user.role,
        changed_by: actor.id,
    };
    unit.outbox()
        .append(&env.event(&event, &command.metadata))
        .await?;
    let record = Record::of(AuditAction::ChangeRole, Outcome::Success)
        .by(actor.id)
        .about(Some(user.id))
        .with(format!("{from} -> {}", user.role));
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(user)
}
