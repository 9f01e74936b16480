//! Who waits for what was stored is told at once: here, and in every other instance that shares
//! Redis with this one. All of them look by themselves too, a second later at most.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;
use tokio::task::JoinSet;
use veza_core::kernel::wake::{Stored, WakingStore};
use veza_core::kernel::{Signals, Store, Topic};
use veza_server_kit::Shutdown;
use veza_server_kit::events::EventsWaiting;
use veza_worker::Wake;

/// Who waits, in this process.
#[derive(Clone, Default)]
pub(super) struct Waiting {
    /// The relay, for events.
    pub(super) events: EventsWaiting,
    /// The worker, for jobs.
    pub(super) jobs: Wake,
    /// Whoever keeps the list of revoked tokens.
    pub(super) revocations: Arc<Notify>,
}

const COUNT: usize = 3;

/// What is told of: a topic, whether it was stored, and how to wake those who wait for it.
struct Subject {
    topic: Topic,
    is_stored: fn(Stored) -> bool,
    wake: fn(&Waiting),
}

static SUBJECTS: [Subject; COUNT] = [
    Subject {
        topic: Topic::fixed("events.stored"),
        is_stored: |stored| stored.events,
        wake: |waiting| waiting.events.tell(),
    },
    Subject {
        topic: Topic::fixed("jobs.stored"),
        is_stored: |stored| stored.jobs,
        wake: |waiting| waiting.jobs.wake(),
    },
    Subject {
        topic: Topic::fixed("revocations.stored"),
        is_stored: |stored| stored.revocations,
        wake: |waiting| waiting.revocations.notify_one(),
    },
];

/// What was stored and is not told of yet. However much is stored meanwhile, each subject is told
/// of once.
#[derive(Default)]
pub(super) struct Untold {
    stored: [AtomicBool; COUNT],
    told: Notify,
}

impl Untold {
    /// The store, whose commits are noted here.
    pub(super) fn noted(self: &Arc<Self>, store: Arc<dyn Store>) -> WakingStore {
        let untold = Arc::clone(self);
        let note = move |stored: Stored| {
            for (subject, flag) in SUBJECTS.iter().zip(&untold.stored) {
                if (subject.is_stored)(stored) {
                    flag.store(true, Ordering::Release);
                }
            }
            untold.told.notify_one();
        };
        WakingStore::new(store, Arc::new(note))
    }

    /// Tells of what is noted until the end is asked for.
    async fn tell(&self, signals: &dyn Signals, shutdown: &Shutdown) {
        loop {
            tokio::select! {
                () = self.told.notified() => {}
                () = shutdown.requested() => return,
            }
            for (subject, flag) in SUBJECTS.iter().zip(&self.stored) {
                if flag.swap(false, Ordering::Acquire) {
                    // Those here hear it in any case; the others look by themselves.
                    if let Err(error) = signals.send(&subject.topic, &[]).await {
                        tracing::debug!(%error, topic = %subject.topic, "others are not told");
                    }
                }
            }
        }
    }
}

/// Tells of what is stored, and wakes those who wait here, until the end is asked for.
pub(super) fn start(
    untold: Arc<Untold>,
    signals: Arc<dyn Signals>,
    waiting: &Waiting,
    parts: &mut JoinSet<&'static str>,
    shutdown: &Shutdown,
) {
    for subject in &SUBJECTS {
        let mut listener = signals.listen(&subject.topic);
        let (waiting, stop) = (waiting.clone(), shutdown.clone());
        parts.spawn(async move {
            loop {
                tokio::select! {
                    // One that was missed may have been any.
                    _ = listener.next() => (subject.wake)(&waiting),
                    () = stop.requested() => return "listener",
                }
            }
        });
    }
    let stop = shutdown.clone();
    parts.spawn(async move {
        untold.tell(&*signals, &stop).await;
        "teller of what is stored"
    });
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]
mod tests {
    use std::time::Duration;

    use veza_core::memory::{MemorySignals, MemoryStore};

    use super::*;

    /// Two instances share signals; what is stored in one wakes the other, and only who waits for
    /// it.
    #[tokio::test]
    async fn a_commit_in_one_instance_wakes_the_other() {
        let signals: Arc<dyn Signals> = Arc::new(MemorySignals::new());
        let (mut parts, shutdown) = (JoinSet::new(), Shutdown::new());
        let untold = Arc::new(Untold::default());
        let store = untold.noted(Arc::new(MemoryStore::new()));
        let (here, there) = (Waiting::default(), Waiting::default());
        start(untold, Arc::clone(&signals), &here, &mut parts, &shutdown);
        let nothing = Arc::new(Untold::default());
        start(nothing, signals, &there, &mut parts, &shutdown);

        for instance in [&here, &there] {
            let mut unit = store.begin().await.unwrap();
            unit.revocations();
            unit.commit().await.unwrap();
            let told = instance.revocations.notified();
            tokio::time::timeout(Duration::from_secs(10), told)
                .await
                .unwrap();
        }
        shutdown.request();
        while parts.join_next().await.is_some() {}
    }
}
