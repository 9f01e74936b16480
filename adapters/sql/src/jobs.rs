//! Jobs.

use async_trait::async_trait;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteRow;
use veza_core::jobs::{Claim, Fenced, FencingToken, Job, JobId, JobStatus, Jobs, Outcome};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::dialect::sqlite::{IN_JSON_ARRAY, port_error};
use crate::row::Reader;
use crate::unit::SqliteUnit;

fn job(op: &'static str, row: &SqliteRow) -> Result<Job, PortError> {
    let row = Reader { op, row };
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

/// Takes the next job. The status is named twice so that the partial index can be used.
pub(crate) fn claim_sql() -> String {
    format!(
        "UPDATE jobs
         SET status = 'running', attempt = attempt + 1, lease_until = $2, worker = $3,
             progress = 0, updated_at = $4
         WHERE id = (
             SELECT id FROM jobs
             WHERE status IN ('queued', 'running') AND kind {IN_JSON_ARRAY}
               AND ((status = 'queued' AND run_at <= $4)
                 OR (status = 'running' AND lease_until <= $4))
             ORDER BY run_at, id LIMIT 1)
         RETURNING *"
    )
}

#[async_trait]
impl Jobs for SqliteUnit {
    async fn enqueue(&mut self, job: &Job) -> Result<(), PortError> {
        sqlx::query(
            "INSERT INTO jobs (id, kind, payload, status, attempt, max_attempts, run_at,
                               lease_until, worker, progress, last_error, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(job.id.uuid())
        .bind(&job.kind)
        .bind(job.payload.to_string())
        .bind(job.status.as_str())
        .bind(i64::from(job.attempt))
        .bind(i64::from(job.max_attempts))
        .bind(job.run_at.as_millis())
        .bind(job.lease_until.map(Timestamp::as_millis))
        .bind(&job.worker)
        .bind(f64::from(job.progress))
        .bind(&job.last_error)
        .bind(job.created_at.as_millis())
        .bind(job.updated_at.as_millis())
        .execute(self.connection())
        .await
        .map_err(|error| port_error("jobs.enqueue", error))?;
        Ok(())
    }

    async fn find(&mut self, id: JobId) -> Result<Option<Job>, PortError> {
        const OP: &str = "jobs.find";
        let row = sqlx::query("SELECT * FROM jobs WHERE id = $1")
            .bind(id.uuid())
            .fetch_optional(self.connection())
            .await
            .map_err(|error| port_error(OP, error))?;
        row.map(|row| job(OP, &row)).transpose()
    }

    async fn claim(&mut self, claim: &Claim<'_>) -> Result<Option<Job>, PortError> {
        const OP: &str = "jobs.claim";
        let row = sqlx::query(AssertSqlSafe(claim_sql()))
            .bind(serde_json::json!(claim.kinds).to_string())
            .bind(claim.lease_until.as_millis())
            .bind(claim.worker)
            .bind(claim.now.as_millis())
            .fetch_optional(self.connection())
            .await
            .map_err(|error| port_error(OP, error))?;
        row.map(|row| job(OP, &row)).transpose()
    }

    async fn extend_lease(
        &mut self,
        token: &FencingToken,
        lease_until: Timestamp,
        progress: Option<f32>,
        now: Timestamp,
    ) -> Result<Fenced, PortError> {
        let done = sqlx::query(
            "UPDATE jobs SET lease_until = $3, progress = coalesce($4, progress), updated_at = $5
             WHERE id = $1 AND attempt = $2 AND status = 'running'",
        )
        .bind(token.job_id.uuid())
        .bind(i64::from(token.attempt))
        .bind(lease_until.as_millis())
        .bind(progress.map(f64::from))
        .bind(now.as_millis())
        .execute(self.connection())
        .await
        .map_err(|error| port_error("jobs.extend_lease", error))?;
        Ok(fenced(done.rows_affected()))
    }

    async fn finish(
        &mut self,
        token: &FencingToken,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<Fenced, PortError> {
        let (status, run_at, progress, error) = match outcome {
            Outcome::Done => (JobStatus::Done, None, Some(1.0), None),
            Outcome::Retry { run_at, error } => (
                JobStatus::Queued,
                Some(run_at.as_millis()),
                None,
                Some(error),
            ),
            Outcome::HandedBack => (JobStatus::Queued, Some(now.as_millis()), None, None),
            Outcome::Dead { error } => (JobStatus::Dead, None, None, Some(error)),
        };
        let more_attempts = i64::from(*outcome == Outcome::HandedBack);
        let done = sqlx::query(
            "UPDATE jobs
             SET status = $3, run_at = coalesce($4, run_at), progress = coalesce($5, progress),
                 last_error = $6, lease_until = NULL, worker = NULL, updated_at = $7,
                 max_attempts = max_attempts + $8
             WHERE id = $1 AND attempt = $2 AND status = 'running'",
        )
        .bind(token.job_id.uuid())
        .bind(i64::from(token.attempt))
        .bind(status.as_str())
        .bind(run_at)
        .bind(progress)
        .bind(error)
        .bind(now.as_millis())
        .bind(more_attempts)
        .execute(self.connection())
        .await
        .map_err(|error| port_error("jobs.finish", error))?;
        Ok(fenced(done.rows_affected()))
    }
}
