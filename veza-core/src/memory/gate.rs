//! Lets one unit of work write at a time, without a runtime.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use super::lock;

#[derive(Debug, Default)]
struct Gate {
    taken: bool,
    waiting: Vec<Waker>,
}

/// A lock that is waited for asynchronously. Nobody is promised to be next.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteGate(Arc<Mutex<Gate>>);

/// The right to write; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct WritePermit(Arc<Mutex<Gate>>);

impl WriteGate {
    /// Waits until nobody else writes.
    pub(super) async fn enter(&self) -> WritePermit {
        poll_fn(|context| {
            let mut gate = lock(&self.0);
            if gate.taken {
                if !gate
                    .waiting
                    .iter()
                    .any(|waker| waker.will_wake(context.waker()))
                {
                    gate.waiting.push(context.waker().clone());
                }
                return Poll::Pending;
            }
            gate.taken = true;
            Poll::Ready(WritePermit(Arc::clone(&self.0)))
        })
        .await
    }
}

impl Drop for WritePermit {
    fn drop(&mut self) {
        // All are woken: one that was dropped meanwhile must not take the others' turn with it.
        let waiting = {
            let mut gate = lock(&self.0);
            gate.taken = false;
            std::mem::take(&mut gate.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn one_at_a_time_and_the_next_after_it() {
        let gate = WriteGate::default();
        let first = gate.enter().now_or_never().unwrap();
        let mut second = Box::pin(gate.enter());
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        let second = second.now_or_never().unwrap();
        assert!(gate.enter().now_or_never().is_none());
        drop(second);
        assert!(gate.enter().now_or_never().is_some());
    }
}
