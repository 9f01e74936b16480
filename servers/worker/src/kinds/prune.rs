//! Jobs that are over, events that are published, and keys of requests, sessions and exports whose
//! time has passed.

use std::time::Duration;

use async_trait::async_trait;
use veza_core::auth::sessions::prune_sessions;
use veza_core::exports::expire_exports;
use veza_core::jobs::{Job, PRUNE_JOB, Retention, Schedule, prune};
use veza_core::kernel::retention::{EventRetention, forget_events};
use veza_core::kernel::{Environment, PortError, idempotency};

use crate::kind::{Ending, JobContext, JobKind};

/// Each hour, so that there is never much.
pub(super) const SCHEDULE: Schedule = Schedule {
    name: PRUNE_JOB,
    kind: PRUNE_JOB,
    every: Duration::from_secs(60 * 60),
    offset: Duration::from_secs(17 * 60),
};

/// Removes what is over.
pub(super) struct PruneKind {
    env: Environment,
}

impl PruneKind {
    pub(super) fn new(env: Environment) -> Self {
        Self { env }
    }
}

#[async_trait]
impl JobKind for PruneKind {
    fn kind(&self) -> &'static str {
        PRUNE_JOB
    }

    async fn run(&self, _job: &Job, _context: &JobContext) -> Result<Ending, PortError> {
        let removed = prune(&self.env, &Retention::default()).await?;
        if removed > 0 {
            tracing::info!(removed, "what is over is removed");
        }
        let forgotten = forget_events(&self.env, &EventRetention::default()).await?;
        if forgotten > 0 {
            tracing::info!(forgotten, "old events are forgotten");
        }
        idempotency::prune(&self.env).await?;
        while prune_sessions(&self.env).await? > 0 {}
        while expire_exports(&self.env).await? > 0 {}
        Ok(Ending::Done)
    }
}
