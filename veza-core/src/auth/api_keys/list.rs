//! One's own keys.

use crate::kernel::{Environment, PortError, Principal};

use super::model::ApiKey;

/// The keys of whoever asks, the newest first, those whose time is over among them.
///
/// # Errors
/// Those of the store.
pub async fn list_api_keys(
    env: &Environment,
    principal: &Principal,
) -> Result<Vec<ApiKey>, PortError> {
    let mut reader = env.store.begin_read().await?;
    reader.api_keys().list_of(principal.user_id).await
}
