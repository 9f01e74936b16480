//! Idempotency keys in memory.

use async_trait::async_trait;

use crate::auth::UserId;
use crate::kernel::idempotency::{Attempt, AttemptId, IdempotencyKeys, Progress, Ticket};
use crate::kernel::{PortError, PortErrorKind, Timestamp};

use super::store::{MemoryUnit, State};

/// The attempt of a ticket, while the key is still its own.
fn own<'a>(state: &'a mut State, ticket: &Ticket) -> Option<&'a mut Attempt> {
    state
        .idempotency_keys
        .get_mut(&(ticket.owner, ticket.key.clone()))
        .filter(|kept| kept.id == ticket.attempt)
}

#[async_trait]
impl IdempotencyKeys for MemoryUnit {
    async fn find(&mut self, owner: UserId, key: &str) -> Result<Option<Attempt>, PortError> {
        let keys = &self.state.idempotency_keys;
        Ok(keys.get(&(owner, key.to_owned())).cloned())
    }

    async fn put(
        &mut self,
        attempt: &Attempt,
        replaced: Option<AttemptId>,
    ) -> Result<(), PortError> {
        const OP: &str = "idempotency_keys.put";
        let keys = &mut self.write(OP)?.idempotency_keys;
        let place = (attempt.owner, attempt.key.clone());
        if keys.get(&place).map(|kept| kept.id) != replaced {
            let taken = PortErrorKind::Duplicate("idempotency_key");
            return Err(PortError::new(taken, OP));
        }
        keys.insert(place, attempt.clone());
        Ok(())
    }

    async fn take_effect(&mut self, ticket: &Ticket) -> Result<bool, PortError> {
        let state = self.write("idempotency_keys.take_effect")?;
        Ok(own(state, ticket).is_some_and(|kept| {
            if kept.progress == Progress::Begun {
                kept.progress = Progress::TookEffect;
            }
            true
        }))
    }

    async fn answer(&mut self, ticket: &Ticket, sealed: &[u8]) -> Result<bool, PortError> {
        let state = self.write("idempotency_keys.answer")?;
        Ok(own(state, ticket).is_some_and(|kept| {
            kept.progress = Progress::Answered(sealed.to_vec());
            true
        }))
    }

    async fn release(&mut self, ticket: &Ticket) -> Result<bool, PortError> {
        let state = self.write("idempotency_keys.release")?;
        if own(state, ticket).is_none_or(|kept| kept.progress != Progress::Begun) {
            return Ok(false);
        }
        let place = (ticket.owner, ticket.key.clone());
        Ok(state.idempotency_keys.remove(&place).is_some())
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError> {
        let keys = &mut self.write("idempotency_keys.prune")?.idempotency_keys;
        let over: Vec<_> = keys
            .iter()
            .filter(|(_, kept)| kept.expires_at <= now)
            .map(|(place, _)| place.clone())
            .take(limit as usize)
            .collect();
        for place in &over {
            keys.remove(place);
        }
        Ok(over.len() as u64)
    }
}
