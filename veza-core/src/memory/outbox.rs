//! The outbox in memory.

use std::collections::HashSet;

use async_trait::async_trait;

use crate::kernel::outbox::{Backlog, Outbox, ParkedEvent, PendingEvent, PublishFailure};
use crate::kernel::{Event, EventId, PortError, PortErrorKind, Timestamp};

use super::storable::storable_json;
use super::store::MemoryUnit;

/// An event, in the order of storing.
#[derive(Clone, Debug)]
pub(super) struct OutboxRow {
    event: Event,
    state: OutboxState,
    attempts: u32,
}

#[derive(Clone, Debug)]
enum OutboxState {
    Pending { retry_at: Option<Timestamp> },
    Published(Timestamp),
    Parked { reason: String, at: Timestamp },
}

impl OutboxRow {
    fn is_pending(&self) -> bool {
        matches!(self.state, OutboxState::Pending { .. })
    }
}

#[async_trait]
impl Outbox for MemoryUnit {
    async fn append(&mut self, event: &Event) -> Result<(), PortError> {
        const OP: &str = "outbox.append";
        let outbox = &mut self.write(OP)?.outbox;
        storable_json(OP, &event.data)?;
        if outbox
            .iter()
            .any(|row| row.event.event_id == event.event_id)
        {
            return Err(PortError::new(PortErrorKind::Duplicate("event_id"), OP));
        }
        outbox.push(OutboxRow {
            event: event.clone(),
            state: OutboxState::Pending { retry_at: None },
            attempts: 0,
        });
        Ok(())
    }

    async fn fetch_unpublished(&mut self, limit: u32) -> Result<Vec<Event>, PortError> {
        let pending = self.state.outbox.iter().filter(|row| row.is_pending());
        Ok(pending
            .map(|row| row.event.clone())
            .take(limit as usize)
            .collect())
    }

    async fn fetch_due(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PendingEvent>, PortError> {
        let mut held_up = HashSet::new();
        let due = self.state.outbox.iter().filter(|row| match row.state {
            OutboxState::Pending { retry_at } => {
                if retry_at.is_some_and(|time| time > now) {
                    held_up.insert(row.event.aggregate_id);
                }
                !held_up.contains(&row.event.aggregate_id)
            }
            _ => false,
        });
        Ok(due
            .map(|row| PendingEvent {
                event: row.event.clone(),
                attempts: row.attempts,
            })
            .take(limit as usize)
            .collect())
    }

    async fn mark_published(&mut self, ids: &[EventId], now: Timestamp) -> Result<(), PortError> {
        for row in &mut self.write("outbox.mark_published")?.outbox {
            if ids.contains(&row.event.event_id) && !matches!(row.state, OutboxState::Published(_))
            {
                row.state = OutboxState::Published(now);
            }
        }
        Ok(())
    }

    async fn note_failure(
        &mut self,
        failure: &PublishFailure,
        now: Timestamp,
    ) -> Result<(), PortError> {
        for row in &mut self.write("outbox.note_failure")?.outbox {
            if row.event.event_id == failure.event_id && row.is_pending() {
                row.attempts += 1;
                row.state = match failure.retry_at {
                    Some(_) => OutboxState::Pending {
                        retry_at: failure.retry_at,
                    },
                    None => OutboxState::Parked {
                        reason: failure.reason.clone(),
                        at: now,
                    },
                };
            }
        }
        Ok(())
    }

    async fn list_parked(&mut self, limit: u32) -> Result<Vec<ParkedEvent>, PortError> {
        let parked = self.state.outbox.iter().filter_map(|row| match &row.state {
            OutboxState::Parked { reason, at } => Some(ParkedEvent {
                event: row.event.clone(),
                attempts: row.attempts,
                reason: reason.clone(),
                parked_at: *at,
            }),
            _ => None,
        });
        let mut parked: Vec<_> = parked.collect();
        parked.sort_by_key(|event| event.parked_at);
        parked.truncate(limit as usize);
        Ok(parked)
    }

    async fn unpark(&mut self, id: EventId) -> Result<bool, PortError> {
        let outbox = &mut self.write("outbox.unpark")?.outbox;
        let parked = outbox.iter_mut().find(|row| {
            row.event.event_id == id && matches!(row.state, OutboxState::Parked { .. })
        });
        Ok(parked
            .map(|row| {
                row.attempts = 0;
                row.state = OutboxState::Pending { retry_at: None };
            })
            .is_some())
    }

    async fn backlog(&mut self) -> Result<Backlog, PortError> {
        let mut backlog = Backlog::default();
        for row in &self.state.outbox {
            match row.state {
                OutboxState::Pending { .. } => {
                    backlog.pending += 1;
                    backlog.oldest.get_or_insert(row.event.timestamp);
                }
                OutboxState::Parked { .. } => backlog.parked += 1,
                OutboxState::Published(_) => {}
            }
        }
        Ok(backlog)
    }

    async fn forget_published(&mut self, before: Timestamp, limit: u32) -> Result<u64, PortError> {
        let mut forgotten = 0;
        self.write("outbox.forget_published")?.outbox.retain(|row| {
            let old = matches!(row.state, OutboxState::Published(at) if at < before);
            let forget = old && forgotten < u64::from(limit);
            forgotten += u64::from(forget);
            !forget
        });
        Ok(forgotten)
    }
}
