//! The contract of [`EventBus`] and of those who consume from it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::kernel::bus::{DeadLetter, DeadLetters, EventBus};
use crate::kernel::consumer::{EventHandler, HandleError, Subscription};
use crate::kernel::{
    ConsumerName, Environment, Event, EventId, PortError, PortErrorKind, Timestamp, UnitOfWork,
};

use super::samples::{event_of, job_at};
use crate::jobs::JobId;

/// A bus with its consumers at work, which are given when it is made. Attempts are few and the
/// waits between them short.
#[async_trait]
pub trait RunningBus: Send + Sync {
    /// The environment that the handlers are given.
    fn env(&self) -> &Environment;

    /// Where events are published.
    fn bus(&self) -> &dyn EventBus;

    /// Where those are that could not be handled.
    fn dead_letters(&self) -> &dyn DeadLetters;

    /// Lets the consumers work until `done`, and a moment more so that what comes too often is
    /// seen; gives up after a generous while.
    async fn work_until(&self, done: &(dyn Fn() -> bool + Sync));
}

/// How a handler behaves on an event.
#[derive(Clone, Copy, Debug)]
enum Manner {
    /// Fails this many times, then does its work.
    FailFirst(u32),
    /// Fails after it has changed something.
    Always,
    Refuse,
    Panic,
    /// What it needs is away, this many times.
    Away(u32),
}

/// Remembers what it handled, and stores a job for each: so it is seen whether what it did was
/// kept, once.
#[derive(Default)]
struct Recorder {
    manners: Mutex<BTreeMap<EventId, Manner>>,
    handled: Mutex<Vec<EventId>>,
    tried: Mutex<BTreeMap<EventId, u32>>,
}

impl Recorder {
    fn behave(&self, event: &Event, manner: Option<Manner>) {
        let mut manners = lock(&self.manners);
        match manner {
            Some(manner) => manners.insert(event.event_id, manner),
            None => manners.remove(&event.event_id),
        };
    }

    fn handled(&self) -> Vec<EventId> {
        lock(&self.handled).clone()
    }

    /// Those of these events that were handled, in the order in which they were.
    fn handled_of(&self, events: &[&Event]) -> Vec<EventId> {
        let mut handled = self.handled();
        handled.retain(|id| events.iter().any(|event| event.event_id == *id));
        handled
    }

    fn tried(&self, event: &Event) -> u32 {
        lock(&self.tried).get(&event.event_id).copied().unwrap_or(0)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl EventHandler for Recorder {
    async fn handle(
        &self,
        env: &Environment,
        unit: &mut dyn UnitOfWork,
        event: &Event,
    ) -> Result<(), HandleError> {
        let tried = {
            let mut tried = lock(&self.tried);
            let tried = tried.entry(event.event_id).or_default();
            *tried += 1;
            *tried
        };
        let mut job = job_at(0, Timestamp::from_millis(0));
        job.id = env.new_id::<JobId>();
        job.payload = serde_json::json!({ "event": event.event_id });
        unit.jobs().enqueue(&job).await?;
        let manner = lock(&self.manners).get(&event.event_id).copied();
        match manner {
            Some(Manner::FailFirst(times)) if tried <= times => {
                return Err(HandleError::again("not yet"));
            }
            Some(Manner::Away(times)) if tried <= times => {
                let away = PortError::new(PortErrorKind::Unavailable, "test.away");
                return Err(away.into());
            }
            Some(Manner::Always) => return Err(HandleError::again("it is broken")),
            Some(Manner::Refuse) => return Err(HandleError::Refused("it makes no sense".into())),
            Some(Manner::Panic) => panic!("a handler which panics, as a test wants it"),
            _ => {}
        }
        lock(&self.handled).push(event.event_id);
        Ok(())
    }
}

/// How many attempts the suite's consumers have.
pub const BUS_ATTEMPTS: u32 = 3;

fn subscription(name: &str, pattern: &str, handler: &Arc<Recorder>) -> Subscription {
    let mut subscription =
        Subscription::new(name, &[pattern], handler.clone()).expect("a subscription");
    subscription.attempts.max = BUS_ATTEMPTS;
    subscription.attempts.backoff.first = std::time::Duration::from_millis(50);
    subscription
}

async fn publish(bus: &dyn RunningBus, events: &[&Event]) {
    for event in events {
        for answer in bus.bus().publish(&[event]).await {
            answer.expect("the bus takes it");
        }
    }
}

/// Takes the jobs that the handlers stored: for each event, how many were kept.
async fn kept(bus: &dyn RunningBus) -> BTreeMap<String, usize> {
    let env = bus.env();
    let mut kept = BTreeMap::new();
    let lease = std::time::Duration::from_secs(600);
    while let Some(job) = crate::jobs::claim_next(env, "test.work", "test", lease)
        .await
        .expect("claim")
    {
        *kept.entry(job.payload["event"].to_string()).or_default() += 1;
    }
    kept
}

/// The whole contract of an [`EventBus`] with its consumers; `start` makes one, empty, with these
/// subscriptions at work.
///
/// # Panics
/// Where the contract is broken.
pub async fn event_bus<B: RunningBus>(start: impl AsyncFn(Vec<Subscription>) -> B) {
    everyone_gets_what_they_wait_for_once_and_in_order(&start).await;
    a_failing_event_is_tried_again_and_keeps_only_its_aggregate_waiting(&start).await;
    what_cannot_be_handled_is_a_dead_letter_until_it_is_replayed(&start).await;
    what_a_consumer_needs_may_be_away_for_long(&start).await;
}

async fn everyone_gets_what_they_wait_for_once_and_in_order<B: RunningBus>(
    start: &impl AsyncFn(Vec<Subscription>) -> B,
) {
    let (all, some) = (Arc::new(Recorder::default()), Arc::new(Recorder::default()));
    let bus = start(vec![
        subscription("all", "#", &all),
        subscription("some", "test.thing.*.v2", &some),
    ])
    .await;
    let events: Vec<Event> = (0..20)
        .map(|number| {
            let mut event = event_of(number % 3, number);
            if number % 5 == 0 {
                event.event_type = "test.thing.changed.v2".into();
            }
            event
        })
        .collect();
    let refs: Vec<&Event> = events.iter().collect();
    publish(&bus, &refs).await;
    // As a relay does that died before it noted what it had published.
    publish(&bus, &refs[..7]).await;
    bus.work_until(&|| all.handled().len() >= 20 && some.handled().len() >= 4)
        .await;

    let of = |keep: &dyn Fn(usize) -> bool| -> Vec<&Event> {
        (0..20).filter(|at| keep(*at)).map(|at| refs[at]).collect()
    };
    for aggregate in 0..3 {
        let its_own = of(&|at| at % 3 == aggregate);
        let ids: Vec<EventId> = its_own.iter().map(|event| event.event_id).collect();
        assert_eq!(all.handled_of(&its_own), ids, "aggregate {aggregate}");
    }
    let mut changed = some.handled();
    changed.sort();
    let mut expected: Vec<_> = of(&|at| at % 5 == 0).iter().map(|e| e.event_id).collect();
    expected.sort();
    assert_eq!(
        changed, expected,
        "a consumer gets what matches its pattern"
    );
    assert_eq!(all.handled().len(), 20, "repetitions have no effect");
    let kept = kept(&bus).await;
    assert_eq!(kept.values().sum::<usize>(), 24, "{kept:?}");
}

async fn a_failing_event_is_tried_again_and_keeps_only_its_aggregate_waiting<B: RunningBus>(
    start: &impl AsyncFn(Vec<Subscription>) -> B,
) {
    let (shaky, steady) = (Arc::new(Recorder::default()), Arc::new(Recorder::default()));
    let bus = start(vec![
        subscription("shaky", "#", &shaky),
        subscription("steady", "#", &steady),
    ])
    .await;
    let (first, other, later) = (event_of(1, 1), event_of(2, 2), event_of(1, 3));
    shaky.behave(&first, Some(Manner::FailFirst(2)));
    publish(&bus, &[&first, &other, &later]).await;
    bus.work_until(&|| shaky.handled().len() >= 3 && steady.handled().len() >= 3)
        .await;
    let ids = [first.event_id, later.event_id];
    assert_eq!(
        shaky.handled_of(&[&first, &later]),
        ids,
        "nothing overtakes what failed"
    );
    assert_eq!(
        shaky.handled()[0],
        other.event_id,
        "another aggregate does not wait"
    );
    assert_eq!((shaky.tried(&first), steady.tried(&first)), (3, 1));
    let kept = kept(&bus).await;
    assert_eq!(
        kept.values().sum::<usize>(),
        6,
        "what failed left nothing: {kept:?}"
    );
}

async fn what_cannot_be_handled_is_a_dead_letter_until_it_is_replayed<B: RunningBus>(
    start: &impl AsyncFn(Vec<Subscription>) -> B,
) {
    let recorder = Arc::new(Recorder::default());
    let bus = start(vec![subscription("fussy", "#", &recorder)]).await;
    let name: ConsumerName = "fussy".parse().expect("a name");
    let [broken, after, refused, panics] = [
        event_of(1, 1),
        event_of(1, 2),
        event_of(2, 3),
        event_of(3, 4),
    ];
    for (event, manner) in [
        (&broken, Manner::Always),
        (&refused, Manner::Refuse),
        (&panics, Manner::Panic),
    ] {
        recorder.behave(event, Some(manner));
    }
    publish(&bus, &[&broken, &after, &refused, &panics]).await;
    bus.work_until(&|| !recorder.handled().is_empty() && recorder.tried(&panics) >= BUS_ATTEMPTS)
        .await;
    assert_eq!(
        recorder.handled(),
        [after.event_id],
        "what is dead holds nobody up"
    );
    assert_eq!(recorder.tried(&broken), BUS_ATTEMPTS);
    assert_eq!(
        recorder.tried(&refused),
        1,
        "what will never work is not tried again"
    );

    let letters = bus.dead_letters();
    let of = |letters: &[DeadLetter], event: &Event| -> Option<DeadLetter> {
        let found = letters.iter().find(|letter| letter.event == *event);
        found.cloned()
    };
    let dead = letters.list(&name, 10).await.expect("list");
    assert_eq!(dead.len(), 3, "{dead:?}");
    for (event, attempts, reason) in [
        (&broken, BUS_ATTEMPTS, "it is broken"),
        (&refused, 1, "it makes no sense"),
        (&panics, BUS_ATTEMPTS, "panicked"),
    ] {
        let letter = of(&dead, event).expect("the event is as it was");
        assert_eq!(letter.attempts, Some(attempts), "{reason}");
        assert!(letter.reason.contains(reason), "{}", letter.reason);
        assert!(letter.died_at.is_some());
    }
    assert_eq!(letters.list(&name, 1).await.expect("list").len(), 1);
    assert_eq!(
        letters.list(&name, 10).await.expect("list").len(),
        3,
        "looking changes nothing"
    );

    for event in [&broken, &refused, &panics] {
        recorder.behave(event, None);
    }
    assert_eq!(letters.replay(&name, 2).await.expect("replay"), 2);
    bus.work_until(&|| recorder.handled().len() >= 3).await;
    assert_eq!(recorder.handled().len(), 3);
    assert_eq!(letters.replay(&name, 10).await.expect("replay"), 1);
    // Somebody presses the button twice.
    assert_eq!(letters.replay(&name, 10).await.expect("replay"), 0);
    bus.work_until(&|| recorder.handled().len() >= 4).await;
    assert_eq!(letters.list(&name, 10).await.expect("list"), []);
    // An old copy of what was handled after all.
    publish(&bus, &[&broken, &after]).await;
    bus.work_until(&|| true).await;
    let kept = kept(&bus).await;
    assert_eq!(kept.len(), 4, "{kept:?}");
    assert!(kept.values().all(|times| *times == 1), "{kept:?}");
}

async fn what_a_consumer_needs_may_be_away_for_long<B: RunningBus>(
    start: &impl AsyncFn(Vec<Subscription>) -> B,
) {
    let recorder = Arc::new(Recorder::default());
    let bus = start(vec![subscription("patient", "#", &recorder)]).await;
    let event = event_of(1, 1);
    recorder.behave(&event, Some(Manner::Away(BUS_ATTEMPTS + 2)));
    publish(&bus, &[&event]).await;
    bus.work_until(&|| !recorder.handled().is_empty()).await;
    assert_eq!(recorder.tried(&event), BUS_ATTEMPTS + 3);
    let name = "patient".parse().expect("a name");
    assert_eq!(bus.dead_letters().list(&name, 9).await.expect("list"), []);
}
