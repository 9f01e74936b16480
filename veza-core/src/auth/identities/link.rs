//! Links an identity to an account.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::IdentityLinked;
use crate::auth::{LinkedIdentity, Session, SessionId, User, UserId, mails};
use crate::kernel::{Environment, PortError, PortErrorKind, UnitOfWork};
use crate::mail::MailContent;

use super::answer::Proved;
use super::error::IdentityError;
use super::model::MAX_IDENTITIES;

/// Links the identity to the account of the session that it was begun in, tells
/// `auth.identity.linked.v1`, and mails the owner of the account. One that is linked to it already
/// is answered as it is.
///
/// # Errors
/// `NotGood` when the session has ended, `LinkedElsewhere`, `TooMany`; those of the ports.
pub(super) async fn link(
    env: &Environment,
    proved: &Proved<'_>,
    user_id: UserId,
    session_id: SessionId,
) -> Result<LinkedIdentity, IdentityError> {
    let mut unit = env.store.begin().await?;
    proved.end(&mut *unit).await?;
    let (user, _) = session_of(env, &mut *unit, user_id, session_id).await?;
    let (provider, subject) = (&proved.provider.id, &proved.identity.subject);
    let refused = match unit.identities().find(provider, subject).await? {
        Some(linked) if linked.user_id == user.id => {
            unit.commit().await?;
            return Ok(linked);
        }
        Some(_) => Some(IdentityError::LinkedElsewhere),
        None => {
            let count = unit.identities().list_of(user.id).await?.len();
            (count >= MAX_IDENTITIES).then_some(IdentityError::TooMany)
        }
    };
    let metadata = &proved.metadata;
    let record = |outcome| {
        Record::of(AuditAction::LinkIdentity, outcome)
            .by(user.id)
            .with(provider.as_str())
    };
    if let Some(error) = refused {
        audit::append(env, &mut *unit, record(Outcome::Failure), metadata).await?;
        unit.commit().await?;
        return Err(error);
    }
    let identity = proved.identity_of(env, user.id);
    unit.identities()
        .add(&identity)
        .await
        .map_err(linked_meanwhile)?;
    audit::append(env, &mut *unit, record(Outcome::Success), metadata).await?;
    let event = IdentityLinked {
        user_id: user.id,
        identity_id: identity.id,
        provider: provider.to_string(),
    };
    unit.outbox().append(&env.event(&event, metadata)).await?;
    let content = MailContent::IdentityChanged {
        username: user.username.clone(),
        provider: proved.provider.name.clone(),
        linked: true,
        at: env.now(),
    };
    mails::enqueue(env, &mut *unit, &user.email, content).await?;
    unit.commit().await?;
    Ok(identity)
}

fn linked_meanwhile(error: PortError) -> IdentityError {
    match error.kind {
        PortErrorKind::Duplicate("identity") => IdentityError::LinkedElsewhere,
        _ => IdentityError::Port(error),
    }
}

/// The account and the session that an authorization was begun in, both locked, if the session
/// still lives.
pub(super) async fn session_of(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user_id: UserId,
    session_id: SessionId,
) -> Result<(User, Session), IdentityError> {
    let user = unit.users().find(user_id).await?;
    let session = unit.sessions().find(session_id).await?;
    let session =
        session.filter(|session| session.user_id == user_id && session.is_live(env.now()));
    user.zip(session).ok_or(IdentityError::NotGood)
}
