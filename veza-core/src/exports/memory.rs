//! Exports in memory.

use async_trait::async_trait;

use crate::auth::UserId;
use crate::kernel::{PortError, PortErrorKind, Timestamp};
use crate::memory::MemoryUnit;

use super::model::{AccountExport, ExportState};
use super::ports::AccountExports;

#[async_trait]
impl AccountExports for MemoryUnit {
    async fn put(&mut self, export: &AccountExport) -> Result<(), PortError> {
        const OP: &str = "account_exports.put";
        let state = self.write(OP)?;
        if !state.has_user(export.user_id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        state.account_exports.insert(export.user_id, *export);
        Ok(())
    }

    async fn find(&mut self, user_id: UserId) -> Result<Option<AccountExport>, PortError> {
        Ok(self.state.account_exports.get(&user_id).copied())
    }

    async fn remove(&mut self, user_id: UserId) -> Result<bool, PortError> {
        let exports = &mut self.write("account_exports.remove")?.account_exports;
        Ok(exports.remove(&user_id).is_some())
    }

    async fn expired(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<AccountExport>, PortError> {
        let end = |export: &AccountExport| match export.state {
            ExportState::Ready { expires_at, .. } => Some(expires_at),
            _ => None,
        };
        let all = self.state.account_exports.values();
        let mut over: Vec<AccountExport> = all
            .filter(|export| end(export).is_some_and(|end| end <= now))
            .copied()
            .collect();
        over.sort_by_key(|export| (end(export), export.user_id));
        over.truncate(limit as usize);
        Ok(over)
    }
}
