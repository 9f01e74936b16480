//! Keeps events moving: the loops around the relay of the outbox and around the consumers of the
//! bus of one process.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use veza_core::kernel::local_bus::{Consumed, LocalConsumer};
use veza_core::kernel::relay::{Relay, Relayed};
use veza_core::kernel::{
    Backoff, Environment, Event, EventBus, EventHandler, HandleError, Subscription, UnitOfWork,
};

use crate::Shutdown;

/// How often is looked when nothing wakes.
const POLL: Duration = Duration::from_secs(1);
/// How long to wait after a pass that found something, so that what comes meanwhile is done together:
/// each pass is a commit or two, for which those who answer requests wait.
const GATHER: Duration = Duration::from_millis(10);
/// How often is looked whether the one who has the lease is still there.
const ELSEWHERE: Duration = Duration::from_secs(2);
/// How long handling one event may take.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);
/// The waits after failures: what comes back is found again within seconds.
const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(500),
    longest: Duration::from_secs(5),
};

/// Wakes those who wait for events. Clones wake the same.
#[derive(Clone, Debug, Default)]
pub struct EventsWaiting {
    told: Arc<watch::Sender<()>>,
}

impl EventsWaiting {
    /// Tells that there may be something to do. Never blocks.
    pub fn tell(&self) {
        self.told.send_replace(());
    }

    fn hear(&self) -> watch::Receiver<()> {
        self.told.subscribe()
    }
}

/// Publishes what is in the outbox until the end is asked for; then it gives its lease back. It
/// looks when `stored` tells, and by itself from time to time. `published` is told of what went
/// out. `env` is to be one whose commits do not tell `stored`, for the relay commits too.
pub async fn relay(
    env: Environment,
    bus: Arc<dyn EventBus>,
    mut relay: Relay,
    stored: &EventsWaiting,
    published: &EventsWaiting,
    shutdown: &Shutdown,
) {
    let mut stored = stored.hear();
    let mut failures = 0;
    while !shutdown.is_requested() {
        let passed = tokio::select! {
            passed = relay.pass(&env, &*bus) => passed,
            () = shutdown.requested() => break,
        };
        let failed = matches!(&passed, Ok(Relayed::Away { .. }) | Err(_));
        failures = if failed { failures + 1 } else { 0 };
        let wait = match passed {
            Ok(Relayed::Done { failed, .. }) => {
                for failure in failed {
                    let (event, reason) = (failure.event_id, failure.reason);
                    let parked = failure.retry_at.is_none();
                    tracing::error!(%event, reason, parked, "the bus does not take an event");
                }
                published.tell();
                GATHER
            }
            Ok(Relayed::Idle) => POLL,
            Ok(Relayed::Elsewhere) => ELSEWHERE,
            Ok(Relayed::Away { error, .. }) | Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%error, cause, "events cannot be published now; they wait");
                BACKOFF.delay(failures, &*env.entropy)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            // Being told of more does not bring a bus back, and is what is gathered.
            _ = stored.changed(), if !failed && wait > GATHER => {}
            () = shutdown.requested() => {}
        }
    }
    if let Err(error) = relay.release(&env).await {
        tracing::debug!(%error, "the lease of the relay runs out by itself");
    }
}

/// Lets a consumer of the bus of one process work until the end is asked for. What is being
/// handled then is undone, and comes again.
pub async fn consume(
    env: Environment,
    mut consumer: LocalConsumer,
    published: &EventsWaiting,
    shutdown: &Shutdown,
) {
    let mut published = published.hear();
    let name = consumer.name().clone();
    let mut failures = 0;
    while !shutdown.is_requested() {
        let passed = tokio::select! {
            passed = consumer.pass(&env) => passed,
            () = shutdown.requested() => break,
        };
        let failed = matches!(&passed, Ok(Consumed::Away { .. }) | Err(_));
        failures = if failed { failures + 1 } else { 0 };
        let wait = match passed {
            Ok(Consumed::Done { failed, .. }) => {
                for failure in failed {
                    let (event, reason) = (failure.event_id, failure.reason);
                    let dead = failure.retry_at.is_none();
                    tracing::warn!(consumer = %name, %event, reason, dead, "an event failed");
                }
                GATHER
            }
            Ok(Consumed::Idle) => POLL / 2,
            Ok(Consumed::Elsewhere) => ELSEWHERE,
            Ok(Consumed::Away { error, .. }) => {
                let reason = error.reason();
                tracing::warn!(consumer = %name, reason, "a consumer waits for what it needs");
                BACKOFF.delay(failures, &*env.entropy)
            }
            Err(error) => {
                tracing::warn!(consumer = %name, %error, "a consumer cannot work now");
                BACKOFF.delay(failures, &*env.entropy)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = published.changed(), if !failed && wait > GATHER => {}
            () = shutdown.requested() => {}
        }
    }
    if let Err(error) = consumer.release(&env).await {
        tracing::debug!(%error, "the lease of a consumer runs out by itself");
    }
}

/// The same subscription, whose handler is broken off when it takes too long.
pub fn impatient(subscription: Subscription) -> Subscription {
    let handler = Arc::new(Impatient(Arc::clone(&subscription.handler)));
    Subscription {
        handler,
        ..subscription
    }
}

struct Impatient(Arc<dyn EventHandler>);

#[async_trait]
impl EventHandler for Impatient {
    async fn handle(
        &self,
        env: &Environment,
        unit: &mut dyn UnitOfWork,
        event: &Event,
    ) -> Result<(), HandleError> {
        tokio::time::timeout(HANDLER_TIMEOUT, self.0.handle(env, unit, event))
            .await
            .unwrap_or_else(|_| Err(HandleError::again("it took too long")))
    }
}
