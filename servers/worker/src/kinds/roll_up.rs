//! What happened, counted by day.

use std::time::Duration;

use async_trait::async_trait;
use veza_core::analytics::{ROLL_UP_JOB, roll_up_recent};
use veza_core::jobs::{Job, Schedule};
use veza_core::kernel::{Environment, PortError};

use crate::kind::{Ending, JobContext, JobKind};

/// How many days before today are counted again, for events that come late.
const DAYS_AGAIN: u32 = 2;

/// Each hour; a day that has ended is counted five minutes later.
pub(super) const SCHEDULE: Schedule = Schedule {
    name: ROLL_UP_JOB,
    kind: ROLL_UP_JOB,
    every: Duration::from_secs(60 * 60),
    offset: Duration::from_secs(5 * 60),
};

/// Counts the last days into their reports.
pub(super) struct RollUpKind {
    env: Environment,
}

impl RollUpKind {
    pub(super) fn new(env: Environment) -> Self {
        Self { env }
    }
}

#[async_trait]
impl JobKind for RollUpKind {
    fn kind(&self) -> &'static str {
        ROLL_UP_JOB
    }

    async fn run(&self, _job: &Job, _context: &JobContext) -> Result<Ending, PortError> {
        roll_up_recent(&self.env, DAYS_AGAIN).await?;
        Ok(Ending::Done)
    }
}
