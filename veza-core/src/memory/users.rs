//! Accounts in memory.

use async_trait::async_trait;

use crate::auth::{PasswordHash, User, UserId, Users};
use crate::kernel::{PortError, PortErrorKind, Timestamp};

use super::storable::storable;
use super::store::MemoryUnit;

#[async_trait]
impl Users for MemoryUnit {
    async fn add(&mut self, user: &User) -> Result<(), PortError> {
        const OP: &str = "users.add";
        let users = &mut self.write(OP)?.users;
        storable(OP, [&*user.email, &*user.username])?;
        let duplicate = |what| Err(PortError::new(PortErrorKind::Duplicate(what), OP));
        if users.values().any(|other| other.email == user.email) {
            return duplicate("email");
        }
        if users.values().any(|other| other.username == user.username) {
            return duplicate("username");
        }
        users.insert(user.id, user.clone());
        Ok(())
    }

    async fn find(&mut self, id: UserId) -> Result<Option<User>, PortError> {
        Ok(self.state.users.get(&id).cloned())
    }

    async fn find_by_email(&mut self, email: &str) -> Result<Option<User>, PortError> {
        Ok(self
            .state
            .users
            .values()
            .find(|user| user.email == email)
            .cloned())
    }

    async fn set_password_hash(
        &mut self,
        id: UserId,
        hash: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), PortError> {
        if let Some(user) = self.write("users.set_password_hash")?.users.get_mut(&id) {
            user.password_hash = hash.clone();
            user.updated_at = now;
        }
        Ok(())
    }
}
