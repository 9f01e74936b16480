//! The bus of one process keeps the contract of a bus.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use veza_core::conformance::{self, RunningBus, event_of};
use veza_core::kernel::bus::DeadLetters;
use veza_core::kernel::local_bus::{Consumed, LocalBus, LocalConsumer};
use veza_core::kernel::{
    Environment, Event, EventBus, EventHandler, HandleError, Subscription, UnitOfWork,
};

use crate::world::{World, now};

struct Running {
    world: World,
    bus: LocalBus,
    consumers: Mutex<Vec<LocalConsumer>>,
}

impl Running {
    fn start(subscriptions: Vec<Subscription>) -> Self {
        let world = World::new();
        let consumers = subscriptions
            .iter()
            .map(|subscription| LocalConsumer::new("here", subscription.clone()))
            .collect();
        Self {
            bus: LocalBus::new(Arc::clone(&world.env.store), subscriptions),
            world,
            consumers: Mutex::new(consumers),
        }
    }

    async fn pass(&self) {
        let mut consumers = std::mem::take(&mut *self.consumers.lock().unwrap());
        for consumer in &mut consumers {
            consumer.pass(&self.world.env).await.unwrap();
        }
        *self.consumers.lock().unwrap() = consumers;
        self.world.clock.advance(Duration::from_millis(20));
    }
}

#[async_trait]
impl RunningBus for Running {
    fn env(&self) -> &Environment {
        &self.world.env
    }

    fn bus(&self) -> &dyn EventBus {
        &self.bus
    }

    fn dead_letters(&self) -> &dyn DeadLetters {
        &self.bus
    }

    async fn work_until(&self, done: &(dyn Fn() -> bool + Sync)) {
        for _ in 0..1_000 {
            if done() {
                break;
            }
            self.pass().await;
        }
        for _ in 0..20 {
            self.pass().await;
        }
    }
}

#[test]
fn the_bus_of_one_process_keeps_the_contract() {
    let suite = conformance::event_bus(async |subscriptions| Running::start(subscriptions));
    suite.now_or_never().expect("nothing in memory waits");
}

struct Nothing;

#[async_trait]
impl EventHandler for Nothing {
    async fn handle(
        &self,
        _env: &Environment,
        _unit: &mut dyn UnitOfWork,
        _event: &Event,
    ) -> Result<(), HandleError> {
        Ok(())
    }
}

#[test]
fn one_instance_works_on_a_queue_at_a_time() {
    let subscription = Subscription::new("cache", &["#"], Arc::new(Nothing)).unwrap();
    let running = Running::start(vec![subscription.clone()]);
    let env = &running.world.env;
    let (mut one, mut two) = (
        LocalConsumer::new("one", subscription.clone()),
        LocalConsumer::new("two", subscription),
    );
    let publish = |number| {
        let event = event_of(1, number);
        let answers = now(running.bus.publish(&[&event]));
        assert!(answers.iter().all(Result::is_ok));
    };
    publish(1);
    let passed = now(one.pass(env)).unwrap();
    assert!(
        matches!(passed, Consumed::Done { handled: 1, .. }),
        "{passed:?}"
    );
    publish(2);
    let passed = now(two.pass(env)).unwrap();
    assert!(matches!(passed, Consumed::Elsewhere), "{passed:?}");
    now(one.release(env)).unwrap();
    let passed = now(two.pass(env)).unwrap();
    assert!(
        matches!(passed, Consumed::Done { handled: 1, .. }),
        "{passed:?}"
    );
}

#[test]
fn a_subscription_that_names_nothing_is_refused() {
    for (name, pattern) in [("Cache", "#"), ("cache", "auth..user"), ("", "#")] {
        let error = Subscription::new(name, &[pattern], Arc::new(Nothing)).unwrap_err();
        assert!(error.to_string().contains("pattern") || error.to_string().contains("consumer"));
    }
}
