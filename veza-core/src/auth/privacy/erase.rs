//! Erases what is due.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::{UserErased, WhyRevoked};
use crate::auth::link::LinkPurpose;
use crate::auth::revocation::{Revocation, RevocationSubject};
use crate::auth::sessions::end_all_but;
use crate::auth::{PasswordHash, User, UserId};
use crate::exports;
use crate::kernel::{
    Environment, Expected, Metadata, PageRequest, PortError, PortErrorKind, Principal, Role,
    TypedId as _, UnitOfWork,
};
use crate::profiles;
use crate::streaming::{TrackError, delete_track, my_tracks};

/// Accounts that are erased at once.
const AT_ONCE: u32 = 20;

/// What became of the accounts that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ErasureOutcome {
    /// How many are erased.
    pub erased: u32,
    /// How many stay because no other administrator is left.
    pub kept: u32,
}

/// Erases the accounts whose time has come: their tracks, their picture, their credentials, their
/// address and their name. What fails half-way is gone on with at the next time. Any number of processes may
/// do it at the same time.
///
/// # Errors
/// Those of the store.
pub async fn erase_due(env: &Environment) -> Result<ErasureOutcome, PortError> {
    let due = {
        let mut reader = env.store.begin_read().await?;
        reader.erasures().due(env.now(), AT_ONCE).await?
    };
    let mut outcome = ErasureOutcome::default();
    for erasure in due {
        delete_tracks(env, erasure.user_id).await?;
        match erase(env, erasure.user_id).await? {
            Some(true) => outcome.erased += 1,
            Some(false) => outcome.kept += 1,
            None => {}
        }
    }
    Ok(outcome)
}

/// Deletes every track of an account, as its owner would.
async fn delete_tracks(env: &Environment, user_id: UserId) -> Result<(), PortError> {
    let owner = Principal {
        user_id,
        session_id: None,
        username: String::new(),
        permissions: Role::User.permissions(),
    };
    loop {
        let tracks = my_tracks(env, &owner, &PageRequest::default()).await;
        let tracks = tracks.map_err(port)?.items;
        if tracks.is_empty() {
            return Ok(());
        }
        for track in tracks {
            let metadata = Metadata::default();
            match delete_track(env, &owner, track.id, &Expected::Any, &metadata).await {
                // Another process has been quicker.
                Ok(()) | Err(TrackError::NotFound) => {}
                Err(error) => return Err(port(error)),
            }
        }
    }
}

fn port(error: TrackError) -> PortError {
    match error {
        TrackError::Port(error) => error,
        other => PortError::caused(PortErrorKind::Internal, "privacy.delete_tracks", other),
    }
}

/// Erases an account that is still due; whether it was, or had to stay. None when its owner came
/// back meanwhile, or another process was quicker.
async fn erase(env: &Environment, user_id: UserId) -> Result<Option<bool>, PortError> {
    let now = env.now();
    let mut unit = env.store.begin().await?;
    let admins = unit.users().lock_admins(&[user_id]).await?;
    let Some(user) = unit.users().find(user_id).await? else {
        return Ok(None);
    };
    let erasure = unit.erasures().find(user_id).await?;
    if erasure.is_none_or(|erasure| now < erasure.due_at) {
        return Ok(None);
    }
    unit.erasures().remove(user_id).await?;
    let metadata = Metadata::default();
    if user.role == Role::Admin && admins.iter().all(|id| *id == user_id) {
        let record = Record::of(AuditAction::Erase, Outcome::Failure)
            .about(Some(user_id))
            .with("the last administrator stays");
        audit::append(env, &mut *unit, record, &metadata).await?;
        unit.commit().await?;
        return Ok(Some(false));
    }
    forget_credentials(env, &mut *unit, &user, &metadata).await?;
    profiles::take_away(env, &mut *unit, user_id, &metadata).await?;
    let nobody = User {
        email: format!("{}@erased.invalid", user_id.uuid().simple()),
        username: format!("erased-{}", &user_id.uuid().simple().to_string()[8..]),
        role: Role::Guest,
        password_hash: PasswordHash::unset(),
        ban: None,
        updated_at: now,
        ..user
    };
    unit.users().update(&nobody).await?;
    let event = UserErased { user_id };
    unit.outbox().append(&env.event(&event, &metadata)).await?;
    let record = Record::of(AuditAction::Erase, Outcome::Success).about(Some(user_id));
    audit::append(env, &mut *unit, record, &metadata).await?;
    unit.commit().await?;
    Ok(Some(true))
}

/// Removes every way in.
async fn forget_credentials(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user: &User,
    metadata: &Metadata,
) -> Result<(), PortError> {
    let why = WhyRevoked::ErasureRequested;
    end_all_but(env, unit, user.id, None, why, metadata).await?;
    let revocation = Revocation::now(env, RevocationSubject::User(user.id));
    unit.revocations().add(&revocation).await?;
    unit.mfa_configs().remove(user.id).await?;
    unit.mfa_tickets().remove_of(user.id).await?;
    unit.identities().remove_of(user.id).await?;
    if let Some(export) = unit.account_exports().find(user.id).await? {
        unit.account_exports().remove(user.id).await?;
        exports::discard(env, unit, &export).await?;
    }
    for key in unit.api_keys().list_of(user.id).await? {
        unit.api_keys().remove(key.id).await?;
    }
    for invitation in unit.invitations().list_of(user.id).await? {
        unit.invitations().remove(user.id, invitation.id).await?;
    }
    for purpose in [LinkPurpose::ResetPassword, LinkPurpose::ChangeEmail] {
        unit.account_links().remove_of(user.id, purpose).await?;
    }
    unit.pending_registrations().remove_of(&user.email).await
}
