//! Keys of programs in memory.

use async_trait::async_trait;

use crate::auth::{ApiKey, ApiKeyId, ApiKeys, UserId};
use crate::kernel::{PortError, PortErrorKind, Timestamp};

use super::storable::storable;
use super::store::MemoryUnit;

#[async_trait]
impl ApiKeys for MemoryUnit {
    async fn add(&mut self, key: &ApiKey) -> Result<(), PortError> {
        const OP: &str = "api_keys.add";
        let state = self.write(OP)?;
        storable(OP, [&*key.name])?;
        if !state.users.contains_key(&key.user_id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        state.api_keys.insert(key.id, key.clone());
        Ok(())
    }

    async fn find(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>, PortError> {
        Ok(self.state.api_keys.get(&id).cloned())
    }

    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<ApiKey>, PortError> {
        let keys = self.state.api_keys.values();
        let mut found: Vec<ApiKey> = keys.filter(|key| key.user_id == user_id).cloned().collect();
        found.sort_by_key(|key| std::cmp::Reverse((key.created_at, key.id)));
        Ok(found)
    }

    async fn set_last_used(&mut self, id: ApiKeyId, at: Timestamp) -> Result<(), PortError> {
        let keys = &mut self.write("api_keys.set_last_used")?.api_keys;
        if let Some(key) = keys.get_mut(&id) {
            key.last_used_at = Some(at);
        }
        Ok(())
    }

    async fn remove(&mut self, id: ApiKeyId) -> Result<bool, PortError> {
        Ok(self
            .write("api_keys.remove")?
            .api_keys
            .remove(&id)
            .is_some())
    }
}
