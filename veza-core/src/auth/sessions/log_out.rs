//! Ends the session of a refresh token or of an access token.

use crate::auth::TokenDigest;
use crate::auth::audit::AuditAction;
use crate::kernel::{Environment, Metadata, PortError, Principal};

use super::model::Session;

/// The wish to be let out: what the client still has of its session.
#[derive(Clone, Default)]
pub struct LogOut {
    /// Who asks, by an access token that is still good.
    pub principal: Option<Principal>,
    /// The refresh token; one from any time of the chain ends the session.
    pub refresh_token: Option<String>,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

impl std::fmt::Debug for LogOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogOut")
            .field("principal", &self.principal)
            .finish_non_exhaustive()
    }
}

/// Ends the session; nothing happens when it has ended already or none is named. So a client that
/// repeats it gets the same answer.
///
/// # Errors
/// Those of the store.
pub async fn log_out(env: &Environment, command: LogOut) -> Result<(), PortError> {
    let mut ending: Vec<Session> = Vec::new();
    {
        let mut reader = env.store.begin_read().await?;
        let by_access = command.principal.as_ref().and_then(|who| who.session_id);
        if let Some(id) = by_access {
            ending.extend(reader.sessions().find(id).await?);
        }
        if let Some(token) = &command.refresh_token {
            let digest = TokenDigest::of(token);
            let found = reader.sessions().find_by_refresh_token(&digest).await?;
            ending.extend(found.map(|(session, _)| session));
        }
    }
    ending.sort_by_key(|session| session.id);
    ending.dedup_by_key(|session| session.id);
    // One unit of work each: they may be of two accounts.
    for session in ending {
        let mut unit = env.store.begin().await?;
        unit.users().find(session.user_id).await?;
        if unit.sessions().find(session.id).await?.is_none() {
            continue;
        }
        let (user_id, id) = (session.user_id, session.id);
        super::end::end(
            env,
            &mut *unit,
            user_id,
            id,
            AuditAction::LogOut,
            &command.metadata,
        )
        .await?;
        unit.commit().await?;
    }
    Ok(())
}
