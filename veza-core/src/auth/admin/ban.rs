//! Shuts accounts out, and lets them in again.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::{UserBanned, UserUnbanned, WhyRevoked};
use crate::auth::revocation::{Revocation, RevocationSubject};
use crate::auth::sessions::end_all_but;
use crate::auth::{Ban, User, UserId};
use crate::kernel::text::FieldErrors;
use crate::kernel::{Environment, Metadata, Permission, Principal, Timestamp};

use super::error::AdminError;

/// Characters of a reason at most.
const MAX_REASON: usize = 500;

/// The wish to shut an account out.
#[derive(Clone, Debug)]
pub struct BanUser {
    /// The account.
    pub user_id: UserId,
    /// Why, in words for the one who is banned.
    pub reason: String,
    /// Until when; none for good.
    pub until: Option<Timestamp>,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Shuts an account out and tells `admin.user.banned.v1`: its sessions end, its access tokens are
/// revoked, and it cannot log in until the ban ends. Moderators may, and nobody to an account whose
/// role is not below their own. A ban that holds is replaced.
///
/// # Errors
/// [`AdminError`].
pub async fn ban_user(
    env: &Environment,
    principal: &Principal,
    command: BanUser,
) -> Result<User, AdminError> {
    let mut faults = FieldErrors::default();
    let reason = faults.line("reason", &command.reason, MAX_REASON);
    if command.until.is_some_and(|until| until <= env.now()) {
        faults.push("until", "must lie in the future");
    }
    faults.into_result().map_err(AdminError::Invalid)?;
    if !principal.may(Permission::UserBan) {
        return Err(AdminError::Forbidden);
    }
    let mut unit = env.store.begin().await?;
    let (actor, mut user) = super::both(env, &mut *unit, principal, command.user_id).await?;
    refuse_unless_above(&actor, &user)?;
    let now = env.now();
    user.ban = Some(Ban {
        by: actor.id,
        reason: reason.clone(),
        since: now,
        until: command.until,
    });
    user.updated_at = now;
    unit.users().update(&user).await?;
    let metadata = &command.metadata;
    end_all_but(env, &mut *unit, user.id, None, WhyRevoked::Banned, metadata).await?;
    let revocation = Revocation::now(env, RevocationSubject::User(user.id));
    unit.revocations().add(&revocation).await?;
    let event = UserBanned {
        user_id: user.id,
        banned_by: actor.id,
        reason: reason.clone(),
        until: command.until,
    };
    unit.outbox().append(&env.event(&event, metadata)).await?;
    let record = Record::of(AuditAction::Ban, Outcome::Success)
        .by(actor.id)
        .about(Some(user.id))
        .with(reason);
    audit::append(env, &mut *unit, record, metadata).await?;
    unit.commit().await?;
    Ok(user)
}

/// The wish to let an account in again.
#[derive(Clone, Debug)]
pub struct UnbanUser {
    /// The account.
    pub user_id: UserId,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Lifts the ban of an account and tells `admin.user.unbanned.v1`; one that has none is answered
/// as it is. Whoever may ban it may.
///
/// # Errors
/// [`AdminError`].
pub async fn unban_user(
    env: &Environment,
    principal: &Principal,
    command: UnbanUser,
) -> Result<User, AdminError> {
    if !principal.may(Permission::UserBan) {
        return Err(AdminError::Forbidden);
    }
    let mut unit = env.store.begin().await?;
    let (actor, mut user) = super::both(env, &mut *unit, principal, command.user_id).await?;
    refuse_unless_above(&actor, &user)?;
    if user.ban.take().is_none() {
        return Ok(user);
    }
    user.updated_at = env.now();
    unit.users().update(&user).await?;
    let event = UserUnbanned {
        user_id: user.id,
        unbanned_by: actor.id,
    };
    unit.outbox()
        .append(&env.event(&event, &command.metadata))
        .await?;
    let record = Record::of(AuditAction::Unban, Outcome::Success)
        .by(actor.id)
        .about(Some(user.id));
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(user)
}

fn refuse_unless_above(actor: &User, user: &User) -> Result<(), AdminError> {
    let may = actor.role.permissions().contains(&Permission::UserBan) && actor.role > user.role;
    if may {
        Ok(())
    } else {
        Err(AdminError::Forbidden)
    }
}
