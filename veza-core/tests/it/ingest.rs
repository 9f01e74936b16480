use std::time::Duration;

use veza_core::jobs::{Fenced, JobStatus, MAX_ATTEMPTS, heartbeat};
use veza_core::kernel::{Expected, Metadata};
use veza_core::streaming::{
    Failure, Fault, Ingest, IngestFailed, Published, Track, TrackState, complete_ingest,
    delete_track, fail_ingest, hand_back_ingest, report_progress,
};

use crate::world::{LEASE, World, measurements, now};

fn failure(code: &str) -> Failure {
    Failure {
        code: code.into(),
        detail: "the reason".into(),
    }
}

fn complete(world: &World, ingest: &Ingest) -> Published {
    now(complete_ingest(&world.env, ingest, measurements())).unwrap()
}

fn fail(world: &World, ingest: &Ingest, code: &str, fault: Fault) -> IngestFailed {
    now(fail_ingest(&world.env, ingest, &failure(code), fault)).unwrap()
}

fn state(world: &World, track: &Track) -> TrackState {
    world.stored(track).unwrap().state
}

#[test]
fn a_track_goes_from_queued_to_ready() {
    let world = World::new();
    let ada = world.person("ada");
    let track = world.upload(&ada, "song");
    let ingest = world.begin().unwrap();
    assert_eq!((ingest.track_id, &ingest.source), (track.id, &track.source));
    assert_eq!(
        state(&world, &track),
        TrackState::Processing { progress: 0.0 }
    );
    assert!(world.begin().is_none(), "one worker at a time");

    let progress =
        |value| now(report_progress(&world.env, &ingest.job, Some(value), LEASE)).unwrap();
    assert_eq!(progress(0.5), Fenced::Held);
    assert_eq!(
        state(&world, &track),
        TrackState::Processing { progress: 0.5 }
    );
    for (value, expected) in [(f32::NAN, 0.0), (-1.0, 0.0), (7.0, 1.0)] {
        assert_eq!(progress(value), Fenced::Held);
        assert_eq!(
            state(&world, &track),
            TrackState::Processing { progress: expected }
        );
    }

    assert_eq!(complete(&world, &ingest), Published::Yes);
    let media = *world.stored(&track).unwrap().media().unwrap();
    assert_eq!(
        (media.revision, media.measurements),
        (ingest.revision, measurements())
    );
    assert_eq!(world.stored_job(&ingest.job).status, JobStatus::Done);
    assert_eq!(world.events().last().unwrap(), "streaming.track.ready.v1");
    assert_eq!(complete(&world, &ingest), Published::Lost, "once is enough");
    assert_eq!(world.purge(), 0, "there is nothing to remove");
}

#[test]
fn a_worker_that_was_thought_dead_publishes_nothing() {
    let world = World::new();
    let ada = world.person("ada");
    let track = world.upload(&ada, "song");
    let first = world.begin().unwrap();
    let stale = world.put_media(&first, "master.m3u8");
    world.clock.advance(LEASE);
    let second = world.begin().expect("the lease has run out");
    assert_ne!(first.media_prefix(), second.media_prefix());

    assert_eq!(
        now(report_progress(&world.env, &first.job, Some(0.9), LEASE)).unwrap(),
        Fenced::Lost
    );
    assert_eq!(
        now(heartbeat(&world.env, &first.token(), None, LEASE)).unwrap(),
        Fenced::Lost
    );
    assert_eq!(complete(&world, &first), Published::Lost);
    assert_eq!(fail(&world, &first, "io", Fault::Media), IngestFailed::Lost);
    assert_eq!(fail(&world, &first, "io", Fault::Ours), IngestFailed::Lost);
    assert_eq!(
        state(&world, &track),
        TrackState::Processing { progress: 0.0 }
    );

    let kept = world.put_media(&second, "master.m3u8");
    assert_eq!(complete(&world, &second), Published::Yes);
    assert_eq!(
        world.stored(&track).unwrap().media().unwrap().revision,
        second.revision
    );
    assert_eq!(world.purge(), 1);
    assert!(!world.has(&stale), "what the first left behind is removed");
    assert!(world.has(&kept) && world.has(&track.source.key));
}

#[test]
fn heartbeats_keep_a_job_through_a_long_file() {
    let world = World::new();
    world.upload(&world.person("ada"), "song");
    let ingest = world.begin().unwrap();
    for _ in 0..10 {
        world.clock.advance(LEASE - Duration::from_secs(1));
        assert_eq!(
            now(heartbeat(&world.env, &ingest.token(), None, LEASE)).unwrap(),
            Fenced::Held
        );
        assert!(world.claim().is_none());
    }
    assert_eq!(complete(&world, &ingest), Published::Yes);
}

#[test]
fn a_fault_of_the_file_is_final_and_told_to_its_owner() {
    let world = World::new();
    let track = world.upload(&world.person("ada"), "song");
    let ingest = world.begin().unwrap();
    let half = world.put_media(&ingest, "0.ts");
    assert_eq!(
        fail(&world, &ingest, "audio.malformed", Fault::Media),
        IngestFailed::Dead
    );
    assert_eq!(
        state(&world, &track),
        TrackState::Failed(failure("audio.malformed"))
    );
    assert_eq!(world.stored_job(&ingest.job).status, JobStatus::Dead);
    assert_eq!(world.events().last().unwrap(), "streaming.track.failed.v1");
    assert_eq!(world.purge(), 1);
    assert!(!world.has(&half));
}

#[test]
fn a_fault_of_ours_is_tried_again_later_and_given_up_at_last() {
    let world = World::new();
    let track = world.upload(&world.person("ada"), "song");
    for _ in 1..MAX_ATTEMPTS {
        let ingest = world.begin().unwrap();
        let IngestFailed::RetryAt(at) = fail(&world, &ingest, "io", Fault::Ours) else {
            panic!("it is tried again")
        };
        assert!(at > world.env.now());
        assert_eq!(state(&world, &track), TrackState::Queued);
        assert!(world.claim().is_none(), "not at once");
        world.clock.advance(Duration::from_secs(300));
    }
    let last = world.begin().unwrap();
    assert_eq!(fail(&world, &last, "io", Fault::Ours), IngestFailed::Dead);
    assert_eq!(state(&world, &track), TrackState::Failed(failure("io")));
    world.clock.advance(Duration::from_secs(86_400));
    assert!(world.claim().is_none());
}

#[test]
fn stopping_a_worker_never_uses_a_job_up() {
    let world = World::new();
    let track = world.upload(&world.person("ada"), "song");
    for _ in 0..2 * MAX_ATTEMPTS {
        let ingest = world.begin().expect("it is there again at once");
        assert_eq!(
            now(hand_back_ingest(&world.env, &ingest)).unwrap(),
            Fenced::Held
        );
        assert_eq!(state(&world, &track), TrackState::Queued);
        assert_eq!(
            now(hand_back_ingest(&world.env, &ingest)).unwrap(),
            Fenced::Lost
        );
    }
    assert_eq!(complete(&world, &world.begin().unwrap()), Published::Yes);
}

#[test]
fn silence_has_no_loudness() {
    let world = World::new();
    let track = world.upload(&world.person("ada"), "4'33");
    let mut silent = measurements();
    silent.loudness.integrated_lufs = Some(f64::NEG_INFINITY);
    silent.loudness.loudness_range_lu = Some(0.0);
    let ingest = world.begin().unwrap();
    assert_eq!(
        now(complete_ingest(&world.env, &ingest, silent)).unwrap(),
        Published::Yes
    );
    let loudness = world
        .stored(&track)
        .unwrap()
        .media()
        .unwrap()
        .measurements
        .loudness;
    assert_eq!(
        (loudness.integrated_lufs, loudness.loudness_range_lu),
        (None, Some(0.0))
    );
}

#[test]
fn a_file_that_kills_every_worker_is_given_up() {
    let world = World::new();
    let track = world.upload(&world.person("ada"), "song");
    for _ in 0..MAX_ATTEMPTS {
        assert!(world.begin().is_some());
        world.clock.advance(LEASE);
    }
    assert!(world.begin().is_none(), "the next claim only buries it");
    let TrackState::Failed(failure) = state(&world, &track) else {
        panic!("it is failed")
    };
    assert_eq!(failure.code, "ingest.gave_up");
    world.clock.advance(Duration::from_secs(86_400));
    assert!(world.claim().is_none());
}

#[test]
fn a_track_that_is_removed_meanwhile_leaves_no_media() {
    let world = World::new();
    let ada = world.person("ada");
    let remove = |track: &Track| {
        now(delete_track(
            &world.env,
            &ada,
            track.id,
            &Expected::Any,
            &Metadata::default(),
        ))
    };

    let before = world.upload(&ada, "removed before a worker came");
    remove(&before).unwrap();
    assert!(world.begin().is_none());
    assert!(world.claim().is_none(), "the job is done");
    world.purge();

    let during = world.upload(&ada, "removed while it was worked on");
    let ingest = world.begin().unwrap();
    remove(&during).unwrap();
    world.purge();
    let late = world.put_media(&ingest, "0.ts");
    assert_eq!(complete(&world, &ingest), Published::TrackGone);
    assert_eq!(world.purge(), 1);
    assert!(!world.has(&late));
    assert!(
        !world
            .events()
            .contains(&"streaming.track.ready.v1".to_owned())
    );
}
