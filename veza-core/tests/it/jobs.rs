//! What operators do with jobs, and jobs that come back.

use std::time::Duration;

use serde_json::json;
use veza_core::auth::{AuditAction, AuditFilter};
use veza_core::jobs::{
    self, Fenced, Job, JobError, JobStatus, ListJobs, NewJob, PRUNE_JOB, Retention, Schedule,
    cancel_job, claim_jobs, discard_job, get_job, heartbeat, list_jobs, prune, retry_dead,
    retry_job, run_schedules,
};
use veza_core::kernel::{Caller, Page, PageRequest, Permission, ServiceCaller};
use veza_core::streaming::{
    Failure, Fault, IngestFailed, Published, TrackState, complete_ingest, fail_ingest,
};

use crate::world::{LEASE, World, measurements, metadata, now};

fn operator(world: &World) -> Caller {
    let mut operator = world.person("root");
    operator.permissions.push(Permission::SystemConfig);
    operator.into()
}

fn enqueue(world: &World, kind: &'static str) -> Job {
    let job = NewJob::new(kind, json!({}))
        .attempts(1)
        .into_job(&world.env);
    let mut unit = now(world.env.store.begin()).unwrap();
    now(unit.jobs().enqueue(&job)).unwrap();
    now(unit.commit()).unwrap();
    job
}

/// A job of this kind that died.
fn dead(world: &World, kind: &'static str) -> Job {
    let job = enqueue(world, kind);
    let claimed = now(claim_jobs(&world.env, kind, 1, "w", LEASE)).unwrap();
    now(jobs::fail(&world.env, &claimed[0], "disk\u{1b}[31m full\n")).unwrap();
    world.stored_job(&job)
}

fn page(world: &World, who: &Caller, command: ListJobs) -> Result<Page<Job>, JobError> {
    now(list_jobs(&world.env, who, command))
}

#[test]
fn only_operators_see_and_change_jobs() {
    let world = World::new();
    let (ada, job) = (Caller::from(world.person("ada")), dead(&world, "test.work"));
    let env = &world.env;
    assert!(matches!(
        page(&world, &ada, ListJobs::default()),
        Err(JobError::Forbidden)
    ));
    assert!(matches!(
        now(get_job(env, &ada, job.id)),
        Err(JobError::Forbidden)
    ));
    assert!(matches!(
        now(retry_job(env, &ada, job.id, &metadata())),
        Err(JobError::Forbidden)
    ));
    assert!(matches!(
        now(retry_dead(env, &ada, "test.work", &metadata())),
        Err(JobError::Forbidden)
    ));
    assert!(matches!(
        now(cancel_job(env, &ada, job.id, &metadata())),
        Err(JobError::Forbidden)
    ));
    assert!(matches!(
        now(discard_job(env, &ada, job.id, &metadata())),
        Err(JobError::Forbidden)
    ));
    assert_eq!(world.stored_job(&job), job);
}

#[test]
fn lists_are_paged_from_the_newest() {
    let world = World::new();
    let root = operator(&world);
    let made: Vec<_> = (0..5)
        .map(|_| {
            world.clock.advance(Duration::from_millis(1));
            enqueue(&world, "test.work").id
        })
        .collect();
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let command = ListJobs {
            kind: Some("test.work".into()),
            page: PageRequest {
                cursor,
                limit: Some(2),
            },
            ..ListJobs::default()
        };
        let page = page(&world, &root, command).unwrap();
        seen.extend(page.items.iter().map(|job| job.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    seen.reverse();
    assert_eq!(seen, made);
    let forged = ListJobs {
        page: PageRequest {
            cursor: Some("forged".into()),
            limit: None,
        },
        ..ListJobs::default()
    };
    assert!(matches!(
        page(&world, &root, forged),
        Err(JobError::Cursor(_))
    ));
}

#[test]
fn a_dead_letter_keeps_its_reason_and_is_retried_or_discarded() {
    let world = World::new();
    let (root, env) = (operator(&world), &world.env);
    let job = dead(&world, "test.work");
    assert_eq!(
        job.last_error.as_deref(),
        Some("disk [31m full "),
        "on one line"
    );
    assert!(matches!(
        now(cancel_job(env, &root, job.id, &metadata())),
        Err(JobError::WrongStatus(JobStatus::Dead))
    ));
    let again = now(retry_job(env, &root, job.id, &metadata())).unwrap();
    assert_eq!((again.status, again.max_attempts), (JobStatus::Queued, 6));
    assert!(matches!(
        now(retry_job(env, &root, job.id, &metadata())),
        Err(JobError::WrongStatus(JobStatus::Queued))
    ));
    assert!(matches!(
        now(discard_job(env, &root, job.id, &metadata())),
        Err(JobError::WrongStatus(JobStatus::Queued))
    ));

    let others = [dead(&world, "test.more"), dead(&world, "test.more")];
    assert_eq!(
        now(retry_dead(env, &root, "test.more", &metadata())).unwrap(),
        2
    );
    assert_eq!(
        now(retry_dead(env, &root, "test.more", &metadata())).unwrap(),
        0
    );
    assert_eq!(world.stored_job(&others[0]).status, JobStatus::Queued);

    let last = dead(&world, "test.last");
    now(discard_job(env, &root, last.id, &metadata())).unwrap();
    assert!(matches!(
        now(get_job(env, &root, last.id)),
        Err(JobError::NotFound)
    ));
}

#[test]
fn what_operators_do_to_jobs_is_on_record() {
    let world = World::new();
    let (root, env) = (operator(&world), &world.env);
    let Caller::Person(person) = &root else {
        panic!()
    };
    let service = Caller::Service(ServiceCaller {
        token_id: env.new_id(),
        name: "ingest".into(),
    });
    let job = dead(&world, "test.work");
    now(retry_job(env, &root, job.id, &metadata())).unwrap();
    now(cancel_job(env, &service, job.id, &metadata())).unwrap();
    dead(&world, "test.more");
    now(retry_dead(env, &root, "test.more", &metadata())).unwrap();
    let nothing = "x".repeat(1 << 20);
    let none = now(retry_dead(env, &root, &nothing, &metadata())).unwrap();
    assert_eq!(none, 0, "nothing was done: nothing to record");
    let last = dead(&world, "test.last");
    now(discard_job(env, &root, last.id, &metadata())).unwrap();

    let mut reader = now(env.store.begin_read()).unwrap();
    let mut of = |action| {
        let filter = AuditFilter {
            action: Some(action),
            limit: 9,
            ..AuditFilter::default()
        };
        let mut lines = now(reader.audit_log().list(&filter)).unwrap();
        assert_eq!(lines.len(), 1, "{action}");
        let line = lines.remove(0);
        assert_eq!(line.address, metadata().address);
        (line.actor, line.subject, line.detail.unwrap())
    };
    let by_root = |what: String| (Some(person.user_id), None, what);
    assert_eq!(of(AuditAction::RetryJob), by_root(job.id.to_string()));
    assert_eq!(of(AuditAction::RetryDeadJobs), by_root("test.more".into()));
    assert_eq!(of(AuditAction::DiscardJob), by_root(last.id.to_string()));
    let by_service = format!("{} by the service ingest", job.id);
    assert_eq!(of(AuditAction::CancelJob), (None, None, by_service));
}

#[test]
fn an_ingest_that_is_called_off_fails_its_track_and_publishes_nothing() {
    let world = World::new();
    let (root, ada) = (operator(&world), world.person("ada"));
    let waiting = world.upload(&ada, "Waiting");
    let job = page(&world, &root, ListJobs::default())
        .unwrap()
        .items
        .remove(0);
    now(cancel_job(&world.env, &root, job.id, &metadata())).unwrap();
    let is_cancelled = |track| match world.stored(track).unwrap().state {
        TrackState::Failed(failure) => failure.code == "ingest.cancelled",
        _ => false,
    };
    assert!(is_cancelled(&waiting));
    assert_eq!(world.claim(), None);

    let running = world.upload(&ada, "Running");
    let ingest = world.begin().unwrap();
    let file = world.put_media(&ingest, "master.m3u8");
    world.clock.advance(Duration::from_secs(1));
    now(cancel_job(&world.env, &root, ingest.job.id, &metadata())).unwrap();
    let beat = now(heartbeat(&world.env, &ingest.token(), Some(0.5), LEASE)).unwrap();
    assert_eq!(beat, Fenced::Lost, "it is told at its next heartbeat");
    let published = now(complete_ingest(&world.env, &ingest, measurements())).unwrap();
    assert_eq!(published, Published::Lost, "what it completes is refused");
    assert!(is_cancelled(&running));
    assert_eq!(world.purge(), 2);
    assert!(!world.has(&file));
    let failed = world
        .events()
        .into_iter()
        .filter(|event| event == "streaming.track.failed.v1");
    assert_eq!(failed.count(), 2);
}

#[test]
fn a_retried_ingest_keeps_its_media_from_the_purge_of_its_death() {
    let world = World::new();
    let (root, ada) = (operator(&world), world.person("ada"));
    let track = world.upload(&ada, "Song");
    let ingest = world.begin().unwrap();
    let old = world.put_media(&ingest, "master.m3u8");
    let failure = Failure {
        code: "audio.malformed".into(),
        detail: "d".into(),
    };
    world.clock.advance(Duration::from_secs(1));
    let failed = now(fail_ingest(&world.env, &ingest, &failure, Fault::Media)).unwrap();
    assert_eq!(failed, IngestFailed::Dead);

    world.clock.advance(Duration::from_secs(1));
    now(retry_job(&world.env, &root, ingest.job.id, &metadata())).unwrap();
    let again = world.begin().unwrap();
    let new = world.put_media(&again, "master.m3u8");
    assert_eq!(world.purge(), 1);
    assert!(!world.has(&old) && world.has(&new));
    let published = now(complete_ingest(&world.env, &again, measurements())).unwrap();
    assert_eq!(published, Published::Yes);
    assert_eq!(world.purge(), 1);
    assert!(world.has(&new));
    assert!(world.stored(&track).unwrap().media().is_some());
}

#[test]
fn a_schedule_stores_one_job_at_each_due_time_and_makes_up_for_lost_ones_once() {
    let world = World::new();
    let minute = Duration::from_secs(60);
    let schedules = [Schedule {
        name: "test.minutely",
        kind: "test.tick",
        every: minute,
        offset: Duration::from_secs(5),
    }];
    let run = || now(run_schedules(&world.env, &schedules)).unwrap();
    let claim = || now(claim_jobs(&world.env, "test.tick", 9, "w", LEASE)).unwrap();
    assert_eq!(run(), 0, "the first time only sets the clock");
    let first = schedules[0].after(world.env.now());
    world.clock.advance(minute);
    assert_eq!((run(), run()), (1, 0), "once");
    let jobs = claim();
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].payload, json!({ "dueAt": first }));

    world.clock.advance(10 * minute);
    assert_eq!((run(), run()), (1, 0), "ten were missed");
    assert_eq!(claim().iter().filter(|job| job.attempt == 1).count(), 1);
}

#[test]
fn what_is_over_is_removed_after_its_time() {
    let world = World::new();
    let done = enqueue(&world, PRUNE_JOB);
    let claimed = now(claim_jobs(&world.env, PRUNE_JOB, 1, "w", LEASE)).unwrap();
    assert_eq!(
        now(jobs::complete(&world.env, &claimed[0].token())).unwrap(),
        Fenced::Held
    );
    let died = dead(&world, "test.work");
    let day = Duration::from_secs(86_400);
    world.clock.advance(8 * day);
    assert_eq!(now(prune(&world.env, &Retention::default())).unwrap(), 1);
    let root = operator(&world);
    assert!(matches!(
        now(get_job(&world.env, &root, done.id)),
        Err(JobError::NotFound)
    ));
    assert_eq!(world.stored_job(&died), died);
    world.clock.advance(90 * day);
    assert_eq!(now(prune(&world.env, &Retention::default())).unwrap(), 1);
}
