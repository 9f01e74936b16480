//! What a kind of jobs is, to the worker.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use veza_core::jobs::{Fenced, Job, heartbeat};
use veza_core::kernel::{Environment, PortError};

/// How an attempt at a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is done.
    Done,
    /// The use case has ended the attempt itself, in the unit of work of its change.
    Ended,
    /// It was told to stop and did; another worker goes on.
    HandBack,
    /// It failed, and is tried again while attempts are left. Why, for operators.
    Failed(String),
    /// It failed for good. Why, for operators.
    Dead(String),
}

/// Why an attempt has to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The worker ends. What is done soon can still be completed.
    Shutdown,
    /// Another has the job, or it was called off: whatever is completed is refused.
    Lost,
}

/// What an attempt is given besides its job. Cheap to clone.
#[derive(Clone, Debug)]
pub struct JobContext {
    pub(crate) progress: Arc<watch::Sender<f32>>,
    pub(crate) stop: watch::Receiver<Option<Stop>>,
}

impl JobContext {
    /// Tells how much is done, 0 to 1. It is noted with the next heartbeat.
    pub fn progress(&self, done: f32) {
        self.progress.send_replace(done);
    }

    /// Waits until the attempt has to stop. One that does not care for it is dropped where it
    /// stands a few seconds later.
    pub async fn stopped(&self) -> Stop {
        let mut stop = self.stop.clone();
        match stop.wait_for(Option::is_some).await.map(|stop| *stop) {
            Ok(Some(stop)) => stop,
            // The worker has gone already, which takes this with it.
            _ => std::future::pending().await,
        }
    }
}

/// A kind of jobs and how they are done.
///
/// The worker claims its jobs, keeps their leases by heartbeats while [`run`](Self::run) works,
/// and ends them as it says. A panic in it is a failure.
#[async_trait]
pub trait JobKind: Send + Sync + 'static {
    /// The name of the kind in the store: `streaming.ingest`.
    fn kind(&self) -> &'static str;

    /// Jobs of this kind at once in this process.
    fn concurrency(&self) -> usize {
        1
    }

    /// How long a claim holds without a heartbeat, which comes three times as often.
    fn lease(&self) -> Duration {
        Duration::from_secs(15)
    }

    /// Does a job. It may run a second time whatever it did before: what has to happen once is
    /// decided by the fencing token of its last write.
    ///
    /// # Errors
    /// Those of the store: the attempt has failed.
    async fn run(&self, job: &Job, context: &JobContext) -> Result<Ending, PortError>;

    /// What becomes of a job whose every worker ended while it did it.
    ///
    /// # Errors
    /// Those of the store: it is asked again when the lease has run out.
    async fn give_up(&self, job: &Job) -> Result<Ending, PortError> {
        let attempts = job.max_attempts;
        Ok(Ending::Dead(format!(
            "given up after {attempts} attempts, in each of which the worker ended"
        )))
    }

    /// Renews the lease and notes progress.
    ///
    /// # Errors
    /// Those of the store.
    async fn beat(
        &self,
        env: &Environment,
        job: &Job,
        progress: Option<f32>,
    ) -> Result<Fenced, PortError> {
        heartbeat(env, &job.token(), progress, self.lease()).await
    }
}
