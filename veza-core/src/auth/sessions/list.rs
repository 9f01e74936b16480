//! One's own sessions.

use crate::kernel::{Environment, PortError, Principal};

use super::model::Session;

/// The sessions of whoever asks that have not ended, the one used last first.
///
/// # Errors
/// Those of the store.
pub async fn list_sessions(
    env: &Environment,
    principal: &Principal,
) -> Result<Vec<Session>, PortError> {
    if principal.session_id.is_none() {
        // Who has no session knows of none.
        return Ok(Vec::new());
    }
    let now = env.now();
    let mut reader = env.store.begin_read().await?;
    let sessions = reader.sessions().list_of(principal.user_id).await?;
    Ok(sessions
        .into_iter()
        .filter(|session| session.is_live(now))
        .collect())
}
