//! Ends sessions: one, or all others.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::{SessionsRevoked, WhyRevoked};
use crate::auth::revocation::{Revocation, RevocationSubject};
use crate::auth::{SessionId, StepUpError, UserId};
use crate::kernel::{
    Environment, ErrorKind, Metadata, PortError, Principal, UnitOfWork, UseCaseError,
};

/// Which session is to end.
#[derive(Clone, Debug)]
pub struct EndSession {
    /// The session.
    pub session_id: SessionId,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why it does not end.
#[derive(Debug, thiserror::Error)]
pub enum EndSessionError {
    /// There is no such session, or it is somebody else's.
    #[error("there is no such session")]
    NotFound,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for EndSessionError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "auth.session.not_found",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::NotFound => self.to_string(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// Removes a session and revokes its access tokens; whether there was one.
pub(crate) async fn revoke(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    id: SessionId,
) -> Result<bool, PortError> {
    let removed = unit.sessions().remove(id).await?;
    if removed {
        let revocation = Revocation::now(env, RevocationSubject::Session(id));
        unit.revocations().add(&revocation).await?;
    }
    Ok(removed)
}

/// Ends the sessions of an account, but for one if it is named, and tells of it. The account has
/// to be locked by the unit of work.
pub(crate) async fn end_all_but(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user_id: UserId,
    kept: Option<SessionId>,
    reason: WhyRevoked,
    metadata: &Metadata,
) -> Result<Vec<SessionId>, PortError> {
    let sessions = unit.sessions().list_of(user_id).await?;
    let ended: Vec<SessionId> = sessions
        .into_iter()
        .map(|session| session.id)
        .filter(|id| Some(*id) != kept)
        .collect();
    for id in &ended {
        revoke(env, unit, *id).await?;
    }
    if !ended.is_empty() {
        let event = SessionsRevoked {
            user_id,
            session_ids: ended.clone(),
            reason,
        };
        unit.outbox().append(&env.event(&event, metadata)).await?;
    }
    Ok(ended)
}

/// Ends one of one's own sessions.
///
/// # Errors
/// [`EndSessionError`].
pub async fn end_session(
    env: &Environment,
    principal: &Principal,
    command: EndSession,
) -> Result<(), EndSessionError> {
    if principal.session_id.is_none() {
        // Who has no session knows of none.
        return Err(EndSessionError::NotFound);
    }
    let mut unit = env.store.begin().await?;
    unit.users().find(principal.user_id).await?;
    let session = unit.sessions().find(command.session_id).await?;
    if session.is_none_or(|session| session.user_id != principal.user_id) {
        return Err(EndSessionError::NotFound);
    }
    end(
        env,
        &mut *unit,
        principal.user_id,
        command.session_id,
        AuditAction::EndSession,
        &command.metadata,
    )
    .await?;
    unit.commit().await?;
    Ok(())
}

/// Ends one session that is there, and tells of it.
pub(super) async fn end(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user_id: UserId,
    id: SessionId,
    action: AuditAction,
    metadata: &Metadata,
) -> Result<(), PortError> {
    revoke(env, unit, id).await?;
    let event = SessionsRevoked {
        user_id,
        session_ids: vec![id],
        reason: WhyRevoked::Ended,
    };
    unit.outbox().append(&env.event(&event, metadata)).await?;
    let record = Record::of(action, Outcome::Success).by(user_id);
    audit::append(env, unit, record, metadata).await
}

/// Ends all of one's own sessions but the one that asks; how many ended.
///
/// # Errors
/// `NoSession` for who shows no access token; those of the store.
pub async fn end_other_sessions(
    env: &Environment,
    principal: &Principal,
    metadata: &Metadata,
) -> Result<usize, StepUpError> {
    if principal.session_id.is_none() {
        return Err(StepUpError::NoSession);
    }
    let mut unit = env.store.begin().await?;
    unit.users().find(principal.user_id).await?;
    let ended = end_all_but(
        env,
        &mut *unit,
        principal.user_id,
        principal.session_id,
        WhyRevoked::Ended,
        metadata,
    )
    .await?;
    let record = Record::of(AuditAction::EndSession, Outcome::Success).by(principal.user_id);
    audit::append(env, &mut *unit, record, metadata).await?;
    unit.commit().await?;
    Ok(ended.len())
}
