//! Publishes events, and waits until the broker has confirmed them.

use std::collections::HashMap;

use async_trait::async_trait;
use lapin::options::BasicPublishOptions;
use lapin::{Channel, Confirmation};
use tokio::sync::Mutex;
use veza_core::kernel::bus::{EventBus, PublishError};
use veza_core::kernel::{Event, PortError, PortErrorKind, Subscription};

use crate::RabbitOptions;
use crate::broker::{BrokerError, Session, bounded};
use crate::message::Message;
use crate::topology::{Names, declare_consumer, declare_exchanges};

const OP: &str = "bus.publish";

/// Publishes events to RabbitMQ. It connects when the first is published, and again when the
/// connection is lost.
pub struct RabbitBus {
    options: RabbitOptions,
    subscriptions: Vec<Subscription>,
    exchange: String,
    session: Mutex<Option<Session>>,
}

impl RabbitBus {
    /// A publisher to this broker. It makes the queues of the given consumers, so that they miss
    /// nothing of what is published before they work for the first time.
    pub fn new(options: RabbitOptions, subscriptions: Vec<Subscription>) -> Self {
        Self {
            exchange: Names::new(options.namespace()).events,
            options,
            subscriptions,
            session: Mutex::new(None),
        }
    }

    /// Closes the connection; the next event opens another.
    pub async fn close(&self) {
        if let Some(session) = self.session.lock().await.take() {
            session.close().await;
        }
    }

    async fn connect(&self) -> Result<Session, BrokerError> {
        let session = Session::open(&self.options, "publisher").await?;
        declare_exchanges(&session.channel, &self.options).await?;
        for subscription in &self.subscriptions {
            declare_consumer(&session.channel, &self.options, subscription).await?;
        }
        Ok(session)
    }

    /// Publishes one after the other without waiting, then waits for what the broker says of each.
    async fn publish_all(
        &self,
        channel: &Channel,
        messages: &[&Message],
    ) -> Vec<Result<(), BrokerError>> {
        let deadline = tokio::time::Instant::now() + self.options.timeout;
        let left = || deadline.saturating_duration_since(tokio::time::Instant::now());
        let mut sent = Vec::with_capacity(messages.len());
        for message in messages {
            sent.push(bounded(left(), publish(channel, &self.exchange, message)).await);
        }
        let mut answers = Vec::with_capacity(messages.len());
        for confirm in sent {
            answers.push(match confirm {
                Ok(confirm) => bounded(left(), confirm).await.and_then(kept),
                Err(error) => Err(error),
            });
        }
        answers
    }
}

async fn publish(
    channel: &Channel,
    exchange: &str,
    message: &Message,
) -> lapin::Result<lapin::PublisherConfirm> {
    let options = BasicPublishOptions {
        mandatory: true,
        ..Default::default()
    };
    let (key, properties) = (message.key.clone(), message.properties.clone());
    channel
        .basic_publish(exchange.into(), key, options, &message.body, properties)
        .await
}

/// What a confirmation means. A message that found no queue is returned, and confirmed all the
/// same.
pub(crate) fn kept(confirmation: Confirmation) -> Result<(), BrokerError> {
    match confirmation {
        Confirmation::Ack(None) => Ok(()),
        Confirmation::Ack(Some(returned)) => {
            Err(BrokerError::NotKept(returned.reply_text.to_string()))
        }
        Confirmation::Nack(_) => Err(BrokerError::NotKept("it refused it".into())),
        Confirmation::NotRequested => Err(BrokerError::NotKept("it confirms nothing".into())),
    }
}

#[async_trait]
impl EventBus for RabbitBus {
    async fn publish(&self, events: &[&Event]) -> Vec<Result<(), PublishError>> {
        let mut answers: Vec<Option<Result<(), PublishError>>> = Vec::with_capacity(events.len());
        let mut messages = Vec::new();
        for (at, event) in events.iter().enumerate() {
            match Message::of(event, self.options.max_event_bytes) {
                Ok(message) => {
                    messages.push((at, message));
                    answers.push(None);
                }
                Err(error) => answers.push(Some(Err(error))),
            }
        }
        let mut published = self.publish_wave(&messages).await;
        answers
            .into_iter()
            .enumerate()
            .map(|(at, answer)| {
                answer
                    .or_else(|| published.remove(&at))
                    .unwrap_or_else(|| Err(away("it was not sent").into()))
            })
            .collect()
    }
}

fn away(cause: &str) -> PortError {
    PortError::caused(PortErrorKind::Unavailable, OP, cause.to_owned())
}

type Answers = HashMap<usize, Result<(), PublishError>>;

impl RabbitBus {
    /// Publishes messages, each under its number.
    async fn publish_wave(&self, messages: &[(usize, Message)]) -> Answers {
        let mut answers = Answers::new();
        if messages.is_empty() {
            return answers;
        }
        let mut slot = self.session.lock().await;
        let whole: Vec<_> = messages.iter().collect();
        let broken = self.try_wave(&mut slot, &whole, &mut answers).await;
        if broken {
            // One of them broke a rule of the broker, which then closed the channel on all. Each
            // goes alone now, so that the others do not fail with it.
            let unsure = messages.iter().filter(|(at, _)| !answers.contains_key(at));
            for message in unsure.collect::<Vec<_>>() {
                let broken = self.try_wave(&mut slot, &[message], &mut answers).await;
                if broken {
                    let reason = "it breaks a rule of the broker, such as on its size";
                    let refused = PublishError::Refused(reason.into());
                    answers.insert(message.0, Err(refused));
                }
            }
        }
        answers
    }

    /// Publishes messages and notes what became of them. `true` when the channel was closed for a
    /// broken rule; of those without an answer nothing is known then.
    async fn try_wave(
        &self,
        slot: &mut Option<Session>,
        messages: &[&(usize, Message)],
        answers: &mut Answers,
    ) -> bool {
        if !slot.as_ref().is_some_and(Session::is_alive) {
            *slot = match self.connect().await {
                Ok(session) => Some(session),
                Err(error) => {
                    let error = error.to_string();
                    answers.extend(
                        messages
                            .iter()
                            .map(|(at, _)| (*at, Err(away(&error).into()))),
                    );
                    return false;
                }
            };
        }
        let Some(session) = slot.as_ref() else {
            return false;
        };
        let bodies: Vec<&Message> = messages.iter().map(|(_, message)| message).collect();
        let results = self.publish_all(&session.channel, &bodies).await;
        let broken = results
            .iter()
            .any(|result| result.as_ref().is_err_and(BrokerError::is_precondition));
        let mut whole = true;
        for ((at, _), result) in messages.iter().zip(results) {
            let answer = match result {
                Ok(()) => Ok(()),
                Err(BrokerError::NotKept(reason)) => {
                    whole = false;
                    Err(PublishError::Refused(reason))
                }
                Err(_) if broken => continue,
                Err(error) => {
                    whole = false;
                    Err(error.away(OP).into())
                }
            };
            answers.insert(*at, answer);
        }
        // What was not kept may have found its exchange without its queues: the next attempt
        // connects again, and makes what is missing.
        if (broken || !whole)
            && let Some(session) = slot.take()
        {
            tokio::spawn(session.close());
        }
        broken
    }
}
