//! What there is on the broker.
//!
//! ```text
//! {ns}.events (topic) ── pattern ──> {ns}.{consumer} (quorum, one active consumer)
//!        │ nobody waits for it                │ given up
//!        v                                    v
//! {ns}.unrouted (fanout) ──> queue    {ns}.dead (direct) ── consumer ──> {ns}.{consumer}.dead
//! ```
//!
//! The arguments are no settings: a queue cannot be declared again with others.

use lapin::options::{ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};
use veza_core::kernel::{ConsumerName, Subscription};

use crate::RabbitOptions;
use crate::broker::{BrokerError, bounded};

/// How often the broker hands an event to a consumer that goes away without an answer, until the
/// event becomes a dead letter: one that kills its consumer must not do so for ever.
pub(crate) const DELIVERY_LIMIT: i32 = 50;
/// A dead letter may be looked at as often as anyone likes.
const DEAD_DELIVERY_LIMIT: i32 = 1_000_000_000;
/// Events that nobody waited for, kept for operators; the oldest give way.
const UNROUTED_LENGTH: i32 = 10_000;
/// How long they are kept, in milliseconds: a week.
const UNROUTED_AGE: i32 = 7 * 24 * 60 * 60 * 1_000;

/// The names on the broker.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) events: String,
    pub(crate) dead: String,
    pub(crate) unrouted: String,
}

impl Names {
    pub(crate) fn new(namespace: &str) -> Self {
        Self {
            events: format!("{namespace}.events"),
            dead: format!("{namespace}.dead"),
            unrouted: format!("{namespace}.unrouted"),
        }
    }

    /// The queue of a consumer.
    pub(crate) fn queue(namespace: &str, consumer: &ConsumerName) -> String {
        // `queue` keeps consumers called `events` or `dead` apart from the exchanges' queues.
        format!("{namespace}.queue.{consumer}")
    }

    /// The dead letters of a consumer.
    pub(crate) fn dead_queue(namespace: &str, consumer: &ConsumerName) -> String {
        format!("{namespace}.dead.{consumer}")
    }
}

fn quorum(limit: i32) -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), text("quorum"));
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(limit));
    arguments
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

/// Makes the exchange of events, and what is behind it for events that nobody waits for.
pub(crate) async fn declare_exchanges(
    channel: &Channel,
    options: &RabbitOptions,
) -> Result<(), BrokerError> {
    let names = Names::new(options.namespace());
    bounded(options.timeout, async {
        exchange(
            channel,
            &names.unrouted,
            ExchangeKind::Fanout,
            FieldTable::default(),
        )
        .await?;
        let mut kept = quorum(DEAD_DELIVERY_LIMIT);
        kept.insert("x-max-length".into(), AMQPValue::LongInt(UNROUTED_LENGTH));
        kept.insert("x-message-ttl".into(), AMQPValue::LongInt(UNROUTED_AGE));
        queue(channel, &names.unrouted, kept).await?;
        bind(channel, &names.unrouted, &names.unrouted, "").await?;

        let mut arguments = FieldTable::default();
        arguments.insert("alternate-exchange".into(), text(&names.unrouted));
        exchange(channel, &names.events, ExchangeKind::Topic, arguments).await
    })
    .await
}

/// Makes the queues of a consumer.
pub(crate) async fn declare_consumer(
    channel: &Channel,
    options: &RabbitOptions,
    subscription: &Subscription,
) -> Result<(), BrokerError> {
    let names = Names::new(options.namespace());
    let consumer = &subscription.consumer;
    declare_dead_queue(channel, options, consumer).await?;
    bounded(options.timeout, async {
        let mut arguments = quorum(DELIVERY_LIMIT);
        // One instance at a time, so that the order of an aggregate is kept.
        arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
        arguments.insert("x-dead-letter-exchange".into(), text(&names.dead));
        arguments.insert("x-dead-letter-routing-key".into(), text(consumer.as_str()));
        // What the broker itself puts aside is not lost on the way either.
        arguments.insert("x-dead-letter-strategy".into(), text("at-least-once"));
        arguments.insert("x-overflow".into(), text("reject-publish"));
        let name = Names::queue(options.namespace(), consumer);
        queue(channel, &name, arguments).await?;
        for pattern in &subscription.patterns {
            bind(channel, &name, &names.events, pattern.as_str()).await?;
        }
        Ok(())
    })
    .await
}

/// Makes the queue of a consumer's dead letters.
pub(crate) async fn declare_dead_queue(
    channel: &Channel,
    options: &RabbitOptions,
    consumer: &ConsumerName,
) -> Result<(), BrokerError> {
    let names = Names::new(options.namespace());
    bounded(options.timeout, async {
        exchange(
            channel,
            &names.dead,
            ExchangeKind::Direct,
            FieldTable::default(),
        )
        .await?;
        let name = Names::dead_queue(options.namespace(), consumer);
        queue(channel, &name, quorum(DEAD_DELIVERY_LIMIT)).await?;
        bind(channel, &name, &names.dead, consumer.as_str()).await
    })
    .await
}

async fn exchange(
    channel: &Channel,
    name: &str,
    kind: ExchangeKind,
    arguments: FieldTable,
) -> lapin::Result<()> {
    let options = ExchangeDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .exchange_declare(name.into(), kind, options, arguments)
        .await
}

async fn queue(channel: &Channel, name: &str, arguments: FieldTable) -> lapin::Result<()> {
    let options = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .queue_declare(name.into(), options, arguments)
        .await
        .map(drop)
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, key: &str) -> lapin::Result<()> {
    let none = FieldTable::default();
    channel
        .queue_bind(
            queue.into(),
            exchange.into(),
            key.into(),
            Default::default(),
            none,
        )
        .await
}
