//! What the worker promises to every kind of jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use veza_core::jobs::{Job, JobId, JobStatus, NewJob, cancel_job};
use veza_core::kernel::{Caller, Metadata, Permission, PortError, Principal};
use veza_worker::{Ending, JobContext, JobKind, Registry, Stop};

use crate::App;

/// Does what its job's payload says, and counts.
#[derive(Clone, Default)]
struct Told {
    begun: Arc<AtomicU32>,
    at_once: Arc<AtomicU32>,
    most_at_once: Arc<AtomicU32>,
    stopped: Arc<AtomicU32>,
}

#[async_trait]
impl JobKind for Told {
    fn kind(&self) -> &'static str {
        "test.told"
    }

    fn concurrency(&self) -> usize {
        3
    }

    fn lease(&self) -> Duration {
        Duration::from_millis(600)
    }

    async fn run(&self, job: &Job, context: &JobContext) -> Result<Ending, PortError> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let ending = match job.payload["do"].as_str().unwrap() {
            "work" => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Ending::Done
            }
            "long" => {
                for step in 1..=9_u8 {
                    context.progress(f32::from(step) / 10.0);
                    tokio::time::sleep(Duration::from_millis(150)).await;
                }
                Ending::Done
            }
            "panic" => {
                self.at_once.fetch_sub(1, Ordering::SeqCst);
                panic!("as it was told")
            }
            "die" => Ending::Dead("it was told to".into()),
            "finish" => {
                assert_eq!(context.stopped().await, Stop::Shutdown);
                Ending::Done
            }
            "until lost" => {
                assert_eq!(context.stopped().await, Stop::Lost);
                self.stopped.fetch_add(1, Ordering::SeqCst);
                Ending::Done
            }
            other => panic!("{other}"),
        };
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        Ok(ending)
    }
}

impl App {
    async fn tell(&self, what: &str) -> JobId {
        let env = &self.services.env;
        let job = NewJob::new("test.told", json!({ "do": what })).attempts(2);
        let mut unit = env.store.begin().await.unwrap();
        let id = unit.jobs().enqueue(&job.into_job(env)).await.unwrap();
        unit.commit().await.unwrap();
        id
    }

    async fn job(&self, id: JobId) -> Job {
        self.read().await.jobs().find(id).await.unwrap().unwrap()
    }

    async fn job_once(&self, id: JobId, wanted: impl Fn(&Job) -> bool) -> Job {
        for _ in 0..1_000 {
            let job = self.job(id).await;
            if wanted(&job) {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it took too long: {:?}", self.job(id).await);
    }
}

#[tokio::test]
async fn jobs_of_a_kind_run_side_by_side_and_no_more_than_it_says() {
    let (app, told) = (App::new().await, Told::default());
    let mut jobs = Vec::new();
    for _ in 0..9 {
        jobs.push(app.tell("work").await);
    }
    let (shutdown, worker) = app.work(Registry::new().with(told.clone()));
    for job in jobs {
        app.job_once(job, |job| job.status == JobStatus::Done).await;
    }
    assert_eq!(told.most_at_once.load(Ordering::SeqCst), 3);
    assert_eq!(told.begun.load(Ordering::SeqCst), 9, "each once");
    shutdown.request();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_long_job_keeps_its_lease_and_tells_its_progress() {
    let (app, told) = (App::new().await, Told::default());
    let id = app.tell("long").await;
    let (shutdown, worker) = app.work(Registry::new().with(told.clone()));
    let half = |job: &Job| job.progress > 0.3 && job.status == JobStatus::Running;
    app.job_once(id, half).await;
    let done = app.job_once(id, |job| job.status == JobStatus::Done).await;
    assert_eq!((done.attempt, done.progress), (1, 1.0));
    shutdown.request();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_panic_is_a_failure_and_the_worker_goes_on() {
    let (app, told) = (App::new().await, Told::default());
    let (shutdown, worker) = app.work(Registry::new().with(told.clone()));
    let panicked = app.tell("panic").await;
    let buried = app.tell("die").await;
    let failed = app.job_once(panicked, |job| job.last_error.is_some()).await;
    assert_eq!(failed.last_error.as_deref(), Some("the work panicked"));
    app.job_once(panicked, |job| job.status == JobStatus::Dead)
        .await;
    let dead = app
        .job_once(buried, |job| job.status == JobStatus::Dead)
        .await;
    assert_eq!(dead.last_error.as_deref(), Some("it was told to"));
    let after = app.tell("work").await;
    app.job_once(after, |job| job.status == JobStatus::Done)
        .await;
    shutdown.request();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_job_that_is_called_off_is_told_to_stop_and_completes_nothing() {
    let (app, told) = (App::new().await, Told::default());
    let (shutdown, worker) = app.work(Registry::new().with(told.clone()));
    let id = app.tell("until lost").await;
    app.job_once(id, |job| job.status == JobStatus::Running)
        .await;
    let operator = Caller::Person(Principal {
        permissions: vec![Permission::SystemConfig],
        ..app.owner.clone()
    });
    let metadata = Metadata::default();
    let cancelled = cancel_job(&app.services.env, &operator, id, &metadata).await;
    cancelled.unwrap();
    for _ in 0..500 {
        if told.stopped.load(Ordering::SeqCst) == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(told.stopped.load(Ordering::SeqCst), 1);
    shutdown.request();
    worker.await.unwrap();
    assert_eq!(app.job(id).await.status, JobStatus::Cancelled);
}

#[tokio::test]
async fn a_worker_that_stops_completes_what_it_can_and_hands_the_rest_back() {
    let (app, told) = (App::new().await, Told::default());
    let (shutdown, worker) = app.work(Registry::new().with(told.clone()));
    let quick = app.tell("finish").await;
    app.job_once(quick, |job| job.status == JobStatus::Running)
        .await;
    shutdown.request();
    worker.await.unwrap();
    assert_eq!(app.job(quick).await.status, JobStatus::Done);
}
