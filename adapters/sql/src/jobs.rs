//! Jobs.

use async_trait::async_trait;
use veza_core::jobs::{
    Claim, Fenced, FencingToken, Job, JobId, JobQuery, JobStatus, Jobs, Outcome, Priority,
};
use veza_core::kernel::{PortError, PortErrorKind, Timestamp, TypedId as _};

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
        priority: row.parsed("priority", |rank: i64| {
            u32::try_from(rank).ok().and_then(Priority::from_rank)
        })?,
        unique_key: row.get("unique_key")?,
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

/// Jobs whose worker was lost, and for each priority those that wait: as many of each as are
/// wanted, read in the order of an index, and of all of them those that come first. What others
/// are about to take is passed over.
pub(crate) fn claim(dialect: Dialect, claim: &Claim<'_>) -> Statement {
    let skip_locked = dialect.skip_locked();
    let mut candidates = format!(
        "SELECT * FROM (
             SELECT id, lease_until AS place FROM jobs
             WHERE status = 'running' AND kind = $1 AND lease_until <= $2
             ORDER BY lease_until LIMIT $3 {skip_locked}) AS lost"
    );
    for priority in Priority::ALL {
        let (rank, name) = (priority.rank(), priority.as_str());
        let place = dialect.later("run_at", priority.penalty());
        candidates += &format!(
            " UNION ALL SELECT * FROM (
                 SELECT id, {place} AS place FROM jobs
                 WHERE status = 'queued' AND kind = $1 AND priority = {rank} AND run_at <= $2
                 ORDER BY run_at, id LIMIT $3 {skip_locked}) AS {name}"
        );
    }
    Statement::new(format!(
        "WITH due AS MATERIALIZED ({candidates}),
              first AS MATERIALIZED (SELECT id FROM due ORDER BY place, id LIMIT $3)
         UPDATE jobs
         SET status = 'running', attempt = attempt + 1, lease_until = $4, worker = $5,
             progress = 0, updated_at = $2
         WHERE id IN (SELECT id FROM first)
         RETURNING *"
    ))
    .bind(claim.kind)
    .bind(claim.now)
    .bind(claim.limit)
    .bind(claim.lease_until)
    .bind(claim.worker)
}

/// A row where a job of the kind could be claimed.
pub(crate) fn is_due(kind: &str, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT 1 AS due
         WHERE EXISTS (SELECT 1 FROM jobs WHERE status = 'queued' AND kind = $1
                         AND priority IN (0, 1, 2) AND run_at <= $2)
            OR EXISTS (SELECT 1 FROM jobs WHERE status = 'running' AND kind = $1
                         AND lease_until <= $2)",
    )
    .bind(kind)
    .bind(now)
}

/// The dead ones of a query are few among many, and have an index of their own.
pub(crate) fn list(query: &JobQuery) -> Statement {
    let mut statement = Statement::new("SELECT * FROM jobs WHERE true");
    match query.status {
        Some(JobStatus::Dead) => statement = statement.push(" AND status = 'dead'"),
        Some(status) => {
            statement = statement.push(" AND status = ").push_bind(status.as_str());
        }
        None => {}
    }
    if let Some(kind) = &query.kind {
        statement = statement.push(" AND kind = ").push_bind(kind);
    }
    if let Some(before) = query.before {
        statement = statement.push(" AND id < ").push_bind(before.uuid());
    }
    statement
        .push(" ORDER BY id DESC LIMIT ")
        .push_bind(query.limit)
}

/// The oldest ids come first, and ids begin with the time at which they were made: what was made
/// after the bound cannot be over since before it.
pub(crate) fn prune(ended: Timestamp, dead: Timestamp, limit: u32) -> Statement {
    let made =
        uuid::Builder::from_unix_timestamp_millis(ended.as_millis().unsigned_abs(), &[0; 10]);
    Statement::new(
        "DELETE FROM jobs WHERE id IN (
             SELECT id FROM jobs
             WHERE id < $1 AND ((status IN ('done', 'cancelled') AND updated_at < $2)
                             OR (status = 'dead' AND updated_at < $3))
             ORDER BY id LIMIT $4)",
    )
    .bind(made.into_uuid())
    .bind(ended)
    .bind(dead)
    .bind(limit)
}

/// How often a job is tried to be stored whose unique key is taken by one that is over a moment
/// later.
const ENQUEUE_TRIES: u32 = 5;

#[async_trait]
impl Jobs for Unit {
    async fn enqueue(&mut self, job: &Job) -> Result<JobId, PortError> {
        const OP: &str = "jobs.enqueue";
        let insert = Statement::new(
            "INSERT INTO jobs (id, kind, payload, status, priority, unique_key, attempt,
                               max_attempts, run_at, lease_until, worker, progress, last_error,
                               created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             ON CONFLICT (kind, unique_key) WHERE status IN ('queued', 'running') DO NOTHING",
        )
        .bind(job.id.uuid())
        .bind(&job.kind)
        .bind(&job.payload)
        .bind(job.status.as_str())
        .bind(job.priority.rank())
        .bind(&job.unique_key)
        .bind(job.attempt)
        .bind(job.max_attempts)
        .bind(job.run_at)
        .bind(job.lease_until)
        .bind(&job.worker)
        .bind(job.progress)
        .bind(&job.last_error)
        .bind(job.created_at)
        .bind(job.updated_at);
        for _ in 0..ENQUEUE_TRIES {
            if insert.clone().execute(self, OP).await? == 1 {
                return Ok(job.id);
            }
            let other = Statement::new(
                "SELECT id FROM jobs
                 WHERE kind = $1 AND unique_key = $2 AND status IN ('queued', 'running')",
            )
            .bind(&job.kind)
            .bind(&job.unique_key)
            .locking("jobs")
            .optional(self, OP)
            .await?;
            if let Some(other) = other {
                return other.id("id");
            }
        }
        Err(PortError::new(PortErrorKind::Unavailable, OP))
    }

    async fn find(&mut self, id: JobId) -> Result<Option<Job>, PortError> {
        let row = Statement::new("SELECT * FROM jobs WHERE id = $1")
            .bind(id.uuid())
            .locking("jobs")
            .optional(self, "jobs.find")
            .await?;
        row.as_ref().map(job).transpose()
    }

    async fn is_due(&mut self, kind: &str, now: Timestamp) -> Result<bool, PortError> {
        let row = is_due(kind, now).optional(self, "jobs.is_due").await?;
        Ok(row.is_some())
    }

    async fn claim(&mut self, wish: &Claim<'_>) -> Result<Vec<Job>, PortError> {
        let rows = claim(self.dialect(), wish).all(self, "jobs.claim").await?;
        rows.iter().map(job).collect()
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

    async fn cancel(&mut self, id: JobId, now: Timestamp) -> Result<bool, PortError> {
        let rows = Statement::new(
            "UPDATE jobs
             SET status = 'cancelled', lease_until = NULL, worker = NULL, updated_at = $2
             WHERE id = $1 AND status IN ('queued', 'running')",
        )
        .bind(id.uuid())
        .bind(now)
        .execute(self, "jobs.cancel")
        .await?;
        Ok(rows == 1)
    }

    async fn list(&mut self, query: &JobQuery) -> Result<Vec<Job>, PortError> {
        let rows = list(query).all(self, "jobs.list").await?;
        rows.iter().map(job).collect()
    }

    async fn revive(
        &mut self,
        id: JobId,
        attempts: u32,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        let rows = Statement::new(
            "UPDATE jobs
             SET status = 'queued', run_at = $3, max_attempts = attempt + $2, progress = 0,
                 updated_at = $3
             WHERE id = $1 AND status = 'dead' AND NOT EXISTS (
                 SELECT 1 FROM jobs other
                 WHERE other.kind = jobs.kind AND other.unique_key = jobs.unique_key
                   AND other.status IN ('queued', 'running'))",
        )
        .bind(id.uuid())
        .bind(attempts)
        .bind(now)
        .execute(self, "jobs.revive")
        .await?;
        Ok(rows == 1)
    }

    async fn revive_kind(
        &mut self,
        kind: &str,
        attempts: u32,
        limit: u32,
        now: Timestamp,
    ) -> Result<u64, PortError> {
        Statement::new(
            "UPDATE jobs
             SET status = 'queued', run_at = $3, max_attempts = attempt + $2, progress = 0,
                 updated_at = $3
             WHERE id IN (
                 SELECT id FROM jobs dead
                 WHERE status = 'dead' AND kind = $1 AND (unique_key IS NULL OR (
                     NOT EXISTS (
                         SELECT 1 FROM jobs active
                         WHERE active.kind = dead.kind AND active.unique_key = dead.unique_key
                           AND active.status IN ('queued', 'running'))
                     AND NOT EXISTS (
                         SELECT 1 FROM jobs older
                         WHERE older.kind = dead.kind AND older.unique_key = dead.unique_key
                           AND older.status = 'dead' AND older.id < dead.id)))
                 ORDER BY id LIMIT $4)",
        )
        .bind(kind)
        .bind(attempts)
        .bind(now)
        .bind(limit)
        .execute(self, "jobs.revive_kind")
        .await
    }

    async fn discard(&mut self, id: JobId) -> Result<bool, PortError> {
        let rows = Statement::new("DELETE FROM jobs WHERE id = $1 AND status = 'dead'")
            .bind(id.uuid())
            .execute(self, "jobs.discard")
            .await?;
        Ok(rows == 1)
    }

    async fn prune(
        &mut self,
        ended: Timestamp,
        dead: Timestamp,
        limit: u32,
    ) -> Result<u64, PortError> {
        prune(ended, dead, limit).execute(self, "jobs.prune").await
    }
}
