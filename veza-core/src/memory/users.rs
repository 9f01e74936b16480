//! Accounts in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::auth::{PasswordHash, User, UserId, Users};
use crate::kernel::{PortError, PortErrorKind, Role, Timestamp};

use super::storable::storable;
use super::store::MemoryUnit;

fn check_unique(
    users: &BTreeMap<UserId, User>,
    user: &User,
    op: &'static str,
) -> Result<(), PortError> {
    let taken = |value: fn(&User) -> &str| {
        users
            .values()
            .any(|other| other.id != user.id && value(other) == value(user))
    };
    let duplicate = |what| Err(PortError::new(PortErrorKind::Duplicate(what), op));
    if taken(|user| &user.email) {
        return duplicate("email");
    }
    if taken(|user| &user.username) {
        return duplicate("username");
    }
    Ok(())
}

#[async_trait]
impl Users for MemoryUnit {
    async fn add(&mut self, user: &User) -> Result<(), PortError> {
        const OP: &str = "users.add";
        let users = &mut self.write(OP)?.users;
        storable(OP, [&*user.email, &*user.username])?;
        check_unique(users, user, OP)?;
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

    async fn find_by_username(&mut self, username: &str) -> Result<Option<User>, PortError> {
        let mut users = self.state.users.values();
        Ok(users.find(|user| user.username == username).cloned())
    }

    async fn update(&mut self, user: &User) -> Result<bool, PortError> {
        const OP: &str = "users.update";
        let users = &mut self.write(OP)?.users;
        check_unique(users, user, OP)?;
        Ok(users.get_mut(&user.id).is_some_and(|stored| {
            *stored = User {
                created_at: stored.created_at,
                ..user.clone()
            };
            true
        }))
    }

    async fn lock_admins(&mut self, _others: &[UserId]) -> Result<Vec<UserId>, PortError> {
        let users = self.state.users.values();
        Ok(users
            .filter(|user| user.role == Role::Admin)
            .map(|user| user.id)
            .collect())
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
