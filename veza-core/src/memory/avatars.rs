//! Pictures of people in memory.

use async_trait::async_trait;

use crate::auth::UserId;
use crate::kernel::{PortError, PortErrorKind};
use crate::profiles::{Avatar, Avatars};

use super::store::MemoryUnit;

#[async_trait]
impl Avatars for MemoryUnit {
    async fn find(&mut self, user_id: UserId) -> Result<Option<Avatar>, PortError> {
        Ok(self.state.avatars.get(&user_id).cloned())
    }

    async fn put(&mut self, avatar: &Avatar) -> Result<(), PortError> {
        const OP: &str = "avatars.put";
        let state = self.write(OP)?;
        if !state.users.contains_key(&avatar.user_id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        state.avatars.insert(avatar.user_id, avatar.clone());
        Ok(())
    }
}
