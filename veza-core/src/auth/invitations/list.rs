//! One's own invitations.

use crate::kernel::{Environment, PortError, Principal};

use super::model::Invitation;

/// The invitations of whoever asks, the newest first, those that are used up among them.
///
/// # Errors
/// Those of the store.
pub async fn list_invitations(
    env: &Environment,
    principal: &Principal,
) -> Result<Vec<Invitation>, PortError> {
    let mut reader = env.store.begin_read().await?;
    reader.invitations().list_of(principal.user_id).await
}
