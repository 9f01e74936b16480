//! Jobs in memory.

use async_trait::async_trait;

use crate::jobs::{
    Claim, Fenced, FencingToken, Job, JobId, JobQuery, JobStatus, Jobs, Outcome, Schedules,
};
use crate::kernel::{PortError, Timestamp};

use super::storable::storable_json;
use super::store::{MemoryUnit, State};

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
        JobStatus::Done | JobStatus::Dead | JobStatus::Cancelled => None,
    }
}

fn is_due(job: &Job, kind: &str, now: Timestamp) -> bool {
    job.kind == kind && due_at(job).is_some_and(|due| due <= now)
}

/// The place of a due job in the order: one whose worker was lost has waited already.
fn place(job: &Job) -> (Timestamp, JobId) {
    match job.status {
        JobStatus::Running => (job.lease_until.unwrap_or(job.run_at), job.id),
        _ => (job.run_at.plus(job.priority.penalty()), job.id),
    }
}

impl State {
    /// The active job of a kind with this unique key.
    fn active(&self, kind: &str, key: Option<&str>) -> Option<&Job> {
        let key = key?;
        self.jobs.values().find(|job| {
            job.status.is_active() && job.kind == kind && job.unique_key.as_deref() == Some(key)
        })
    }

    fn revive(&mut self, id: JobId, attempts: u32, now: Timestamp) -> bool {
        let Some(job) = self.jobs.get(&id) else {
            return false;
        };
        if job.status != JobStatus::Dead
            || self.active(&job.kind, job.unique_key.as_deref()).is_some()
        {
            return false;
        }
        if let Some(job) = self.jobs.get_mut(&id) {
            job.status = JobStatus::Queued;
            job.run_at = now;
            job.max_attempts = job.attempt + attempts;
            job.progress = 0.0;
            job.updated_at = now;
        }
        true
    }
}

#[async_trait]
impl Jobs for MemoryUnit {
    async fn enqueue(&mut self, job: &Job) -> Result<JobId, PortError> {
        const OP: &str = "jobs.enqueue";
        let state = self.write(OP)?;
        storable_json(OP, &job.payload)?;
        if let Some(other) = state.active(&job.kind, job.unique_key.as_deref()) {
            return Ok(other.id);
        }
        state.jobs.insert(job.id, job.clone());
        Ok(job.id)
    }

    async fn find(&mut self, id: JobId) -> Result<Option<Job>, PortError> {
        Ok(self.state.jobs.get(&id).cloned())
    }

    async fn is_due(&mut self, kind: &str, now: Timestamp) -> Result<bool, PortError> {
        Ok(self.state.jobs.values().any(|job| is_due(job, kind, now)))
    }

    async fn claim(&mut self, claim: &Claim<'_>) -> Result<Vec<Job>, PortError> {
        let jobs = &mut self.write("jobs.claim")?.jobs;
        let mut due: Vec<_> = jobs
            .values()
            .filter(|job| is_due(job, claim.kind, claim.now))
            .map(place)
            .collect();
        due.sort();
        due.truncate(claim.limit as usize);
        let claimed = due.iter().filter_map(|(_, id)| {
            let job = jobs.get_mut(id)?;
            job.status = JobStatus::Running;
            job.attempt += 1;
            job.lease_until = Some(claim.lease_until);
            job.worker = Some(claim.worker.to_owned());
            job.progress = 0.0;
            job.updated_at = claim.now;
            Some(job.clone())
        });
        Ok(claimed.collect())
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

    async fn cancel(&mut self, id: JobId, now: Timestamp) -> Result<bool, PortError> {
        let job = self.write("jobs.cancel")?.jobs.get_mut(&id);
        let Some(job) = job.filter(|job| job.status.is_active()) else {
            return Ok(false);
        };
        job.status = JobStatus::Cancelled;
        job.lease_until = None;
        job.worker = None;
        job.updated_at = now;
        Ok(true)
    }

    async fn list(&mut self, query: &JobQuery) -> Result<Vec<Job>, PortError> {
        let jobs = self.state.jobs.values().rev();
        Ok(jobs
            .filter(|job| query.before.is_none_or(|before| job.id < before))
            .filter(|job| query.status.is_none_or(|status| job.status == status))
            .filter(|job| query.kind.as_ref().is_none_or(|kind| job.kind == *kind))
            .take(query.limit as usize)
            .cloned()
            .collect())
    }

    async fn revive(
        &mut self,
        id: JobId,
        attempts: u32,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        Ok(self.write("jobs.revive")?.revive(id, attempts, now))
    }

    async fn revive_kind(
        &mut self,
        kind: &str,
        attempts: u32,
        limit: u32,
        now: Timestamp,
    ) -> Result<u64, PortError> {
        let state = self.write("jobs.revive_kind")?;
        let dead = state
            .jobs
            .values()
            .filter(|job| job.status == JobStatus::Dead && job.kind == kind);
        let dead: Vec<_> = dead.map(|job| job.id).collect();
        let mut revived = 0;
        for id in dead {
            if revived == u64::from(limit) {
                break;
            }
            revived += u64::from(state.revive(id, attempts, now));
        }
        Ok(revived)
    }

    async fn discard(&mut self, id: JobId) -> Result<bool, PortError> {
        let jobs = &mut self.write("jobs.discard")?.jobs;
        let dead = jobs
            .get(&id)
            .is_some_and(|job| job.status == JobStatus::Dead);
        if dead {
            jobs.remove(&id);
        }
        Ok(dead)
    }

    async fn prune(
        &mut self,
        ended: Timestamp,
        dead: Timestamp,
        limit: u32,
    ) -> Result<u64, PortError> {
        let jobs = &mut self.write("jobs.prune")?.jobs;
        let over = |job: &&Job| match job.status {
            JobStatus::Done | JobStatus::Cancelled => job.updated_at < ended,
            JobStatus::Dead => job.updated_at < dead,
            JobStatus::Queued | JobStatus::Running => false,
        };
        let ids: Vec<_> = jobs.values().filter(over).map(|job| job.id).collect();
        let ids = &ids[..ids.len().min(limit as usize)];
        for id in ids {
            jobs.remove(id);
        }
        Ok(ids.len() as u64)
    }
}

#[async_trait]
impl Schedules for MemoryUnit {
    async fn next_due(&mut self, name: &str) -> Result<Option<Timestamp>, PortError> {
        Ok(self.state.schedules.get(name).copied())
    }

    async fn start(&mut self, name: &str, due: Timestamp) -> Result<(), PortError> {
        let schedules = &mut self.write("schedules.start")?.schedules;
        schedules.entry(name.to_owned()).or_insert(due);
        Ok(())
    }

    async fn advance(&mut self, name: &str, due: Timestamp) -> Result<(), PortError> {
        let schedules = &mut self.write("schedules.advance")?.schedules;
        schedules.insert(name.to_owned(), due);
        Ok(())
    }
}
