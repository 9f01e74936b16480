//! Signals within one process.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Poll, Waker};

use async_trait::async_trait;
use bytes::Bytes;

use crate::kernel::signal::{Heard, Listener, MAX_SIGNAL_BYTES, SIGNAL_QUEUE, Signals, Topic};
use crate::kernel::{PortError, PortErrorKind};

use super::lock;

/// Carries signals to the listeners of this process. What goes beyond it (an adapter) hands in
/// what it hears from others by [`deliver`](Self::deliver) and [`missed`](Self::missed).
#[derive(Clone, Debug, Default)]
pub struct MemorySignals(Arc<Mutex<HashMap<Topic, Vec<Weak<Queue>>>>>);

/// What waits for one listener.
#[derive(Debug, Default)]
struct Queue(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    payloads: VecDeque<Bytes>,
    /// Some were lost.
    missed: bool,
    waker: Option<Waker>,
}

impl MemorySignals {
    /// Signals nobody listens to yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a signal to the listeners of this process; answers how many there are.
    pub fn deliver(&self, topic: &Topic, payload: Bytes) -> usize {
        let queues = self.queues(topic);
        for queue in &queues {
            queue.push(payload.clone());
        }
        queues.len()
    }

    /// Tells every listener of every topic that signals may have been lost.
    pub fn missed(&self) {
        let queues: Vec<_> = lock(&self.0)
            .values()
            .flatten()
            .filter_map(Weak::upgrade)
            .collect();
        for queue in queues {
            queue.lose();
        }
    }

    /// Tells the listeners of one topic that signals may have been lost.
    pub fn missed_on(&self, topic: &Topic) {
        for queue in self.queues(topic) {
            queue.lose();
        }
    }

    /// The topics somebody listens to.
    pub fn topics(&self) -> Vec<Topic> {
        let mut topics = lock(&self.0);
        topics.retain(|_, queues| queues.iter().any(|queue| queue.strong_count() > 0));
        topics.keys().cloned().collect()
    }

    fn queues(&self, topic: &Topic) -> Vec<Arc<Queue>> {
        let topics = lock(&self.0);
        let queues = topics.get(topic).into_iter().flatten();
        queues.filter_map(Weak::upgrade).collect()
    }
}

impl Queue {
    fn push(&self, payload: Bytes) {
        self.change(|waiting| {
            // Who has to look at everything needs none of those that wait.
            if waiting.payloads.len() >= SIGNAL_QUEUE {
                waiting.payloads.clear();
                waiting.missed = true;
            }
            waiting.payloads.push_back(payload);
        });
    }

    fn lose(&self) {
        self.change(|waiting| waiting.missed = true);
    }

    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        let waker = {
            let mut waiting = lock(&self.0);
            change(&mut waiting);
            waiting.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[async_trait]
impl Signals for MemorySignals {
    async fn send(&self, topic: &Topic, payload: &[u8]) -> Result<(), PortError> {
        if payload.len() > MAX_SIGNAL_BYTES {
            let cause = format!("a payload of {} bytes", payload.len());
            let kind = PortErrorKind::Internal;
            return Err(PortError::caused(kind, "signals.send", cause));
        }
        self.deliver(topic, Bytes::copy_from_slice(payload));
        Ok(())
    }

    fn listen(&self, topic: &Topic) -> Box<dyn Listener> {
        let queue = Arc::new(Queue::default());
        lock(&self.0)
            .entry(topic.clone())
            .or_default()
            .push(Arc::downgrade(&queue));
        Box::new(MemoryListener {
            queue,
            topic: topic.clone(),
            signals: self.clone(),
        })
    }
}

struct MemoryListener {
    queue: Arc<Queue>,
    topic: Topic,
    signals: MemorySignals,
}

#[async_trait]
impl Listener for MemoryListener {
    async fn next(&mut self) -> Heard {
        poll_fn(|context| {
            let mut waiting = lock(&self.queue.0);
            // First, for the sooner it looks at everything the better.
            if std::mem::take(&mut waiting.missed) {
                return Poll::Ready(Heard::Missed);
            }
            if let Some(payload) = waiting.payloads.pop_front() {
                return Poll::Ready(Heard::Signal(payload));
            }
            waiting.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

impl Drop for MemoryListener {
    fn drop(&mut self) {
        let mut topics = lock(&self.signals.0);
        if let Some(queues) = topics.get_mut(&self.topic) {
            let gone = Arc::as_ptr(&self.queue);
            queues.retain(|queue| !std::ptr::eq(queue.as_ptr(), gone));
            if queues.is_empty() {
                topics.remove(&self.topic);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    const TOPIC: Topic = Topic::fixed("jobs.ready");

    #[test]
    fn who_has_gone_is_forgotten() {
        let signals = MemorySignals::new();
        let (first, second) = (signals.listen(&TOPIC), signals.listen(&TOPIC));
        assert_eq!(signals.deliver(&TOPIC, Bytes::new()), 2);
        drop(first);
        assert_eq!(signals.topics(), [TOPIC]);
        drop(second);
        assert_eq!(signals.topics(), []);
        assert!(lock(&signals.0).is_empty());
    }

    #[test]
    fn a_waiting_listener_is_woken_and_a_dropped_wait_loses_nothing() {
        let signals = MemorySignals::new();
        let mut listener = signals.listen(&TOPIC);
        let mut wait = listener.next();
        assert!((&mut wait).now_or_never().is_none());
        signals.deliver(&TOPIC, "a".into());
        drop(wait);
        let heard = listener.next().now_or_never();
        assert_eq!(heard, Some(Heard::Signal("a".into())));
        signals.missed();
        assert_eq!(listener.next().now_or_never(), Some(Heard::Missed));
        assert!(listener.next().now_or_never().is_none());
    }
}
