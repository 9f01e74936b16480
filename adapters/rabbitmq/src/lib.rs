//! Events over RabbitMQ.
//!
//! [`RabbitBus`] publishes to the topic exchange `{namespace}.events`, the routing key being the
//! type of the event, and counts an event as published once the broker has confirmed it.
//! [`RabbitConsumers`] run each [`Subscription`](veza_core::kernel::Subscription) on a queue of its
//! own. [`RabbitDeadLetters`] looks after what they could not handle. All of them connect by
//! themselves, and again whenever the broker was away.
//!
//! What there is on the broker is in `topology`, and what is promised in
//! `docs/decisions/events-over-rabbitmq.md`.

mod broker;
mod consumer;
mod dead_letters;
mod lanes;
mod message;
mod options;
mod publisher;
mod topology;

pub use consumer::RabbitConsumers;
pub use dead_letters::RabbitDeadLetters;
pub use options::{InvalidOptions, RabbitOptions};
pub use publisher::RabbitBus;
