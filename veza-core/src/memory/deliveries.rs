//! The queues of consumers in memory.

use std::collections::HashSet;

use async_trait::async_trait;

use crate::kernel::bus::DeadLetter;
use crate::kernel::delivery::{Deliveries, Delivery, DeliveryFailure};
use crate::kernel::{ConsumerName, Event, EventId, PortError, Timestamp};

use super::store::MemoryUnit;

/// A delivery, in the order of the queue.
#[derive(Clone, Debug)]
pub(super) struct DeliveryRow {
    consumer: ConsumerName,
    event: Event,
    attempts: u32,
    retry_at: Option<Timestamp>,
    /// Why and when it was given up.
    dead: Option<(String, Timestamp)>,
}

impl DeliveryRow {
    fn is(&self, consumer: &ConsumerName, event: EventId) -> bool {
        self.consumer == *consumer && self.event.event_id == event
    }
}

#[async_trait]
impl Deliveries for MemoryUnit {
    async fn add(&mut self, consumer: &ConsumerName, event: &Event) -> Result<(), PortError> {
        let queue = &mut self.write("deliveries.add")?.deliveries;
        if !queue.iter().any(|row| row.is(consumer, event.event_id)) {
            queue.push(DeliveryRow {
                consumer: consumer.clone(),
                event: event.clone(),
                attempts: 0,
                retry_at: None,
                dead: None,
            });
        }
        Ok(())
    }

    async fn due(
        &mut self,
        consumer: &ConsumerName,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, PortError> {
        let mut held_up = HashSet::new();
        let queue = self.state.deliveries.iter();
        let alive = queue.filter(|row| row.consumer == *consumer && row.dead.is_none());
        let due = alive.filter(|row| {
            if row.retry_at.is_some_and(|time| time > now) {
                held_up.insert(row.event.aggregate_id);
            }
            !held_up.contains(&row.event.aggregate_id)
        });
        Ok(due
            .map(|row| Delivery {
                event: row.event.clone(),
                attempts: row.attempts,
            })
            .take(limit as usize)
            .collect())
    }

    async fn remove(&mut self, consumer: &ConsumerName, event: EventId) -> Result<(), PortError> {
        let queue = &mut self.write("deliveries.remove")?.deliveries;
        queue.retain(|row| !row.is(consumer, event));
        Ok(())
    }

    async fn note_failure(
        &mut self,
        consumer: &ConsumerName,
        failure: &DeliveryFailure,
        now: Timestamp,
    ) -> Result<(), PortError> {
        let queue = &mut self.write("deliveries.note_failure")?.deliveries;
        for row in queue {
            if row.is(consumer, failure.event_id) && row.dead.is_none() {
                row.attempts += 1;
                row.retry_at = failure.retry_at;
                if failure.retry_at.is_none() {
                    row.dead = Some((failure.reason.clone(), now));
                }
            }
        }
        Ok(())
    }

    async fn dead(
        &mut self,
        consumer: &ConsumerName,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, PortError> {
        let queue = self.state.deliveries.iter();
        let mut dead: Vec<_> = queue
            .filter(|row| row.consumer == *consumer)
            .filter_map(|row| row.dead.as_ref().map(|dead| (row, dead)))
            .collect();
        dead.sort_by_key(|(_, (_, died_at))| *died_at);
        Ok(dead
            .into_iter()
            .take(limit as usize)
            .map(|(row, (reason, died_at))| DeadLetter {
                event: row.event.clone(),
                attempts: Some(row.attempts),
                reason: reason.clone(),
                died_at: Some(*died_at),
            })
            .collect())
    }

    async fn replay(&mut self, consumer: &ConsumerName, limit: u32) -> Result<u32, PortError> {
        let letters = self.dead(consumer, limit).await?;
        let queue = &mut self.write("deliveries.replay")?.deliveries;
        for letter in &letters {
            let event_id = letter.event.event_id;
            if let Some(at) = queue.iter().position(|row| row.is(consumer, event_id)) {
                let mut row = queue.remove(at);
                (row.attempts, row.retry_at, row.dead) = (0, None, None);
                queue.push(row);
            }
        }
        Ok(u32::try_from(letters.len()).unwrap_or(u32::MAX))
    }
}
