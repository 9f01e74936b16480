//! Makes a key.

use crate::auth::StepUpError;
use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::ApiKeyCreated;
use crate::auth::sessions::require_step_up;
use crate::kernel::text::FieldErrors;
use crate::kernel::{
    Environment, ErrorKind, FieldError, Metadata, Permission, PortError, Principal, Timestamp,
    UseCaseError,
};

use super::model::{ApiKey, ApiKeyId, ApiKeySecret, MAX_API_KEYS};

/// Characters of a name at most.
const MAX_NAME: usize = 100;

/// The wish to have a key.
#[derive(Clone, Debug)]
pub struct CreateApiKey {
    /// What to call it.
    pub name: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// When it ends; none for never.
    pub expires_at: Option<Timestamp>,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// A key that was made.
#[derive(Clone, Debug)]
pub struct CreatedApiKey {
    /// The key.
    pub key: ApiKey,
    /// Its text, which is shown this once.
    pub secret: ApiKeySecret,
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiKeyError {
    /// Some fields are not allowed.
    #[error("{} fields are not allowed", .0.len())]
    Invalid(Vec<FieldError>),
    /// There are as many as one may have.
    #[error("an account has {MAX_API_KEYS} keys at most; revoke one first")]
    TooMany,
    /// The last proof of who one is is too old, or there is no session.
    #[error(transparent)]
    StepUp(#[from] StepUpError),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for CreateApiKeyError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::TooMany => ErrorKind::Conflict,
            Self::StepUp(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "auth.api_key.invalid",
            Self::TooMany => "auth.api_key.too_many",
            Self::StepUp(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Invalid(_) => "some fields are not allowed".into(),
            Self::TooMany => self.to_string(),
            Self::StepUp(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            _ => &[],
        }
    }
}

/// Makes a key for whoever asks, and tells `auth.api_key.created.v1`. It may do no more than its
/// owner may.
///
/// # Errors
/// [`CreateApiKeyError`].
pub async fn create_api_key(
    env: &Environment,
    principal: &Principal,
    command: CreateApiKey,
) -> Result<CreatedApiKey, CreateApiKeyError> {
    let now = env.now();
    let mut faults = FieldErrors::default();
    let name = faults.line("name", &command.name, MAX_NAME);
    if command.expires_at.is_some_and(|end| end <= now) {
        faults.push("expiresAt", "must be in the future");
    }
    let mut permissions: Vec<Permission> = Vec::new();
    for permission in command.permissions {
        if !permissions.contains(&permission) {
            permissions.push(permission);
        }
    }
    if permissions.is_empty() {
        faults.push("permissions", "must name at least one");
    }

    let mut unit = env.store.begin().await?;
    let (user, _) = require_step_up(env, &mut *unit, principal).await?;
    // As of now, and not as of when the access token was issued.
    let own = user.role.permissions();
    if permissions
        .iter()
        .any(|permission| !own.contains(permission))
    {
        faults.push("permissions", "must be among your own");
    }
    faults.into_result().map_err(CreateApiKeyError::Invalid)?;
    if unit.api_keys().list_of(user.id).await?.len() >= MAX_API_KEYS {
        return Err(CreateApiKeyError::TooMany);
    }
    let id: ApiKeyId = env.new_id();
    let (secret, digest) = ApiKeySecret::generate(id, &*env.entropy);
    let key = ApiKey {
        id,
        user_id: user.id,
        name,
        digest,
        permissions,
        created_at: now,
        expires_at: command.expires_at,
        last_used_at: None,
    };
    unit.api_keys().add(&key).await?;
    let event = ApiKeyCreated {
        user_id: user.id,
        api_key_id: id,
    };
    let event = env.event(&event, &command.metadata);
    unit.outbox().append(&event).await?;
    let record = Record::of(AuditAction::CreateApiKey, Outcome::Success)
        .by(user.id)
        .with(id.to_string());
    audit::append(env, &mut *unit, record, &command.metadata).await?;
    unit.commit().await?;
    Ok(CreatedApiKey { key, secret })
}
