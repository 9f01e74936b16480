//! Signals to all instances, by Redis' publish and subscribe.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use redis::aio::{MultiplexedConnection, PubSubSink};
use redis::{Msg, RedisResult};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use veza_core::kernel::PortError;
use veza_core::kernel::signal::{Listener, Signals, Topic};
use veza_core::memory::MemorySignals;

use crate::link::pause;
use crate::{Redis, RedisSettings};

/// What the names of channels begin with.
const PREFIX: &str = "veza:signal:";
/// How often a silent connection is tried.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// Carries signals between instances. Those of this process hear each other whatever becomes of
/// Redis; the connection that listens is made again for as long as it takes, and what may have
/// been lost meanwhile is told.
#[derive(Clone)]
pub struct RedisSignals {
    redis: Redis,
    local: MemorySignals,
    shared: Arc<Shared>,
}

struct Shared {
    /// Rung when somebody listens to a topic.
    changed: Arc<Notify>,
    /// Changes whenever subscriptions have been brought up to date.
    heard: watch::Receiver<HashSet<Topic>>,
    task: JoinHandle<()>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl RedisSignals {
    /// Signals over this Redis. It has to be called within a Tokio runtime.
    pub fn new(redis: Redis) -> Self {
        let local = MemorySignals::new();
        let changed = Arc::new(Notify::new());
        let (tell, heard) = watch::channel(HashSet::new());
        let ear = Ear {
            settings: redis.settings().clone(),
            local: local.clone(),
            changed: Arc::clone(&changed),
            tell,
        };
        let task = tokio::spawn(ear.listen());
        let shared = Arc::new(Shared {
            changed,
            heard,
            task,
        });
        Self {
            redis,
            local,
            shared,
        }
    }

    /// Waits until signals of other instances are heard on every topic that is listened to now.
    pub async fn settled(&self) {
        let topics = self.local.topics();
        let mut heard = self.shared.heard.clone();
        // The sender lives as long as the task, which lives as long as this.
        let _ = heard
            .wait_for(|heard| topics.iter().all(|topic| heard.contains(topic)))
            .await;
    }
}

#[async_trait]
impl Signals for RedisSignals {
    async fn send(&self, topic: &Topic, payload: &[u8]) -> Result<(), PortError> {
        self.local.send(topic, payload).await?;
        let channel = format!("{PREFIX}{topic}");
        let message = [&self.redis.settings().instance, payload].concat();
        let publish = async |mut connection: MultiplexedConnection| {
            redis::cmd("PUBLISH")
                .arg(channel)
                .arg(message)
                .query_async::<()>(&mut connection)
                .await
        };
        self.redis.run("signals.send", publish).await
    }

    fn listen(&self, topic: &Topic) -> Box<dyn Listener> {
        let listener = self.local.listen(topic);
        self.shared.changed.notify_one();
        listener
    }
}

/// The side that listens: one connection with the topics somebody waits for.
struct Ear {
    settings: RedisSettings,
    local: MemorySignals,
    changed: Arc<Notify>,
    tell: watch::Sender<HashSet<Topic>>,
}

impl Ear {
    async fn listen(self) {
        let mut tries = 0;
        loop {
            // Errors are told by the other connection, which fails for the same reasons.
            if let Err(error) = self.one_connection(&mut tries).await {
                tracing::debug!(%error, "signals of other instances are not heard");
            }
            self.tell.send_replace(HashSet::new());
            sleep(pause(tries, &self.settings.instance)).await;
            tries = tries.saturating_add(1);
        }
    }

    /// Listens on one connection until it breaks.
    async fn one_connection(&self, tries: &mut u32) -> RedisResult<()> {
        let patience = self.settings.connect;
        let connection = within(patience * 2, self.settings.client.get_async_pubsub()).await?;
        let (mut sink, mut stream) = connection.split();
        let mut subscribed = HashSet::new();
        within(patience, self.subscribe(&mut sink, &mut subscribed)).await?;
        *tries = 0;
        loop {
            tokio::select! {
                message = stream.next() => match message {
                    Some(message) => self.hear(&message),
                    None => return Ok(()),
                },
                () = self.changed.notified() => {
                    within(patience, self.subscribe(&mut sink, &mut subscribed)).await?;
                }
                () = sleep(HEARTBEAT) => {
                    within(patience, sink.ping::<redis::Value>()).await?;
                    within(patience, self.subscribe(&mut sink, &mut subscribed)).await?;
                }
            }
        }
    }

    /// Listens to what somebody waits for, and to nothing else any more.
    async fn subscribe(
        &self,
        sink: &mut PubSubSink,
        subscribed: &mut HashSet<Topic>,
    ) -> RedisResult<()> {
        let wanted: HashSet<Topic> = self.local.topics().into_iter().collect();
        let gone: Vec<_> = subscribed.difference(&wanted).cloned().collect();
        if !gone.is_empty() {
            sink.unsubscribe(channels(&gone)).await?;
        }
        let new: Vec<_> = wanted.difference(subscribed).cloned().collect();
        if !new.is_empty() {
            sink.subscribe(channels(&new)).await?;
        }
        *subscribed = wanted;
        // Until now others' signals on these topics went past.
        for topic in &new {
            self.local.missed_on(topic);
        }
        self.tell.send_replace(subscribed.clone());
        Ok(())
    }

    fn hear(&self, message: &Msg) {
        let topic = message.get_channel_name().strip_prefix(PREFIX);
        let Some(Ok(topic)) = topic.map(str::parse::<Topic>) else {
            return;
        };
        // What this instance sent itself its listeners have heard already.
        match message.get_payload_bytes().split_first_chunk() {
            Some((from, payload)) if *from != self.settings.instance => {
                self.local.deliver(&topic, Bytes::copy_from_slice(payload));
            }
            _ => {}
        }
    }
}

fn channels(topics: &[Topic]) -> Vec<String> {
    let channel = |topic: &Topic| format!("{PREFIX}{topic}");
    topics.iter().map(channel).collect()
}

async fn within<T>(
    patience: Duration,
    work: impl Future<Output = RedisResult<T>>,
) -> RedisResult<T> {
    match timeout(patience, work).await {
        Ok(done) => done,
        Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
    }
}
