//! How events travel in this installation, and who waits for them.

use std::sync::Arc;

use tokio::task::JoinSet;
use veza_core::analytics::{RECORDER, Recorder};
use veza_core::kernel::cache::{CACHE_EVENTS, CACHE_FOLLOWER, CacheFollower};
use veza_core::kernel::consumer::InvalidSubscription;
use veza_core::kernel::local_bus::{LocalBus, LocalConsumer};
use veza_core::kernel::relay::{Relay, RelaySettings};
use veza_core::kernel::{Environment, EventBus, Subscription};
use veza_rabbitmq::{RabbitBus, RabbitConsumers, RabbitOptions};
use veza_server_kit::Shutdown;
use veza_server_kit::config::ConfigError;
use veza_server_kit::events::{EventsWaiting, consume, impatient, relay};

use crate::settings::Settings;

/// Who waits for events.
///
/// # Errors
/// When a name or a pattern of them is none.
pub(crate) fn subscriptions() -> Result<Vec<Subscription>, InvalidSubscription> {
    Ok(vec![
        Subscription::new(RECORDER, &["#"], Arc::new(Recorder))?,
        Subscription::new(CACHE_FOLLOWER, &CACHE_EVENTS, Arc::new(CacheFollower))?,
    ])
}

/// Over which bus events travel.
#[derive(Clone, Debug)]
pub(crate) enum Route {
    /// Within this process, by queues in the store.
    Local,
    /// Over RabbitMQ.
    Rabbit(Box<RabbitOptions>),
}

impl Route {
    /// What the settings say.
    pub(crate) fn new(settings: &Settings) -> Result<Self, ConfigError> {
        let Some(url) = &settings.amqp_url else {
            return Ok(Self::Local);
        };
        let options = RabbitOptions::new(url.expose())
            .map_err(|error| ConfigError::new("--amqp-url", error.to_string()))?;
        let options = options
            .with_namespace(&settings.amqp_namespace)
            .map_err(|error| ConfigError::new("--amqp-namespace", error.to_string()))?;
        Ok(Self::Rabbit(Box::new(options)))
    }
}

/// The events of this process.
pub(super) struct Events {
    /// With the store itself, whose commits wake nobody.
    pub(super) env: Environment,
    pub(super) route: Route,
    pub(super) subscriptions: Vec<Subscription>,
    /// A name which no other instance has.
    pub(super) holder: String,
    /// Told when events were stored.
    pub(super) waiting: EventsWaiting,
}

impl Events {
    /// Publishes and consumes until the end is asked for.
    pub(super) fn start(self, parts: &mut JoinSet<&'static str>, shutdown: &Shutdown) {
        let published = EventsWaiting::default();
        let bus: Arc<dyn EventBus> = match self.route {
            Route::Local => {
                let subscriptions = self.subscriptions.into_iter().map(impatient);
                let subscriptions: Vec<_> = subscriptions.collect();
                for subscription in &subscriptions {
                    let consumer = LocalConsumer::new(&self.holder, subscription.clone());
                    let (env, stop) = (self.env.clone(), shutdown.clone());
                    let published = published.clone();
                    parts.spawn(async move {
                        consume(env, consumer, &published, &stop).await;
                        "consumer of events"
                    });
                }
                Arc::new(LocalBus::new(Arc::clone(&self.env.store), subscriptions))
            }
            Route::Rabbit(options) => {
                let options = *options;
                let subscriptions = self.subscriptions;
                let bus = RabbitBus::new(options.clone(), subscriptions.clone());
                let consumers = RabbitConsumers::new(self.env.clone(), options, subscriptions);
                let stop = shutdown.clone();
                parts.spawn(async move {
                    consumers.run(stop.requested()).await;
                    "consumers of events"
                });
                Arc::new(bus)
            }
        };
        let taking = Relay::new(&self.holder, RelaySettings::default());
        let (env, stop, waiting) = (self.env, shutdown.clone(), self.waiting);
        parts.spawn(async move {
            relay(env, bus, taking, &waiting, &published, &stop).await;
            "relay"
        });
    }
}
