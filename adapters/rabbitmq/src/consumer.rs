//! Consumers at work: each on a queue and a connection of its own.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use lapin::message::Delivery;
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;
use veza_core::kernel::consumer::handle_once;
use veza_core::kernel::{Environment, Event, HandleError, Subscription};

use crate::RabbitOptions;
use crate::broker::{BrokerError, Session, bounded};
use crate::lanes::Lanes;
use crate::message::{dead, event_of};
use crate::publisher::kept;
use crate::topology::{Names, declare_consumer, declare_exchanges};

/// The waits while what a handler needs is away.
const LONGEST_AWAY: Duration = Duration::from_secs(5);

/// Lets consumers work on events from RabbitMQ.
///
/// Several instances may run the same consumer: the broker lets one of them work, and another when
/// that one is gone.
pub struct RabbitConsumers {
    env: Environment,
    options: RabbitOptions,
    subscriptions: Vec<Subscription>,
}

impl RabbitConsumers {
    /// Consumers of these subscriptions.
    pub fn new(env: Environment, options: RabbitOptions, subscriptions: Vec<Subscription>) -> Self {
        Self {
            env,
            options,
            subscriptions,
        }
    }

    /// Works until `stop` is ready. What is being handled then is undone, and comes again.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let mut consumers = JoinSet::new();
        for subscription in self.subscriptions {
            let consumer = Arc::new(Consumer {
                turns: Semaphore::new(self.options.parallel.max(1)),
                env: self.env.clone(),
                options: self.options.clone(),
                subscription,
            });
            consumers.spawn(consumer.work());
        }
        stop.await;
        consumers.shutdown().await;
    }
}

struct Consumer {
    env: Environment,
    options: RabbitOptions,
    subscription: Subscription,
    /// As many permits as events are handled at the same time.
    turns: Semaphore,
}

impl Consumer {
    /// Works for ever.
    async fn work(self: Arc<Self>) {
        let consumer = &self.subscription.consumer;
        let mut failures = 0_u32;
        loop {
            let connected = tokio::time::Instant::now();
            let Err(error) = Arc::clone(&self).session().await;
            // One that worked for a while starts over.
            if connected.elapsed() > self.options.reconnect.longest * 2 {
                failures = 0;
            }
            failures = failures.saturating_add(1);
            let wait = self.options.reconnect.delay(failures, &*self.env.entropy);
            tracing::warn!(%consumer, %error, ?wait, "a consumer lost the broker");
            tokio::time::sleep(wait).await;
        }
    }

    /// Connects and works until the connection is lost.
    async fn session(self: Arc<Self>) -> Result<std::convert::Infallible, BrokerError> {
        let name = self.subscription.consumer.to_string();
        let mut consuming = Consuming::open(&self.options, &name).await?;
        let channel = consuming.channel()?;
        declare_exchanges(&channel, &self.options).await?;
        declare_consumer(&channel, &self.options, &self.subscription).await?;
        let queue = Names::queue(self.options.namespace(), &self.subscription.consumer);
        let deliveries = bounded(self.options.timeout, async {
            let prefetch = self.options.prefetch;
            channel.basic_qos(prefetch, Default::default()).await?;
            let none = FieldTable::default();
            channel
                .basic_consume(queue.into(), "".into(), Default::default(), none)
                .await
        })
        .await?;
        let deliveries = consuming.deliveries.insert(deliveries);
        tracing::info!(consumer = name, "a consumer waits for events");

        let mut lanes = Lanes::new();
        // Dropped with this future, and what is being handled with it.
        let mut working = JoinSet::new();
        loop {
            tokio::select! {
                delivery = deliveries.next() => {
                    let Some(delivery) = delivery else {
                        return Err(BrokerError::NotKept("the queue is gone".into()));
                    };
                    let item = Item::new(delivery?);
                    if let Some(item) = lanes.enter(item.lane(), item) {
                        working.spawn(Arc::clone(&self).process(channel.clone(), item));
                    }
                }
                Some(done) = working.join_next() => {
                    let Ok(done) = done else {
                        return Err(BrokerError::NotKept("a handler was broken off".into()));
                    };
                    let lane: Uuid = done?;
                    if let Some(item) = lanes.next(&lane) {
                        working.spawn(Arc::clone(&self).process(channel.clone(), item));
                    }
                }
            }
        }
    }

    /// Handles one delivery to its end and acknowledges it. Answers its lane.
    async fn process(self: Arc<Self>, channel: Channel, item: Item) -> Result<Uuid, BrokerError> {
        let lane = item.lane();
        match &item.event {
            None => {
                self.bury(&channel, &item.delivery, "the message is no event", 1)
                    .await?
            }
            // A pattern that an earlier version of the program waited for is bound for ever.
            Some(event) if !self.subscription.wants(&event.event_type) => {}
            Some(event) => {
                if let Err((attempts, error)) = self.handle(event).await {
                    let reason = error.reason();
                    let consumer = &self.subscription.consumer;
                    let event = event.event_id;
                    tracing::error!(%consumer, %event, reason, "an event is a dead letter");
                    self.bury(&channel, &item.delivery, &reason, attempts)
                        .await?;
                }
            }
        }
        let ack = item.delivery.acker.ack(Default::default());
        bounded(self.options.timeout, ack).await?;
        Ok(lane)
    }

    /// Tries until the event is handled, or is given up after so many attempts.
    async fn handle(&self, event: &Event) -> Result<(), (u32, HandleError)> {
        let limits = self.subscription.attempts;
        let (mut attempts, mut away) = (0_u32, 0_u32);
        loop {
            let error = match self.attempt(event).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let consumer = &self.subscription.consumer;
            let wait = if error.is_unavailable() {
                away = away.saturating_add(1);
                limits
                    .backoff
                    .delay(away, &*self.env.entropy)
                    .min(LONGEST_AWAY)
            } else {
                away = 0;
                attempts = attempts.saturating_add(1);
                if matches!(error, HandleError::Refused(_)) || attempts >= limits.max {
                    return Err((attempts, error));
                }
                limits.backoff.delay(attempts, &*self.env.entropy)
            };
            let event = event.event_id;
            let reason = error.reason();
            tracing::warn!(%consumer, %event, reason, attempts, "an event could not be handled");
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, event: &Event) -> Result<(), HandleError> {
        let _turn = self.turns.acquire().await.map_err(HandleError::again)?;
        let handling = handle_once(&self.env, &self.subscription, event);
        match tokio::time::timeout(self.options.handler_timeout, handling).await {
            Ok(handled) => handled.map(drop),
            Err(_) => Err(HandleError::again("it took too long")),
        }
    }

    /// Puts a message with the dead letters; it may be acknowledged after that.
    async fn bury(
        &self,
        channel: &Channel,
        delivery: &Delivery,
        reason: &str,
        attempts: u32,
    ) -> Result<(), BrokerError> {
        let properties = dead(&delivery.properties, reason, attempts, self.env.now());
        let exchange = Names::new(self.options.namespace()).dead;
        let key = self.subscription.consumer.as_str();
        let body = &delivery.data;
        send(&self.options, channel, &exchange, key, body, properties).await
    }
}

/// A session and what is delivered on it.
///
/// When this is dropped the connection is closed as a whole: a consumer that is cancelled first
/// lets another instance go on with later events, while those it still holds are not given back.
struct Consuming {
    session: Option<Session>,
    deliveries: Option<lapin::Consumer>,
}

impl Consuming {
    async fn open(options: &RabbitOptions, name: &str) -> Result<Self, BrokerError> {
        Ok(Self {
            session: Some(Session::open(options, name).await?),
            deliveries: None,
        })
    }

    fn channel(&self) -> Result<Channel, BrokerError> {
        let session = self.session.as_ref();
        session
            .map(|session| session.channel.clone())
            .ok_or(BrokerError::TimedOut)
    }
}

impl Drop for Consuming {
    fn drop(&mut self) {
        let (session, deliveries) = (self.session.take(), self.deliveries.take());
        // Without a runtime the process ends, and the connection with it.
        if let (Some(session), Ok(runtime)) = (session, Handle::try_current()) {
            runtime.spawn(async move {
                session.close().await;
                drop(deliveries);
            });
        }
    }
}

/// Publishes a message and waits until the broker has it.
pub(crate) async fn send(
    options: &RabbitOptions,
    channel: &Channel,
    exchange: &str,
    key: &str,
    body: &[u8],
    properties: BasicProperties,
) -> Result<(), BrokerError> {
    let mandatory = lapin::options::BasicPublishOptions {
        mandatory: true,
        ..Default::default()
    };
    let confirmation = bounded(options.timeout, async {
        let sent = channel.basic_publish(exchange.into(), key.into(), mandatory, body, properties);
        sent.await?.await
    })
    .await?;
    kept(confirmation)
}

/// A delivery and what it holds.
struct Item {
    delivery: Delivery,
    event: Option<Event>,
}

impl Item {
    fn new(delivery: Delivery) -> Self {
        Self {
            event: event_of(&delivery),
            delivery,
        }
    }

    fn lane(&self) -> Uuid {
        self.event
            .as_ref()
            .map_or_else(Uuid::nil, |event| event.aggregate_id)
    }
}
