//! Ends a key.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::ApiKeyRevoked;
use crate::kernel::{Environment, ErrorKind, Metadata, PortError, Principal, UseCaseError};

use super::model::ApiKeyId;

/// Which key is to end.
#[derive(Clone, Debug)]
pub struct RevokeApiKey {
    /// The key.
    pub id: ApiKeyId,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Why it does not end.
#[derive(Debug, thiserror::Error)]
pub enum RevokeApiKeyError {
    /// There is no such key, or it is somebody else's.
    #[error("there is no such key")]
    NotFound,
    /// Keys end no keys.
    #[error("this needs a session; log in again")]
    NoSession,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for RevokeApiKeyError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::NoSession => ErrorKind::Forbidden,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "auth.api_key.not_found",
            Self::NoSession => "auth.session_needed",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Port(error) => error.public_detail(),
            other => other.to_string(),
        }
    }
}

/// Ends a key of whoever asks: the next request that shows it is refused. No fresh proof is asked
/// for, so that a leaked key can be ended at once.
///
/// # Errors
/// [`RevokeApiKeyError`].
pub async fn revoke_api_key(
    env: &Environment,
    principal: &Principal,
    command: RevokeApiKey,
) -> Result<(), RevokeApiKeyError> {
    if principal.session_id.is_none() {
        return Err(RevokeApiKeyError::NoSession);
    }
    let mut unit = env.store.begin().await?;
    unit.users().find(principal.user_id).await?;
    let key = unit.api_keys().find(command.id).await?;
    if key.is_none_or(|key| key.user_id != principal.user_id) {
        return Err(RevokeApiKeyError::NotFound);
    }
    unit.api_keys().remove(command.id).await?;
    let event = ApiKeyRevoked {
        user_id: principal.user_id,
        api_key_id: command.id,
    };
    let event = env.event(&event, &command.metadata);
    unit.outbox().append(&event).await?;
    let record = Record::of(AuditAction::RevokeApiKey, Outcome::Success)
        .by(principal.user_id)
        .with(command.id.to_string());
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(())
}
