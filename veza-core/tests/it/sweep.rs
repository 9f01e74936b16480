use std::time::Duration;

use veza_core::files::{BlobStore as _, MemoryChunks, discard_upload};
use veza_core::streaming::sweep_uploads;

use crate::world::{World, now};

#[test]
fn uploads_that_became_nothing_are_removed_after_a_while() {
    let world = World::new();
    let ada = world.person("ada");
    let discarded = world.receive(&ada);
    now(discard_upload(&world.blobs, &discarded)).unwrap();
    assert!(!world.has(&discarded.key));

    let orphan = world.receive(&ada);
    let track = world.upload(&ada, "song");
    let foreign = "uploads/README".parse().unwrap();
    now(world
        .blobs
        .put(&foreign, &mut MemoryChunks::new("not ours"), 100))
    .unwrap();
    let day = Duration::from_secs(86_400);
    let sweep = || now(sweep_uploads(&world.env, &world.blobs, day)).unwrap();
    assert_eq!(sweep(), 0, "it may still be on its way to be a track");
    world.clock.advance(day + Duration::from_secs(1));
    let fresh = world.receive(&ada);
    assert_eq!(sweep(), 1);
    assert!(!world.has(&orphan.key));
    assert!(world.has(&track.source.key) && world.has(&fresh.key) && world.has(&foreign));
}
