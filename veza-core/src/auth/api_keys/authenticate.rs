//! Who shows a key.

use crate::auth::TokenError;
use crate::kernel::{Environment, PortError, Principal, Timestamp};

use super::model::{ApiKeySecret, LAST_USED_PRECISION};

/// Whoever shows this key, with what it may do now: what it was made for, as far as its owner
/// still may. The key of a banned account is refused.
///
/// # Errors
/// [`TokenError`]: `Expired`, `Unavailable` when the store does not answer, else `Invalid`.
pub async fn authenticate_api_key(env: &Environment, shown: &str) -> Result<Principal, TokenError> {
    let (id, digest) = ApiKeySecret::parse(shown).ok_or(TokenError::Invalid)?;
    let unavailable = |_: PortError| TokenError::Unavailable;
    let now = env.now();
    let (key, user) = {
        let mut reader = env.store.begin_read().await.map_err(unavailable)?;
        let key = reader.api_keys().find(id).await.map_err(unavailable)?;
        // Digests of 256 random bits: the time of comparing them tells nothing of use.
        let key = key.filter(|key| key.digest == digest);
        let key = key.ok_or(TokenError::Invalid)?;
        // Who wants to be erased has left; only they themselves come back.
        let leaving = reader.erasures().find(key.user_id).await;
        if leaving.map_err(unavailable)?.is_some() {
            return Err(TokenError::Revoked);
        }
        let user = reader.users().find(key.user_id).await;
        (key, user.map_err(unavailable)?.ok_or(TokenError::Invalid)?)
    };
    if !key.is_live(now) {
        return Err(TokenError::Expired);
    }
    if user.ban_at(now).is_some() {
        return Err(TokenError::Revoked);
    }
    let is_stale = |last: Timestamp| now >= last.plus(LAST_USED_PRECISION);
    if key.last_used_at.is_none_or(is_stale) {
        let mut unit = env.store.begin().await.map_err(unavailable)?;
        let used = unit.api_keys().set_last_used(id, now).await;
        used.map_err(unavailable)?;
        unit.commit().await.map_err(unavailable)?;
    }
    let own = user.role.permissions();
    let permissions = key.permissions.into_iter();
    Ok(Principal {
        user_id: user.id,
        session_id: None,
        username: user.username,
        permissions: permissions.filter(|one| own.contains(one)).collect(),
    })
}
