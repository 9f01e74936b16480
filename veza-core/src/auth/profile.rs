//! What everybody may see of an account.

use serde::{Deserialize, Serialize};

use crate::kernel::cache::{CacheKey, Space};
use crate::kernel::event::DomainEvent as _;
use crate::kernel::{Environment, Event, PortError, ReadCache, Timestamp};

use super::events::{UserLoggedIn, UserRegistered};
use super::model::{User, UserId};

/// What everybody may see of an account: no address, no role, no password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserProfile {
    /// The account.
    pub id: UserId,
    /// Its name.
    pub username: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl From<User> for UserProfile {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            username: user.username,
            created_at: user.created_at,
        }
    }
}

/// What everybody may see of an account, if there is one.
///
/// # Errors
/// Those of the store.
pub async fn user_profile(env: &Environment, id: UserId) -> Result<Option<UserProfile>, PortError> {
    let key = CacheKey::of(Space::USER_PROFILES, id);
    env.cache
        .read(&key, async || {
            let mut reader = env.store.glance().await?;
            Ok(reader.users().find(id).await?.map(UserProfile::from))
        })
        .await
}

/// Forgets what an event has made old: the profile, and the lists its name may be on.
///
/// # Errors
/// Those of the cache; the event has to come again then.
pub async fn forget_changed_users(cache: &ReadCache, event: &Event) -> Result<(), PortError> {
    // Whatever else becomes of an account may change its profile.
    let harmless = [UserRegistered::TYPE, UserLoggedIn::TYPE];
    let is_user = event.event_type.starts_with("auth.user.");
    if is_user && !harmless.contains(&event.event_type.as_str()) {
        let id = UserId::from(event.aggregate_id);
        let profile = CacheKey::of(Space::USER_PROFILES, id);
        cache.invalidate(&[profile]).await?;
        cache.invalidate_space(&Space::TRACK_LISTS).await?;
    }
    Ok(())
}
