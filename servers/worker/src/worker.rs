//! Claims jobs and has them done.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use veza_core::jobs::{Schedule, claim_jobs, run_schedules};
use veza_core::kernel::{Environment, PortError};
use veza_server_kit::Shutdown;

use crate::attempt::attempt;
use crate::kind::JobKind;

/// How long to wait after the store has failed.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// How often schedules are looked at.
const SCHEDULES_EVERY: Duration = Duration::from_secs(5);

/// The kinds of jobs that a worker does, and the schedules that it keeps.
#[derive(Clone, Default)]
pub struct Registry {
    kinds: Vec<Arc<dyn JobKind>>,
    schedules: Vec<Schedule>,
}

impl Registry {
    /// Of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a kind of jobs.
    #[must_use]
    pub fn with(mut self, kind: impl JobKind) -> Self {
        self.kinds.push(Arc::new(kind));
        self
    }

    /// Adds a schedule.
    #[must_use]
    pub fn every(mut self, schedule: Schedule) -> Self {
        self.schedules.push(schedule);
        self
    }
}

/// Wakes every lane of the worker when jobs were stored, so that none has to wait for its next
/// look.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    stored: Arc<watch::Sender<()>>,
}

impl Wake {
    /// Makes idle lanes look for jobs now, and busy ones when they are done.
    pub fn wake(&self) {
        self.stored.send_replace(());
    }
}

/// Claims jobs and has them done: each kind in a lane of its own, as many at once as it says, so
/// that no kind waits for another.
pub struct Worker {
    env: Environment,
    /// What it is called in the store, for operators.
    name: String,
    /// How often it looks for jobs when nothing wakes it.
    poll: Duration,
    registry: Registry,
    wake: Wake,
}

impl Worker {
    /// A worker that does nothing until it is [run](Self::run).
    pub fn new(env: Environment, name: String, registry: Registry, wake: Wake) -> Self {
        Self {
            env,
            name,
            poll: Duration::from_secs(1),
            registry,
            wake,
        }
    }

    /// How often it looks for jobs when nothing wakes it; a second by default.
    #[must_use]
    pub fn poll(mut self, every: Duration) -> Self {
        self.poll = every;
        self
    }

    /// Does jobs until `shutdown` is requested. What runs then is told to stop, and goes back to
    /// the queue when it does not come to its end.
    pub async fn run(self, shutdown: Shutdown) {
        let worker = Arc::new(self);
        let mut lanes = JoinSet::new();
        for kind in &worker.registry.kinds {
            let (worker, kind) = (Arc::clone(&worker), Arc::clone(kind));
            let shutdown = shutdown.clone();
            lanes.spawn(async move { worker.lane(kind, &shutdown).await });
        }
        if !worker.registry.schedules.is_empty() {
            let (worker, shutdown) = (Arc::clone(&worker), shutdown.clone());
            lanes.spawn(async move { worker.keep_schedules(&shutdown).await });
        }
        while let Some(ended) = lanes.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a lane of the worker ended");
            }
        }
    }

    async fn lane(&self, kind: Arc<dyn JobKind>, shutdown: &Shutdown) {
        let mut running = JoinSet::new();
        let mut stored = self.wake.stored.subscribe();
        while !shutdown.is_requested() {
            while running.try_join_next().is_some() {}
            let pause = match self.take(&kind, &mut running, shutdown).await {
                Ok(()) => self.poll,
                Err(error) => {
                    tracing::error!(%error, kind = kind.kind(), "jobs could not be claimed");
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                Some(_) = running.join_next() => {}
                _ = stored.changed(), if running.len() < kind.concurrency() => {}
                () = tokio::time::sleep(pause) => {}
                () = shutdown.requested() => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Claims as many jobs as there are places free, and starts them.
    async fn take(
        &self,
        kind: &Arc<dyn JobKind>,
        running: &mut JoinSet<()>,
        shutdown: &Shutdown,
    ) -> Result<(), PortError> {
        let free = kind.concurrency().saturating_sub(running.len());
        let free = u32::try_from(free).unwrap_or(u32::MAX);
        let name = kind.kind();
        for job in claim_jobs(&self.env, name, free, &self.name, kind.lease()).await? {
            let (env, kind, shutdown) = (self.env.clone(), Arc::clone(kind), shutdown.clone());
            running.spawn(async move { attempt(&env, &kind, job, &shutdown).await });
        }
        Ok(())
    }

    async fn keep_schedules(&self, shutdown: &Shutdown) {
        while !shutdown.is_requested() {
            match run_schedules(&self.env, &self.registry.schedules).await {
                Ok(0) => {}
                Ok(_) => self.wake.wake(),
                Err(error) => tracing::warn!(%error, "schedules could not be kept"),
            }
            tokio::select! {
                () = tokio::time::sleep(SCHEDULES_EVERY.max(self.poll)) => {}
                () = shutdown.requested() => {}
            }
        }
    }
}
