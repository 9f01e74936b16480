use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};
use veza_core::conformance::{self, RunningBus};
use veza_core::kernel::bus::DeadLetters;
use veza_core::kernel::{Environment, EventBus, Subscription};
use veza_rabbitmq::{RabbitBus, RabbitDeadLetters};

use crate::support::{Working, environment, options};

struct Running {
    env: Environment,
    bus: RabbitBus,
    dead_letters: RabbitDeadLetters,
    _working: Working,
}

#[async_trait]
impl RunningBus for Running {
    fn env(&self) -> &Environment {
        &self.env
    }

    fn bus(&self) -> &dyn EventBus {
        &self.bus
    }

    fn dead_letters(&self) -> &dyn DeadLetters {
        &self.dead_letters
    }

    async fn work_until(&self, done: &(dyn Fn() -> bool + Sync)) {
        let begun = Instant::now();
        while !done() && begun.elapsed() < Duration::from_secs(30) {
            sleep(Duration::from_millis(20)).await;
        }
        sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_over_rabbitmq_keep_the_contract() {
    let url = test_services::rabbitmq::shared().unwrap();
    conformance::event_bus(async |subscriptions: Vec<Subscription>| {
        let (env, options) = (environment(), options(url));
        Running {
            bus: RabbitBus::new(options.clone(), subscriptions.clone()),
            dead_letters: RabbitDeadLetters::new(options.clone()),
            _working: Working::start(&env, &options, subscriptions),
            env,
        }
    })
    .await;
}
