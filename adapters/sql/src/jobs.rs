//! Jobs.

use async_trait::async_trait;
use veza_core::jobs::{Claim, Fenced, FencingToken, Job, JobId, JobStatus, Jobs, Outcome};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::dialect::Dialect;
use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn job(row: &Row) -> Result<Job, PortError> {
    Ok(Job {
        id: row.id("id")?,
        kind: row.get("kind")?,
        payload: row.json("payload")?,
        status: row.parsed("status", |name: String| JobStatus::from_name(&name))?,
        attempt: row.int("attempt")?,
        max_attempts: row.int("max_attempts")?,
        run_at: row.time("run_at")?,
        lease_until: row.optional_time("lease_until")?,
        worker: row.get("worker")?,
        progress: row.get::<f64>("progress")? as f32,
        last_error: row.get("last_error")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// A write that the fence lets through changes exactly one row.
fn fenced(rows: u64) -> Fenced {
    if rows == 1 {
        Fenced::Held
    } else {
        Fenced::Lost
    }
}

/// Takes the next job which nobody else is about to take. The status is named twice so that the
/// partial index can be used.
pub(crate) fn claim(dialect: Dialect, claim: &Claim<'_>) -> Statement {
    let listed = dialect.one_of_texts(1);
    let skip_locked = dialect.skip_locked();
    Statement::new(format!(
        "UPDATE jobs
         SET status = 'running', attempt = attempt + 1, lease_until = $2, worker = $3,
             progress = 0, updated_at = $4
         WHERE id = (
             SELECT id FROM jobs
             WHERE status IN ('queued', 'running') AND kind {listed}
               AND ((status = 'queued' AND run_at <= $4)
                 OR (status = 'running' AND lease_until <= $4))
             ORDER BY run_at, id LIMIT 1 {skip_locked})
         RETURNING *"
    ))
    .bind(claim.kinds)
    .bind(claim.lease_until)
    .bind(claim.worker)
    .bind(claim.now)
}

#[async_trait]
impl Jobs for Unit {
    async fn enqueue(&mut self, job: &Job) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO jobs (id, kind, payload, status, attempt, max_attempts, run_at,
                               lease_until, worker, progress, last_error, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(job.id.uuid())
        .bind(&job.kind)
        .bind(&job.payload)
        .bind(job.status.as_str())
        .bind(job.attempt)
        .bind(job.max_attempts)
        .bind(job.run_at)
        .bind(job.lease_until)
        .bind(&job.worker)
        .bind(job.progress)
        .bind(&job.last_error)
        .bind(job.created_at)
        .bind(job.updated_at)
        .execute(self, "jobs.enqueue")
        .await?;
        Ok(())
    }

    async fn find(&mut self, id: JobId) -> Result<Option<Job>, PortError> {
        let row = Statement::new("SELECT * FROM jobs WHERE id = $1")
            .bind(id.uuid())
            .locking("jobs")
            .optional(self, "jobs.find")
            .await?;
        row.as_ref().map(job).transpose()
    }

    async fn claim(&mut self, wish: &Claim<'_>) -> Result<Option<Job>, PortError> {
        let row = claim(self.dialect(), wish)
            .optional(self, "jobs.claim")
            .await?;
        row.as_ref().map(job).transpose()
    }

    async fn extend_lease(
        &mut self,
        token: &FencingToken,
        lease_until: Timestamp,
        progress: Option<f32>,
        now: Timestamp,
    ) -> Result<Fenced, PortError> {
        let rows = Statement::new(
            "UPDATE jobs SET lease_until = $3, progress = coalesce($4, progress), updated_at = $5
             WHERE id = $1 AND attempt = $2 AND status = 'running'",
        )
        .bind(token.job_id.uuid())
        .bind(token.attempt)
        .bind(lease_until)
        .bind(progress)
        .bind(now)
        .execute(self, "jobs.extend_lease")
        .await?;
        Ok(fenced(rows))
    }

    async fn finish(
        &mut self,
        token: &FencingToken,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<Fenced, PortError> {
        let (status, run_at, progress, error) = match outcome {
            Outcome::Done => (JobStatus::Done, None, Some(1.0_f32), None),
            Outcome::Retry { run_at, error } => {
                (JobStatus::Queued, Some(*run_at), None, Some(error))
            }
            Outcome::HandedBack => (JobStatus::Queued, Some(now), None, None),
            Outcome::Dead { error } => (JobStatus::Dead, None, None, Some(error)),
        };
        let more_attempts = i64::from(*outcome == Outcome::HandedBack);
        let rows = Statement::new(
            "UPDATE jobs
             SET status = $3, run_at = coalesce($4, run_at), progress = coalesce($5, progress),
                 last_error = $6, lease_until = NULL, worker = NULL, updated_at = $7,
                 max_attempts = max_attempts + $8
             WHERE id = $1 AND attempt = $2 AND status = 'running'",
        )
        .bind(token.job_id.uuid())
        .bind(token.attempt)
        .bind(status.as_str())
        .bind(run_at)
        .bind(progress)
        .bind(error)
        .bind(now)
        .bind(more_attempts)
        .execute(self, "jobs.finish")
        .await?;
        Ok(fenced(rows))
    }
}
