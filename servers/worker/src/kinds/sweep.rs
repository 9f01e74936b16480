//! Uploads that became no track.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use veza_core::files::BlobStore;
use veza_core::jobs::{Job, Schedule};
use veza_core::kernel::{Environment, PortError};
use veza_core::streaming::{SWEEP_JOB, sweep_uploads};

use crate::kind::{Ending, JobContext, JobKind};

/// How old an upload has to be: longer than any takes.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// Each hour.
pub(super) const SCHEDULE: Schedule = Schedule {
    name: SWEEP_JOB,
    kind: SWEEP_JOB,
    every: Duration::from_secs(60 * 60),
    offset: Duration::from_secs(43 * 60),
};

/// Removes uploads that became no track.
pub(super) struct SweepKind {
    env: Environment,
    blobs: Arc<dyn BlobStore>,
}

impl SweepKind {
    pub(super) fn new(env: Environment, blobs: Arc<dyn BlobStore>) -> Self {
        Self { env, blobs }
    }
}

#[async_trait]
impl JobKind for SweepKind {
    fn kind(&self) -> &'static str {
        SWEEP_JOB
    }

    async fn run(&self, _job: &Job, _context: &JobContext) -> Result<Ending, PortError> {
        let swept = sweep_uploads(&self.env, &*self.blobs, GRACE).await?;
        if swept > 0 {
            tracing::info!(swept, "uploads that became no track are removed");
        }
        Ok(Ending::Done)
    }
}
