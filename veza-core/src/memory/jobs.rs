//! Jobs in memory.

use async_trait::async_trait;

use crate::jobs::{Claim, Fenced, FencingToken, Job, JobId, JobStatus, Jobs, Outcome};
use crate::kernel::{PortError, Timestamp};

use super::storable::storable_json;
use super::store::MemoryUnit;

impl MemoryUnit {
    /// The running job which the token is the one of.
    fn held(
        &mut self,
        token: &FencingToken,
        op: &'static str,
    ) -> Result<Option<&mut Job>, PortError> {
        let job = self.write(op)?.jobs.get_mut(&token.job_id);
        Ok(job.filter(|job| job.status == JobStatus::Running && job.attempt == token.attempt))
    }
}

/// When a job can be claimed: at its time, or when its lease has run out.
fn due_at(job: &Job) -> Option<Timestamp> {
    match job.status {
        JobStatus::Queued => Some(job.run_at),
        JobStatus::Running => job.lease_until,
        JobStatus::Done | JobStatus::Dead => None,
    }
}

#[async_trait]
impl Jobs for MemoryUnit {
    async fn enqueue(&mut self, job: &Job) -> Result<(), PortError> {
        const OP: &str = "jobs.enqueue";
        let jobs = &mut self.write(OP)?.jobs;
        storable_json(OP, &job.payload)?;
        jobs.insert(job.id, job.clone());
        Ok(())
    }

    async fn find(&mut self, id: JobId) -> Result<Option<Job>, PortError> {
        Ok(self.state.jobs.get(&id).cloned())
    }

    async fn claim(&mut self, claim: &Claim<'_>) -> Result<Option<Job>, PortError> {
        let next = self
            .write("jobs.claim")?
            .jobs
            .values_mut()
            .filter(|job| claim.kinds.contains(&job.kind.as_str()))
            .filter(|job| due_at(job).is_some_and(|due| due <= claim.now))
            .min_by_key(|job| (job.run_at, job.id));
        Ok(next.map(|job| {
            job.status = JobStatus::Running;
            job.attempt += 1;
            job.lease_until = Some(claim.lease_until);
            job.worker = Some(claim.worker.to_owned());
            job.progress = 0.0;
            job.updated_at = claim.now;
            job.clone()
        }))
    }

    async fn extend_lease(
        &mut self,
        token: &FencingToken,
        lease_until: Timestamp,
        progress: Option<f32>,
        now: Timestamp,
    ) -> Result<Fenced, PortError> {
        let Some(job) = self.held(token, "jobs.extend_lease")? else {
            return Ok(Fenced::Lost);
        };
        job.lease_until = Some(lease_until);
        job.progress = progress.unwrap_or(job.progress);
        job.updated_at = now;
        Ok(Fenced::Held)
    }

    async fn finish(
        &mut self,
        token: &FencingToken,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<Fenced, PortError> {
        let Some(job) = self.held(token, "jobs.finish")? else {
            return Ok(Fenced::Lost);
        };
        match outcome {
            Outcome::Done => {
                job.status = JobStatus::Done;
                job.progress = 1.0;
                job.last_error = None;
            }
            Outcome::Retry { run_at, error } => {
                job.status = JobStatus::Queued;
                job.run_at = *run_at;
                job.last_error = Some(error.clone());
            }
            Outcome::HandedBack => {
                job.status = JobStatus::Queued;
                job.run_at = now;
                job.max_attempts += 1;
                job.last_error = None;
            }
            Outcome::Dead { error } => {
                job.status = JobStatus::Dead;
                job.last_error = Some(error.clone());
            }
        }
        job.lease_until = None;
        job.worker = None;
        job.updated_at = now;
        Ok(Fenced::Held)
    }
}
