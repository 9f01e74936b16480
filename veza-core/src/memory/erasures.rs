//! Accounts that are to be erased, in memory.

use async_trait::async_trait;

use crate::auth::{Erasure, Erasures, UserId};
use crate::kernel::{PortError, PortErrorKind, Timestamp};

use super::store::MemoryUnit;

#[async_trait]
impl Erasures for MemoryUnit {
    async fn add(&mut self, erasure: &Erasure) -> Result<(), PortError> {
        const OP: &str = "erasures.add";
        let state = self.write(OP)?;
        if !state.users.contains_key(&erasure.user_id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        if state.erasures.contains_key(&erasure.user_id) {
            return Err(PortError::new(PortErrorKind::Duplicate("id"), OP));
        }
        state.erasures.insert(erasure.user_id, *erasure);
        Ok(())
    }

    async fn find(&mut self, user_id: UserId) -> Result<Option<Erasure>, PortError> {
        Ok(self.state.erasures.get(&user_id).copied())
    }

    async fn remove(&mut self, user_id: UserId) -> Result<bool, PortError> {
        let erasures = &mut self.write("erasures.remove")?.erasures;
        Ok(erasures.remove(&user_id).is_some())
    }

    async fn due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Erasure>, PortError> {
        let erasures = self.state.erasures.values();
        let mut due: Vec<Erasure> = erasures
            .filter(|erasure| erasure.due_at <= now)
            .copied()
            .collect();
        due.sort_by_key(|erasure| (erasure.due_at, erasure.user_id));
        due.truncate(limit as usize);
        Ok(due)
    }
}
