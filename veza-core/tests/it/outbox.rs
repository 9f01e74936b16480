use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veza_core::kernel::bus::EventHandler;
use veza_core::kernel::outbox::relay_outbox;
use veza_core::kernel::{Event, PortError, PortErrorKind};
use veza_core::memory::InProcessBus;

use crate::world::{World, now};

/// Takes events until one is of the type it chokes on.
#[derive(Default)]
struct Consumer {
    taken: Mutex<Vec<String>>,
    chokes_on: Mutex<Option<&'static str>>,
}

#[async_trait]
impl EventHandler for Consumer {
    async fn handle(&self, event: &Event) -> Result<(), PortError> {
        if *self.chokes_on.lock().unwrap() == Some(event.event_type.as_str()) {
            return Err(PortError::new(
                PortErrorKind::Unavailable,
                "consumer.handle",
            ));
        }
        self.taken.lock().unwrap().push(event.event_type.clone());
        Ok(())
    }
}

#[test]
fn events_are_published_in_order_once_and_again_after_a_failure() {
    let world = World::new();
    let ada = world.person("ada");
    world.upload(&ada, "song");
    let all = world.events();
    assert_eq!(all.len(), 4);

    let bus = InProcessBus::new();
    let consumer = Arc::new(Consumer::default());
    let accounts_only = Arc::new(Consumer::default());
    bus.subscribe("", consumer.clone());
    bus.subscribe("auth.", accounts_only.clone());
    let relay = |limit| {
        now(relay_outbox(
            &*world.env.store,
            &bus,
            world.env.now(),
            limit,
        ))
    };

    *consumer.chokes_on.lock().unwrap() = Some("files.file.uploaded.v1");
    assert!(relay(10).is_err());
    assert_eq!(
        *consumer.taken.lock().unwrap(),
        all[..2],
        "nothing overtakes what failed"
    );
    assert_eq!(
        world.events(),
        all[2..],
        "what was published is noted all the same"
    );

    *consumer.chokes_on.lock().unwrap() = None;
    assert_eq!(relay(1).unwrap(), 1);
    assert_eq!(relay(10).unwrap(), 1);
    assert_eq!(relay(10).unwrap(), 0);
    assert_eq!(*consumer.taken.lock().unwrap(), all);
    assert_eq!(*accounts_only.taken.lock().unwrap(), all[..2]);
}
