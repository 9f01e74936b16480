//! Events leave the outbox: in order, once it is known that the bus has them, by one relay.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;
use veza_core::conformance::event_of;
use veza_core::kernel::bus::{EventBus, PublishError};
use veza_core::kernel::outbox::ParkedEvent;
use veza_core::kernel::relay::{Relay, RelaySettings, Relayed};
use veza_core::kernel::retention::{EventRetention, forget_events};
use veza_core::kernel::{Event, EventId, PortError, PortErrorKind};

use crate::world::{World, now};

/// A bus which takes what it is told to.
#[derive(Default)]
struct PickyBus {
    taken: Mutex<Vec<EventId>>,
    refuses: Mutex<BTreeSet<EventId>>,
    impossible: Mutex<BTreeSet<EventId>>,
    away: Mutex<bool>,
}

impl PickyBus {
    fn taken(&self) -> Vec<EventId> {
        std::mem::take(&mut *self.taken.lock().unwrap())
    }
}

#[async_trait]
impl EventBus for PickyBus {
    async fn publish(&self, events: &[&Event]) -> Vec<Result<(), PublishError>> {
        let aggregates: BTreeSet<Uuid> = events.iter().map(|event| event.aggregate_id).collect();
        assert_eq!(aggregates.len(), events.len(), "none are of one aggregate");
        let answer = |event: &&Event| {
            if *self.away.lock().unwrap() {
                let away = PortError::new(PortErrorKind::Unavailable, "bus.publish");
                return Err(away.into());
            }
            if self.refuses.lock().unwrap().contains(&event.event_id) {
                return Err(PublishError::Refused("not now".into()));
            }
            if self.impossible.lock().unwrap().contains(&event.event_id) {
                return Err(PublishError::Impossible("too large".into()));
            }
            self.taken.lock().unwrap().push(event.event_id);
            Ok(())
        };
        events.iter().map(answer).collect()
    }
}

fn store(world: &World, events: &[&Event]) {
    let mut unit = now(world.env.store.begin()).unwrap();
    for event in events {
        now(unit.outbox().append(event)).unwrap();
    }
    now(unit.commit()).unwrap();
}

fn parked(world: &World) -> Vec<ParkedEvent> {
    let mut reader = now(world.env.store.begin_read()).unwrap();
    now(reader.outbox().list_parked(100)).unwrap()
}

/// Publishes until nothing is due; answers how many are published.
fn drain(world: &World, relay: &mut Relay, bus: &PickyBus) -> u32 {
    let mut all = 0;
    loop {
        match now(relay.pass(&world.env, bus)).unwrap() {
            Relayed::Done { published, .. } => all += published,
            Relayed::Idle => return all,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn events_are_published_in_the_order_of_their_aggregate_and_once() {
    let (world, bus) = (World::new(), PickyBus::default());
    let events: Vec<Event> = (0..50).map(|number| event_of(number % 7, number)).collect();
    store(&world, &events.iter().collect::<Vec<_>>());
    let settings = RelaySettings {
        batch: 20,
        ..RelaySettings::default()
    };
    let mut relay = Relay::new("a", settings);
    assert_eq!(drain(&world, &mut relay, &bus), 50);
    let taken = bus.taken();
    assert_eq!(taken.len(), 50);
    for aggregate in 0..7 {
        let ids = || (0..50).filter(move |number| number % 7 == aggregate);
        let its_own: Vec<EventId> = ids().map(|number| events[number].event_id).collect();
        let got: Vec<EventId> = taken
            .iter()
            .copied()
            .filter(|id| its_own.contains(id))
            .collect();
        assert_eq!(got, its_own);
    }
    assert_eq!(drain(&world, &mut relay, &bus), 0);
    assert_eq!(bus.taken(), []);
}

#[test]
fn an_event_that_is_not_taken_keeps_its_aggregate_waiting_until_it_is_parked() {
    let (world, bus) = (World::new(), PickyBus::default());
    let [bad, after, other] = [event_of(1, 1), event_of(1, 2), event_of(2, 3)];
    store(&world, &[&bad, &after, &other]);
    bus.refuses.lock().unwrap().insert(bad.event_id);
    let settings = RelaySettings {
        max_attempts: 3,
        ..RelaySettings::default()
    };
    let mut relay = Relay::new("a", settings);
    assert_eq!(drain(&world, &mut relay, &bus), 1);
    assert_eq!(bus.taken(), [other.event_id]);
    for _ in 0..2 {
        assert_eq!(parked(&world), []);
        world.clock.advance(Duration::from_secs(5));
        drain(&world, &mut relay, &bus);
    }
    assert_eq!(bus.taken(), [after.event_id]);
    let [letter] = &parked(&world)[..] else {
        panic!("one is parked");
    };
    assert_eq!((&letter.event, letter.attempts), (&bad, 3));
    assert!(letter.reason.contains("not now"), "{}", letter.reason);
}

#[test]
fn an_event_that_can_never_be_published_is_parked_at_once() {
    let (world, bus) = (World::new(), PickyBus::default());
    let [bad, after] = [event_of(1, 1), event_of(1, 2)];
    store(&world, &[&bad, &after]);
    bus.impossible.lock().unwrap().insert(bad.event_id);
    let mut relay = Relay::new("a", RelaySettings::default());
    drain(&world, &mut relay, &bus);
    assert_eq!(bus.taken(), [after.event_id]);
    assert_eq!(parked(&world).len(), 1);
}

#[test]
fn no_event_is_at_fault_while_the_bus_is_away() {
    let (world, bus) = (World::new(), PickyBus::default());
    let event = event_of(1, 1);
    store(&world, &[&event]);
    let mut relay = Relay::new("a", RelaySettings::default());
    *bus.away.lock().unwrap() = true;
    for _ in 0..50 {
        let passed = now(relay.pass(&world.env, &bus)).unwrap();
        assert!(
            matches!(passed, Relayed::Away { published: 0, .. }),
            "{passed:?}"
        );
        world.clock.advance(Duration::from_secs(60));
    }
    *bus.away.lock().unwrap() = false;
    assert_eq!(drain(&world, &mut relay, &bus), 1);
    assert_eq!(parked(&world), []);
}

#[test]
fn what_was_published_is_forgotten_and_what_waits_is_not() {
    let (world, bus) = (World::new(), PickyBus::default());
    let events: Vec<Event> = (0..1_200).map(|number| event_of(number, number)).collect();
    store(&world, &events.iter().collect::<Vec<_>>());
    let mut relay = Relay::new("a", RelaySettings::default());
    assert_eq!(drain(&world, &mut relay, &bus), 1_200);
    store(&world, &[&event_of(1, 5_000)]);
    let retention = EventRetention::default();
    let forget = || now(forget_events(&world.env, &retention)).unwrap();
    assert_eq!(forget(), 0);
    world
        .clock
        .advance(retention.published + Duration::from_secs(1));
    assert_eq!(forget(), 1_200);
    assert_eq!(world.events().len(), 1);
}

#[test]
fn one_relay_works_at_a_time_and_another_takes_over() {
    let (world, bus) = (World::new(), PickyBus::default());
    let [first, second, third] = [event_of(1, 1), event_of(1, 2), event_of(1, 3)];
    let mut one = Relay::new("one", RelaySettings::default());
    let mut two = Relay::new("two", RelaySettings::default());
    store(&world, &[&first]);
    assert_eq!(drain(&world, &mut one, &bus), 1);

    store(&world, &[&second]);
    let passed = now(two.pass(&world.env, &bus)).unwrap();
    assert!(matches!(passed, Relayed::Elsewhere), "{passed:?}");
    // The first is thought dead.
    world.clock.advance(RelaySettings::default().lease);
    assert_eq!(drain(&world, &mut two, &bus), 1);

    store(&world, &[&third]);
    let passed = now(one.pass(&world.env, &bus)).unwrap();
    assert!(matches!(passed, Relayed::Elsewhere), "{passed:?}");
    now(two.release(&world.env)).unwrap();
    assert_eq!(drain(&world, &mut one, &bus), 1);
    assert_eq!(
        bus.taken(),
        [first, second, third].map(|event| event.event_id)
    );
}

/// A bus which is so slow that another relay takes the lease meanwhile.
struct SlowBus<'w> {
    world: &'w World,
    other: Mutex<Option<Relay>>,
    bus: PickyBus,
}

#[async_trait]
impl EventBus for SlowBus<'_> {
    async fn publish(&self, events: &[&Event]) -> Vec<Result<(), PublishError>> {
        let answer = self.bus.publish(events).await;
        self.world.clock.advance(Duration::from_secs(60));
        if let Some(mut other) = self.other.lock().unwrap().take() {
            drain(self.world, &mut other, &self.bus);
        }
        answer
    }
}

#[test]
fn a_relay_that_lost_its_lease_notes_nothing() {
    let world = World::new();
    let events = [event_of(1, 1), event_of(1, 2)];
    store(&world, &events.each_ref());
    let bus = SlowBus {
        world: &world,
        other: Mutex::new(Some(Relay::new("two", RelaySettings::default()))),
        bus: PickyBus::default(),
    };
    let mut one = Relay::new("one", RelaySettings::default());
    let passed = now(one.pass(&world.env, &bus)).unwrap();
    assert!(matches!(passed, Relayed::Elsewhere), "{passed:?}");
    let [first, second] = events.map(|event| event.event_id);
    assert_eq!(
        bus.bus.taken(),
        [first, first, second],
        "doubled, and still in order"
    );
    assert_eq!(world.events().len(), 0, "all is published");
}
