//! Takes an identity as a fresh proof of who somebody is.

use std::time::Duration;

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::sessions::grant_for;
use crate::auth::{AccessToken, SessionId, TokenIssuer, UserId};
use crate::kernel::{Environment, Timestamp};

use super::answer::Proved;
use super::error::IdentityError;
use super::link::session_of;

/// How far the provider's clock and ours may be apart.
const LEEWAY: Duration = Duration::from_secs(30);

/// Takes the identity as a fresh proof for the session that it was begun in, if it opens that
/// account and its person has proved who they are since; answers an access token that says so, with
/// its end.
///
/// # Errors
/// `NotGood` when the session has ended, `OtherPerson`; those of the ports.
pub(super) async fn reauthenticate(
    env: &Environment,
    tokens: &dyn TokenIssuer,
    proved: &Proved<'_>,
    user_id: UserId,
    session_id: SessionId,
) -> Result<(AccessToken, Timestamp), IdentityError> {
    let mut unit = env.store.begin().await?;
    proved.end(&mut *unit).await?;
    let (user, mut session) = session_of(env, &mut *unit, user_id, session_id).await?;
    let (provider, subject) = (&proved.provider.id, &proved.identity.subject);
    let linked = unit.identities().find(provider, subject).await?;
    let begun = proved.pending.created_at.minus(LEEWAY);
    let is_fresh = proved
        .identity
        .authenticated_at
        .is_some_and(|at| at >= begun);
    let is_theirs = is_fresh && linked.is_some_and(|linked| linked.user_id == user.id);
    let outcome = if is_theirs {
        Outcome::Success
    } else {
        Outcome::Failure
    };
    let record = Record::of(AuditAction::Reauthenticate, outcome)
        .by(user.id)
        .with(format!("provider {provider}"));
    audit::append(env, &mut *unit, record, &proved.metadata).await?;
    if !is_theirs {
        unit.commit().await?;
        return Err(IdentityError::OtherPerson);
    }
    session.authenticated_at = env.now();
    unit.sessions().update(&session).await?;
    let grant = grant_for(env, &user, &session);
    unit.commit().await?;
    Ok((tokens.issue(&grant)?, grant.expires_at))
}
