//! Second factors in memory.

use async_trait::async_trait;

use crate::auth::{MfaConfig, MfaConfigs, MfaTicket, MfaTickets, TokenDigest, UserId};
use crate::kernel::{PortError, PortErrorKind, Timestamp};

use super::store::MemoryUnit;

#[async_trait]
impl MfaConfigs for MemoryUnit {
    async fn find(&mut self, user_id: UserId) -> Result<Option<MfaConfig>, PortError> {
        Ok(self.state.mfa_configs.get(&user_id).cloned())
    }

    async fn put(&mut self, config: &MfaConfig) -> Result<(), PortError> {
        const OP: &str = "mfa_configs.put";
        let state = self.write(OP)?;
        if !state.users.contains_key(&config.user_id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        state.mfa_configs.insert(config.user_id, config.clone());
        Ok(())
    }

    async fn remove(&mut self, user_id: UserId) -> Result<bool, PortError> {
        let configs = &mut self.write("mfa_configs.remove")?.mfa_configs;
        Ok(configs.remove(&user_id).is_some())
    }
}

#[async_trait]
impl MfaTickets for MemoryUnit {
    async fn add(&mut self, ticket: &MfaTicket) -> Result<(), PortError> {
        const OP: &str = "mfa_tickets.add";
        let state = self.write(OP)?;
        if !state.users.contains_key(&ticket.user_id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        if state.mfa_tickets.contains_key(&ticket.digest) {
            return Err(PortError::new(PortErrorKind::Duplicate("id"), OP));
        }
        state.mfa_tickets.insert(ticket.digest, ticket.clone());
        Ok(())
    }

    async fn find(&mut self, digest: &TokenDigest) -> Result<Option<MfaTicket>, PortError> {
        Ok(self.state.mfa_tickets.get(digest).cloned())
    }

    async fn count_off(&mut self, digest: &TokenDigest) -> Result<(), PortError> {
        let tickets = &mut self.write("mfa_tickets.count_off")?.mfa_tickets;
        if let Some(ticket) = tickets.get_mut(digest) {
            ticket.tries_left = ticket.tries_left.saturating_sub(1);
        }
        Ok(())
    }

    async fn remove_of(&mut self, user_id: UserId) -> Result<(), PortError> {
        let tickets = &mut self.write("mfa_tickets.remove_of")?.mfa_tickets;
        tickets.retain(|_, ticket| ticket.user_id != user_id);
        Ok(())
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError> {
        let tickets = &mut self.write("mfa_tickets.prune")?.mfa_tickets;
        let before = tickets.len();
        let mut left = limit;
        tickets.retain(|_, ticket| {
            let goes = ticket.expires_at <= now && left > 0;
            left -= u32::from(goes);
            !goes
        });
        Ok((before - tickets.len()) as u64)
    }
}
