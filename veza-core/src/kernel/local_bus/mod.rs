//! The bus of one process: its queues are in the store.

mod work;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::kernel::bus::{DeadLetter, DeadLetters, EventBus, PublishError};
use crate::kernel::consumer::{ConsumerName, HandleError, Subscription, handle_in};
use crate::kernel::delivery::{Delivery, DeliveryFailure};
use crate::kernel::environment::Environment;
use crate::kernel::error::PortError;
use crate::kernel::event::Event;
use crate::kernel::lease::{Keeping, LeaseKeeper};
use crate::kernel::store::Store;

use work::{Broken, Work};

/// Puts events into the queues of the consumers that wait for them. A [`LocalConsumer`] for each
/// subscription takes them out.
pub struct LocalBus {
    store: Arc<dyn Store>,
    subscriptions: Vec<Subscription>,
}

impl LocalBus {
    /// A bus for these consumers.
    pub fn new(store: Arc<dyn Store>, subscriptions: Vec<Subscription>) -> Self {
        Self {
            store,
            subscriptions,
        }
    }

    async fn enqueue(&self, wanted: &[(&ConsumerName, &Event)]) -> Result<(), PortError> {
        let mut unit = self.store.begin().await?;
        for (consumer, event) in wanted {
            unit.deliveries().add(consumer, event).await?;
        }
        unit.commit().await
    }
}

#[async_trait]
impl EventBus for LocalBus {
    async fn publish(&self, events: &[&Event]) -> Vec<Result<(), PublishError>> {
        let wanted: Vec<_> = events
            .iter()
            .flat_map(|event| {
                self.subscriptions
                    .iter()
                    .filter(|subscription| subscription.wants(&event.event_type))
                    .map(|subscription| (&subscription.consumer, *event))
            })
            .collect();
        if !wanted.is_empty()
            && let Err(error) = self.enqueue(&wanted).await
        {
            // All or none are kept, and the first tells of all.
            let (kind, op) = (error.kind, error.op);
            let mut first = Some(error);
            return events
                .iter()
                .map(|_| {
                    Err(first
                        .take()
                        .unwrap_or_else(|| PortError::new(kind, op))
                        .into())
                })
                .collect();
        }
        events.iter().map(|_| Ok(())).collect()
    }
}

#[async_trait]
impl DeadLetters for LocalBus {
    async fn list(
        &self,
        consumer: &ConsumerName,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, PortError> {
        let mut reader = self.store.begin_read().await?;
        reader.deliveries().dead(consumer, limit).await
    }

    async fn replay(&self, consumer: &ConsumerName, limit: u32) -> Result<u32, PortError> {
        let mut unit = self.store.begin().await?;
        let replayed = unit.deliveries().replay(consumer, limit).await?;
        unit.commit().await?;
        Ok(replayed)
    }
}

/// How long the lease of a consumer lasts without being renewed.
const LEASE: Duration = Duration::from_secs(8);
/// Deliveries that are read at once.
const BATCH: u32 = 100;

/// What a pass of a consumer did.
#[derive(Debug)]
pub enum Consumed {
    /// Nothing is due.
    Idle,
    /// Another instance works on the queue of this consumer.
    Elsewhere,
    /// Deliveries were tried.
    Done {
        /// How many are handled, repetitions included.
        handled: u32,
        /// Those that failed; they wait, or are dead letters by now.
        failed: Vec<DeliveryFailure>,
    },
    /// What the consumer needs is not there now; no event is at fault.
    Away {
        /// How many are handled, repetitions included.
        handled: u32,
        /// What happened.
        error: HandleError,
    },
}

/// Takes events out of the queue of one consumer.
#[derive(Debug)]
pub struct LocalConsumer {
    subscription: Subscription,
    keeper: LeaseKeeper,
}

impl LocalConsumer {
    /// The consumer of a subscription, which holds its lease as `holder`, a name which no two
    /// instances share.
    pub fn new(holder: &str, subscription: Subscription) -> Self {
        let name = format!("consumer.{}", subscription.consumer);
        Self {
            subscription,
            keeper: LeaseKeeper::new(name, holder, LEASE),
        }
    }

    /// The name of the consumer.
    pub fn name(&self) -> &ConsumerName {
        &self.subscription.consumer
    }

    /// Handles the deliveries that are due, as many as are read at once: some together in a unit of
    /// work, and where that fails each in one of its own.
    ///
    /// The lease keeps instances out of each other's way; that an event has its effect once and in
    /// order does not rest on it, but on the inbox.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn pass(&mut self, env: &Environment) -> Result<Consumed, PortError> {
        let mut due = self.due(env).await?;
        if due.is_empty() {
            return Ok(Consumed::Idle);
        }
        match self.keeper.ensure(env).await? {
            Keeping::Elsewhere => return Ok(Consumed::Elsewhere),
            Keeping::Kept => {}
            Keeping::New => due = self.due(env).await?,
        }
        let mut work = Work::new(&due);
        let (mut handled, mut failed) = (0, Vec::new());
        while let Some(first) = work.first() {
            // A long pass renews the lease on its way.
            if self.keeper.ensure(env).await? == Keeping::Elsewhere {
                break;
            }
            let error = match work.judgement() {
                Some(error) => error,
                None => {
                    let group = work.group();
                    match self.handle(env, &group).await {
                        Ok(()) => {
                            handled += group.len() as u32;
                            work.done(group.len());
                            continue;
                        }
                        Err(broken) => match work.judge(&group, broken) {
                            Some(error) => error,
                            None => continue,
                        },
                    }
                }
            };
            if error.is_unavailable() {
                return Ok(Consumed::Away { handled, error });
            }
            failed.push(self.note(env, first, &error).await?);
            work.hold_up();
        }
        Ok(Consumed::Done { handled, failed })
    }

    /// Gives the lease back, so that another instance can go on at once.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn release(&mut self, env: &Environment) -> Result<(), PortError> {
        self.keeper.release(env).await
    }

    async fn due(&self, env: &Environment) -> Result<Vec<Delivery>, PortError> {
        let mut reader = env.store.begin_read().await?;
        let consumer = &self.subscription.consumer;
        reader.deliveries().due(consumer, env.now(), BATCH).await
    }

    /// Handles deliveries in one unit of work: all of them, or none.
    async fn handle(&self, env: &Environment, group: &[&Delivery]) -> Result<(), Broken> {
        let whole = |error: PortError| Broken {
            at: None,
            error: error.into(),
        };
        let mut unit = env.store.begin().await.map_err(whole)?;
        let consumer = &self.subscription.consumer;
        for (at, Delivery { event, .. }) in group.iter().enumerate() {
            let one = |error| Broken {
                at: Some(at),
                error,
            };
            handle_in(env, &mut *unit, &self.subscription, event)
                .await
                .map_err(one)?;
            let removed = unit.deliveries().remove(consumer, event.event_id).await;
            removed.map_err(|error| one(error.into()))?;
        }
        unit.commit().await.map_err(whole)
    }

    async fn note(
        &self,
        env: &Environment,
        delivery: &Delivery,
        error: &HandleError,
    ) -> Result<DeliveryFailure, PortError> {
        let now = env.now();
        let tried = delivery.attempts.saturating_add(1);
        let attempts = self.subscription.attempts;
        let again = matches!(error, HandleError::Again(_)) && tried < attempts.max;
        let failure = DeliveryFailure {
            event_id: delivery.event.event_id,
            reason: error.reason(),
            retry_at: again.then(|| now.plus(attempts.backoff.delay(tried, &*env.entropy))),
        };
        let mut unit = env.store.begin().await?;
        let deliveries = unit.deliveries();
        let consumer = &self.subscription.consumer;
        deliveries.note_failure(consumer, &failure, now).await?;
        unit.commit().await?;
        Ok(failure)
    }
}
