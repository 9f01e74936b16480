//! Unlinks an identity from an account.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::IdentityUnlinked;
use crate::auth::mails;
use crate::auth::sessions::require_step_up;
use crate::kernel::{Environment, Metadata, Principal};
use crate::mail::MailContent;

use super::error::IdentityError;
use super::model::LinkedIdentityId;
use super::provider::Providers;

/// The wish to sign in by an identity no more.
#[derive(Clone, Debug)]
pub struct UnlinkIdentity {
    /// The identity.
    pub id: LinkedIdentityId,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Unlinks an identity of whoever asks, who has to have proved who they are within ten minutes;
/// tells `auth.identity.unlinked.v1` and mails the owner. The last way to sign in stays: without a
/// password, another identity of a provider that is still here has to be left.
///
/// # Errors
/// `StepUp`, `NotFound`, `LastWayIn`; those of the ports.
pub async fn unlink_identity(
    env: &Environment,
    providers: &Providers,
    principal: &Principal,
    command: UnlinkIdentity,
) -> Result<(), IdentityError> {
    let mut unit = env.store.begin().await?;
    let (user, _) = require_step_up(env, &mut *unit, principal).await?;
    let linked = unit.identities().list_of(user.id).await?;
    let (gone, left): (Vec<_>, Vec<_>) = linked
        .into_iter()
        .partition(|identity| identity.id == command.id);
    let identity = gone.into_iter().next().ok_or(IdentityError::NotFound)?;
    let name_of = |id: &str| providers.find(id).map(|provider| provider.name.clone());
    let opens = left
        .iter()
        .any(|identity| name_of(identity.provider.as_str()).is_some());
    if !user.password_hash.is_set() && !opens {
        return Err(IdentityError::LastWayIn);
    }
    unit.identities().remove(user.id, identity.id).await?;
    let metadata = &command.metadata;
    let provider = identity.provider.as_str();
    let record = Record::of(AuditAction::UnlinkIdentity, Outcome::Success)
        .by(user.id)
        .with(provider);
    audit::append(env, &mut *unit, record, metadata).await?;
    let event = IdentityUnlinked {
        user_id: user.id,
        identity_id: identity.id,
        provider: provider.to_owned(),
    };
    unit.outbox().append(&env.event(&event, metadata)).await?;
    let content = MailContent::IdentityChanged {
        username: user.username,
        provider: name_of(provider).unwrap_or_else(|| provider.to_owned()),
        linked: false,
        at: env.now(),
    };
    mails::enqueue(env, &mut *unit, &user.email, content).await?;
    unit.commit().await?;
    Ok(())
}
