//! A platform in memory whose events go over a real broker.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use lapin::{Channel, Connection, ConnectionProperties};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use veza_core::conformance::{BUS_ATTEMPTS, event_of};
use veza_core::kernel::relay::{Relay, RelaySettings, Relayed};
use veza_core::kernel::{
    Backoff, CursorKey, Environment, Event, EventHandler, EventId, HandleError, Subscription,
    UnitOfWork,
};
use veza_core::memory::{ManualClock, MemorySealer, MemoryStore, SeededEntropy};
use veza_rabbitmq::{RabbitBus, RabbitConsumers, RabbitOptions};

/// Options for a broker, under names that nobody else uses.
pub(crate) fn options(url: &str) -> RabbitOptions {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    let namespace = format!("test-{}-{number}", std::process::id());
    let mut options = RabbitOptions::new(url)
        .unwrap()
        .with_namespace(&namespace)
        .unwrap();
    options.reconnect = Backoff {
        first: Duration::from_millis(100),
        longest: Duration::from_secs(1),
    };
    options
}

pub(crate) fn environment() -> Environment {
    let entropy = Arc::new(SeededEntropy::new(7));
    Environment {
        store: Arc::new(MemoryStore::new()),
        clock: Arc::new(ManualClock::default()),
        entropy: entropy.clone(),
        cursors: CursorKey::new([7; 32]),
        cache: veza_core::kernel::ReadCache::none(),
        sealer: Arc::new(MemorySealer::new(entropy)),
    }
}

pub(crate) fn subscription(name: &str, handler: Arc<dyn EventHandler>) -> Subscription {
    let mut subscription = Subscription::new(name, &["test.#"], handler).unwrap();
    subscription.attempts.max = BUS_ATTEMPTS;
    subscription.attempts.backoff.first = Duration::from_millis(50);
    subscription
}

/// Consumers at work until this is dropped.
pub(crate) struct Working(JoinHandle<()>);

impl Working {
    pub(crate) fn start(
        env: &Environment,
        options: &RabbitOptions,
        subscriptions: Vec<Subscription>,
    ) -> Self {
        let consumers = RabbitConsumers::new(env.clone(), options.clone(), subscriptions);
        Self(tokio::spawn(consumers.run(std::future::pending())))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What is done before an event counts as handled.
type Before = Box<dyn Fn(&Event) + Send + Sync>;

/// Stores every event that it handles in the outbox of its own platform: so what is seen is what
/// was committed, in that order.
pub(crate) struct Recorder {
    pause: Duration,
    before: Before,
}

impl Recorder {
    pub(crate) fn new() -> Arc<Self> {
        Self::doing(|_| ())
    }

    pub(crate) fn doing(before: impl Fn(&Event) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            pause: Duration::ZERO,
            before: Box::new(before),
        })
    }

    /// Takes its time over each event.
    pub(crate) fn slow(pause: Duration) -> Arc<Self> {
        Arc::new(Self {
            pause,
            before: Box::new(|_| ()),
        })
    }
}

#[async_trait]
impl EventHandler for Recorder {
    async fn handle(
        &self,
        _env: &Environment,
        unit: &mut dyn UnitOfWork,
        event: &Event,
    ) -> Result<(), HandleError> {
        sleep(self.pause).await;
        (self.before)(event);
        // One that is there already is refused.
        unit.outbox().append(event).await?;
        Ok(())
    }
}

/// What recorders of this platform have handled.
pub(crate) async fn handled(env: &Environment) -> Vec<EventId> {
    let mut reader = env.store.begin_read().await.unwrap();
    let events = reader.outbox().fetch_unpublished(10_000).await.unwrap();
    events.into_iter().map(|event| event.event_id).collect()
}

/// Waits until so many events are handled.
pub(crate) async fn wait_for(env: &Environment, count: usize, patience: Duration) {
    let begun = Instant::now();
    loop {
        let got = handled(env).await.len();
        if got >= count {
            return;
        }
        assert!(
            begun.elapsed() < patience,
            "{got} of {count} events after {patience:?}"
        );
        sleep(Duration::from_millis(20)).await;
    }
}

/// Events of several aggregates, in the outbox.
pub(crate) async fn store_events(env: &Environment, numbers: std::ops::Range<u64>) -> Vec<Event> {
    let events: Vec<Event> = numbers.map(|number| event_of(number % 5, number)).collect();
    let mut unit = env.store.begin().await.unwrap();
    for event in &events {
        unit.outbox().append(event).await.unwrap();
    }
    unit.commit().await.unwrap();
    events
}

/// Relays until the outbox is empty; answers how often the broker was away.
pub(crate) async fn relay_all(env: &Environment, bus: &RabbitBus, patience: Duration) -> u32 {
    let settings = RelaySettings {
        batch: 20,
        ..RelaySettings::default()
    };
    let mut relay = Relay::new("test", settings);
    let begun = Instant::now();
    let mut away = 0;
    loop {
        match relay.pass(env, bus).await.unwrap() {
            Relayed::Idle => return away,
            Relayed::Done { failed, .. } => assert_eq!(failed, [], "no event is at fault"),
            Relayed::Away { .. } => {
                away += 1;
                sleep(Duration::from_millis(200)).await;
            }
            Relayed::Elsewhere => panic!("there is no other relay"),
        }
        assert!(begun.elapsed() < patience, "not relayed after {patience:?}");
    }
}

/// Each event was handled, once, and those of an aggregate in order.
pub(crate) fn assert_once_and_in_order(handled: &[EventId], events: &[Event]) {
    assert_eq!(handled.len(), events.len());
    for aggregate in 0..5 {
        let its_own = |event: &&Event| event.aggregate_id == event_of(aggregate, 0).aggregate_id;
        let expected: Vec<EventId> = events.iter().filter(its_own).map(|e| e.event_id).collect();
        let got: Vec<EventId> = handled
            .iter()
            .copied()
            .filter(|id| expected.contains(id))
            .collect();
        assert_eq!(got, expected, "aggregate {aggregate}");
    }
}

/// A connection of our own, to look and to meddle.
pub(crate) async fn channel(url: &str) -> (Connection, Channel) {
    let connection = Connection::connect(url, ConnectionProperties::default())
        .await
        .unwrap();
    let channel = connection.create_channel().await.unwrap();
    (connection, channel)
}
