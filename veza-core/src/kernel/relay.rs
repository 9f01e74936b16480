//! Takes events from the outbox to the bus: one relay at a time among many instances.

use std::collections::HashSet;
use std::time::Duration;

use super::backoff::Backoff;
use super::bus::{EventBus, PublishError};
use super::consumer::bounded_reason;
use super::environment::Environment;
use super::error::PortError;
use super::event::Event;
use super::id::EventId;
use super::lease::{Fenced, Keeping, LeaseKeeper};
use super::outbox::{PendingEvent, PublishFailure};

/// The lease under which events are published.
pub const RELAY_LEASE: &str = "outbox.relay";

/// How the relay works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelaySettings {
    /// How long the lease lasts without being renewed. A relay that dies is replaced after that.
    pub lease: Duration,
    /// Events that are read at once.
    pub batch: u32,
    /// How often an event is tried that the bus does not take; it is parked then.
    pub max_attempts: u32,
    /// The waits between those attempts.
    pub backoff: Backoff,
}

impl Default for RelaySettings {
    /// Eight attempts within some two minutes.
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(8),
            batch: 200,
            max_attempts: 8,
            backoff: Backoff {
                first: Duration::from_secs(1),
                longest: Duration::from_secs(60),
            },
        }
    }
}

/// What a pass of the relay did.
#[derive(Debug)]
pub enum Relayed {
    /// No event can be published now.
    Idle,
    /// Another relay has the lease.
    Elsewhere,
    /// Events were looked at.
    Done {
        /// How many are published.
        published: u32,
        /// Those that the bus did not take, and why; they wait or are parked.
        failed: Vec<PublishFailure>,
    },
    /// The bus is not there. What it took before that is noted, and no event is at fault.
    Away {
        /// How many are published.
        published: u32,
        /// What the bus said.
        error: PortError,
    },
}

/// A relay of one instance.
#[derive(Debug)]
pub struct Relay {
    settings: RelaySettings,
    keeper: LeaseKeeper,
}

/// What became of the events of a pass.
#[derive(Default)]
struct Outcome {
    published: Vec<EventId>,
    failed: Vec<PublishFailure>,
    away: Option<PortError>,
}

impl Relay {
    /// A relay which holds its lease as `holder`, a name which no two instances share.
    pub fn new(holder: &str, settings: RelaySettings) -> Self {
        let keeper = LeaseKeeper::new(RELAY_LEASE, holder, settings.lease);
        Self { settings, keeper }
    }

    /// Publishes the events that are due, as many as are read at once, in order for each
    /// aggregate. No unit of work is open while the bus works. A relay that dies before it has
    /// noted what it published, or that finds its lease lost, leaves it to be published again.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn pass(
        &mut self,
        env: &Environment,
        bus: &dyn EventBus,
    ) -> Result<Relayed, PortError> {
        // First without the lease: while nothing is due nothing is written.
        let mut due = self.due(env).await?;
        if due.is_empty() {
            return Ok(Relayed::Idle);
        }
        match self.keeper.ensure(env).await? {
            Keeping::Elsewhere => return Ok(Relayed::Elsewhere),
            Keeping::Kept => {}
            // What another relay published since then is not published again.
            Keeping::New => due = self.due(env).await?,
        }
        let outcome = self.publish(env, bus, &due).await;
        if !self.note(env, &outcome).await? {
            return Ok(Relayed::Elsewhere);
        }
        let published = u32::try_from(outcome.published.len()).unwrap_or(u32::MAX);
        Ok(match outcome.away {
            Some(error) => Relayed::Away { published, error },
            None => Relayed::Done {
                published,
                failed: outcome.failed,
            },
        })
    }

    /// Gives the lease back, so that another instance can go on at once.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn release(&mut self, env: &Environment) -> Result<(), PortError> {
        self.keeper.release(env).await
    }

    async fn due(&self, env: &Environment) -> Result<Vec<PendingEvent>, PortError> {
        let mut reader = env.store.begin_read().await?;
        let outbox = reader.outbox();
        outbox.fetch_due(env.now(), self.settings.batch).await
    }

    /// Publishes in waves of which none has two events of one aggregate: so nothing overtakes an
    /// event that fails, and the events of a wave can be under way together.
    async fn publish(
        &self,
        env: &Environment,
        bus: &dyn EventBus,
        due: &[PendingEvent],
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let mut held_up = HashSet::new();
        let mut left: Vec<&PendingEvent> = due.iter().collect();
        while !left.is_empty() && outcome.away.is_none() {
            let mut aggregates = HashSet::new();
            let (wave, later): (Vec<_>, Vec<_>) = left
                .into_iter()
                .filter(|pending| !held_up.contains(&pending.event.aggregate_id))
                .partition(|pending| aggregates.insert(pending.event.aggregate_id));
            let events: Vec<&Event> = wave.iter().map(|pending| &pending.event).collect();
            let answers = bus.publish(&events).await;
            for (pending, answer) in wave.iter().zip(answers) {
                let id = pending.event.event_id;
                match answer {
                    Ok(()) => outcome.published.push(id),
                    Err(PublishError::Away(error)) => outcome.away = Some(error),
                    Err(refused) => {
                        held_up.insert(pending.event.aggregate_id);
                        outcome.failed.push(self.failure(env, pending, &refused));
                    }
                }
            }
            // What is published has to be noted while the lease holds.
            if !self.keeper.is_fresh(env.now()) {
                break;
            }
            left = later;
        }
        outcome
    }

    fn failure(
        &self,
        env: &Environment,
        pending: &PendingEvent,
        refused: &PublishError,
    ) -> PublishFailure {
        let attempts = pending.attempts.saturating_add(1);
        let hopeless = matches!(refused, PublishError::Impossible(_));
        let wait = self.settings.backoff.delay(attempts, &*env.entropy);
        let again = !hopeless && attempts < self.settings.max_attempts;
        PublishFailure {
            event_id: pending.event.event_id,
            reason: bounded_reason(refused.to_string()),
            retry_at: again.then(|| env.now().plus(wait)),
        }
    }

    /// Notes what became of the events; `false` when the lease is lost, and so nothing is noted.
    async fn note(&mut self, env: &Environment, outcome: &Outcome) -> Result<bool, PortError> {
        if outcome.published.is_empty() && outcome.failed.is_empty() {
            return Ok(true);
        }
        let mut unit = env.store.begin().await?;
        let now = env.now();
        if self.keeper.renew_in(&mut *unit, now).await? == Fenced::Lost {
            return Ok(false);
        }
        let outbox = unit.outbox();
        outbox.mark_published(&outcome.published, now).await?;
        for failure in &outcome.failed {
            outbox.note_failure(failure, now).await?;
        }
        unit.commit().await?;
        Ok(true)
    }
}
