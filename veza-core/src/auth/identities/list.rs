//! By which identities one can sign in.

use crate::auth::LinkedIdentity;
use crate::kernel::{Environment, PortError, Principal};

/// The identities of whoever asks, the oldest first; [`MAX_IDENTITIES`](super::MAX_IDENTITIES) at
/// most.
///
/// # Errors
/// Those of the store.
pub async fn list_identities(
    env: &Environment,
    principal: &Principal,
) -> Result<Vec<LinkedIdentity>, PortError> {
    let mut reader = env.store.begin_read().await?;
    reader.identities().list_of(principal.user_id).await
}
