//! Looks after what consumers could not handle.

use async_trait::async_trait;
use lapin::message::BasicGetMessage;
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicNackOptions};
use veza_core::kernel::bus::{DeadLetter, DeadLetters};
use veza_core::kernel::{ConsumerName, PortError};

use crate::RabbitOptions;
use crate::broker::{BrokerError, Session, bounded};
use crate::consumer::send;
use crate::message::{dead_letter, revived};
use crate::topology::{Names, declare_dead_queue};

/// The dead letters on a broker. Each operation has a connection of its own: they are rare.
#[derive(Clone, Debug)]
pub struct RabbitDeadLetters {
    options: RabbitOptions,
}

impl RabbitDeadLetters {
    /// Those of this broker.
    pub fn new(options: RabbitOptions) -> Self {
        Self { options }
    }

    async fn open(&self, consumer: &ConsumerName) -> Result<Session, BrokerError> {
        let session = Session::open(&self.options, "dead letters").await?;
        declare_dead_queue(&session.channel, &self.options, consumer).await?;
        Ok(session)
    }

    async fn get(
        &self,
        session: &Session,
        consumer: &ConsumerName,
    ) -> Result<Option<BasicGetMessage>, BrokerError> {
        let queue = Names::dead_queue(self.options.namespace(), consumer);
        let get = session
            .channel
            .basic_get(queue.into(), BasicGetOptions::default());
        bounded(self.options.timeout, get).await
    }

    async fn look(
        &self,
        session: &Session,
        consumer: &ConsumerName,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, BrokerError> {
        let mut letters = Vec::new();
        let mut last = None;
        for _ in 0..limit {
            let Some(message) = self.get(session, consumer).await? else {
                break;
            };
            letters.push(dead_letter(&message.delivery));
            last = Some(message);
        }
        if let Some(last) = last {
            // All of them, back to where they were.
            let options = BasicNackOptions {
                multiple: true,
                requeue: true,
            };
            bounded(self.options.timeout, last.delivery.acker.nack(options)).await?;
        }
        Ok(letters)
    }

    async fn give_back(
        &self,
        session: &Session,
        consumer: &ConsumerName,
        limit: u32,
    ) -> Result<u32, BrokerError> {
        let queue = Names::queue(self.options.namespace(), consumer);
        let mut given_back = 0;
        for _ in 0..limit {
            let Some(message) = self.get(session, consumer).await? else {
                break;
            };
            let delivery = message.delivery;
            let properties = revived(&delivery.properties);
            let (channel, body) = (&session.channel, &delivery.data);
            send(&self.options, channel, "", &queue, body, properties).await?;
            // Broken off here, the event comes twice and has its effect once.
            let ack = delivery.acker.ack(BasicAckOptions::default());
            bounded(self.options.timeout, ack).await?;
            given_back += 1;
        }
        Ok(given_back)
    }
}

#[async_trait]
impl DeadLetters for RabbitDeadLetters {
    async fn list(
        &self,
        consumer: &ConsumerName,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, PortError> {
        let away = |error: BrokerError| error.away("dead_letters.list");
        let session = self.open(consumer).await.map_err(away)?;
        let letters = self.look(&session, consumer, limit).await;
        session.close().await;
        letters.map_err(away)
    }

    async fn replay(&self, consumer: &ConsumerName, limit: u32) -> Result<u32, PortError> {
        let away = |error: BrokerError| error.away("dead_letters.replay");
        let session = self.open(consumer).await.map_err(away)?;
        let given_back = self.give_back(&session, consumer, limit).await;
        session.close().await;
        given_back.map_err(away)
    }
}
