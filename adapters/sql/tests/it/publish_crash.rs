//! A worker is killed in the middle of publishing a track: the job, the media that are played, the
//! event and the job that clears up are there together or not at all (R-EVT-04).

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use veza_core::conformance::{track_of, user_named};
use veza_core::jobs::{Job, JobId, JobQuery, JobStatus, NewJob, claim_next};
use veza_core::kernel::{Clock, CursorKey, Entropy, Environment, Store as _, Timestamp};
use veza_core::memory::{MemorySealer, SeededEntropy};
use veza_core::streaming::{
    BeginIngest, INGEST_JOB, Loudness, Measurements, PURGE_JOB, Published, TrackState,
    begin_ingest, complete_ingest,
};
use veza_sql::SqlStore;

use crate::crash::{DATABASE, place};
use crate::databases::{new_database, shared};

/// Names to a child the step at which it halts.
const STEP: &str = "SQL_CRASH_STEP";
/// How long a claim holds: the next child has to get the job soon.
const LEASE: Duration = Duration::from_millis(50);

/// The time and the randomness of a child. A use case asks for them between its statements, and
/// is halted there: it tells so, and waits for its end.
struct Halting {
    entropy: SeededEntropy,
    /// How often it may still be asked; below zero it never halts.
    left: AtomicI64,
}

impl Halting {
    fn asked(&self) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 0 {
            tell("halted");
            loop {
                std::thread::sleep(Duration::from_secs(60));
            }
        }
    }
}

fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(since.as_millis().try_into().unwrap())
}

impl Clock for Halting {
    fn now(&self) -> Timestamp {
        self.asked();
        wall_clock()
    }
}

impl Entropy for Halting {
    fn fill(&self, bytes: &mut [u8]) {
        self.asked();
        self.entropy.fill(bytes);
    }
}

/// Straight to the pipe: the test harness would keep what is printed.
fn tell(word: &str) {
    let mut pipe = std::io::stderr().lock();
    writeln!(pipe, "{word}").unwrap();
    pipe.flush().unwrap();
}

fn environment(store: SqlStore, halting: &Arc<Halting>) -> Environment {
    let entropy = Arc::new(SeededEntropy::new(wall_clock().as_millis().unsigned_abs()));
    Environment {
        store: Arc::new(store),
        clock: halting.clone(),
        entropy: halting.clone(),
        sealer: Arc::new(MemorySealer::new(entropy)),
        cursors: CursorKey::new([7; 32]),
        cache: veza_core::kernel::ReadCache::none(),
    }
}

fn halting(left: i64) -> Arc<Halting> {
    let seed = wall_clock().as_millis().unsigned_abs();
    Arc::new(Halting {
        entropy: SeededEntropy::new(seed),
        left: AtomicI64::new(left),
    })
}

/// The child: takes the job, and publishes the track but for the step at which it halts.
#[tokio::test]
#[ignore = "the test below runs it in a process of its own, and kills that"]
async fn child_publishes_until_it_halts() {
    let name = std::env::var(DATABASE).expect("the parent names the database");
    let step: i64 = std::env::var(STEP).unwrap().parse().unwrap();
    let halting = halting(-1);
    let env = environment(place(&name).open().await, &halting);
    // The lease of the killed child before has to run out, and its connection to end.
    let job = loop {
        if let Some(job) = claim_next(&env, INGEST_JOB, "w", LEASE).await.unwrap() {
            break job;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let BeginIngest::Work(ingest) = begin_ingest(&env, job).await.unwrap() else {
        panic!("there is work to do");
    };
    let measurements = Measurements {
        duration_seconds: 1.0,
        sample_rate: 44_100,
        channels: 2,
        loudness: Loudness::default(),
    };
    halting.left.store(step, Ordering::SeqCst);
    let published = complete_ingest(&env, &ingest, measurements).await.unwrap();
    assert_eq!(published, Published::Yes);
    tell("published");
}

fn start_child(place: &str, step: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "publish_crash::child_publishes_until_it_halts",
            "--ignored",
            "--nocapture",
        ])
        .env(DATABASE, place)
        .env(STEP, step.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What the child tells first, after which it is killed.
fn run_child(place: &str, step: i64) -> String {
    let mut child = start_child(place, step);
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = String::new();
    let mut told = None;
    for line in lines.map_while(Result::ok) {
        if matches!(line.as_str(), "halted" | "published") {
            told = Some(line);
            break;
        }
        said += &line;
    }
    let _ = child.kill();
    child.wait().unwrap();
    told.unwrap_or_else(|| panic!("the child stopped: {said}"))
}

/// What there is of a published track: its state, its job, the events and the jobs that clear up.
async fn seen(store: &SqlStore, job: JobId) -> (bool, JobStatus, usize, usize) {
    let mut reader = store.begin_read().await.unwrap();
    let track = track_of(&user_named("ada"), 1).id;
    let track = reader.tracks().find(track).await.unwrap().unwrap();
    let job = reader.jobs().find(job).await.unwrap().unwrap();
    let events = reader.outbox().fetch_unpublished(99).await.unwrap();
    let ready = |event: &&veza_core::kernel::Event| event.event_type == "streaming.track.ready.v1";
    let purges = JobQuery {
        kind: Some(PURGE_JOB.into()),
        limit: 99,
        ..JobQuery::default()
    };
    let purges = reader.jobs().list(&purges).await.unwrap();
    (
        matches!(track.state, TrackState::Ready(_)),
        job.status,
        events.iter().filter(ready).count(),
        purges.len(),
    )
}

#[tokio::test]
async fn a_track_is_published_with_all_that_belongs_to_it_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("veza.db").display().to_string();
    for name in [file, new_database(shared()).await] {
        let store = place(&name).open().await;
        let env = environment(store.clone(), &halting(-1));
        let user = user_named("ada");
        let track = track_of(&user, 1);
        let job: Job = NewJob::new(INGEST_JOB, json!({ "trackId": track.id }))
            .attempts(99)
            .into_job(&env);
        let mut unit = store.begin().await.unwrap();
        unit.users().add(&user).await.unwrap();
        unit.tracks().add(&track).await.unwrap();
        unit.jobs().enqueue(&job).await.unwrap();
        unit.commit().await.unwrap();

        let mut halts = 0;
        for step in 0.. {
            assert!(step < 20, "it is published at last");
            if run_child(&name, step) == "published" {
                break;
            }
            halts += 1;
            let half = seen(&store, job.id).await;
            assert_eq!(half, (false, JobStatus::Running, 0, 0), "step {step}");
        }
        assert!(halts >= 4, "it was halted between its statements");
        let whole = seen(&store, job.id).await;
        assert_eq!(whole, (true, JobStatus::Done, 1, 1));
        store.close().await;
    }
}
