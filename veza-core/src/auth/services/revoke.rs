//! Ends a token of a service.

use crate::auth::TokenId;
use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::revocation::{Revocation, RevocationSubject};
use crate::kernel::{Environment, Metadata, PortError};

/// Ends the token with this id, everywhere within seconds, and puts it on record. Which ids there
/// are is not kept: one that nobody has is revoked as well.
///
/// # Errors
/// Those of the store.
pub async fn revoke_service_token(env: &Environment, id: TokenId) -> Result<(), PortError> {
    let mut unit = env.store.begin().await?;
    let revocation = Revocation::now(env, RevocationSubject::ServiceToken(id));
    unit.revocations().add(&revocation).await?;
    let record = Record::of(AuditAction::RevokeServiceToken, Outcome::Success).with(id.to_string());
    audit::append(env, &mut *unit, record, &Metadata::default()).await?;
    unit.commit().await
}
