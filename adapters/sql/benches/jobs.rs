//! Durable claims and completions for each second, against raw SQL on the same rows.
//!
//! Both do the same transactions on tables of the same shape: one for each claim of ten, one for
//! each completion, all of them on disk when they are acknowledged. `cargo xtask bench jobs` runs
//! it with a server and prints the table of `docs/benchmarks.md`.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that panics shows what is wrong"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Row as _, SqlitePool,
};
use veza_core::conformance::job_at;
use veza_core::jobs::{Fenced, claim_jobs, complete};
use veza_core::kernel::{Clock, CursorKey, Environment, Store as _, Timestamp};
use veza_core::memory::{MemorySealer, SeededEntropy};
use veza_sql::{PostgresOptions, SqlStore};

const JOBS: u64 = 2_000;
const WORKERS: usize = 4;
const BATCH: u32 = 10;
const ROUNDS: usize = 3;
const LEASE: Duration = Duration::from_secs(600);
const NOW: Timestamp = Timestamp::from_millis(1_762_079_400_000);

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
}

fn environment(store: &SqlStore) -> Environment {
    let entropy = Arc::new(SeededEntropy::new(1));
    Environment {
        store: Arc::new(store.clone()),
        clock: Arc::new(Still),
        entropy: entropy.clone(),
        sealer: Arc::new(MemorySealer::new(entropy)),
        cursors: CursorKey::new([1; 32]),
        cache: veza_core::kernel::ReadCache::none(),
    }
}

async fn fill(store: &SqlStore) {
    let mut unit = store.begin().await.unwrap();
    for number in 0..JOBS {
        unit.jobs().enqueue(&job_at(number, NOW)).await.unwrap();
    }
    unit.commit().await.unwrap();
}

/// Jobs for each second.
fn rate(start: Instant, done: u64) -> f64 {
    assert_eq!(done, JOBS, "each once");
    done as f64 / start.elapsed().as_secs_f64()
}

async fn sum(workers: Vec<tokio::task::JoinHandle<u64>>) -> u64 {
    let mut done = 0;
    for worker in workers {
        done += worker.await.unwrap();
    }
    done
}

/// The use cases.
async fn ours(store: &SqlStore) -> f64 {
    fill(store).await;
    let start = Instant::now();
    let workers = (0..WORKERS).map(|_| {
        let env = environment(store);
        tokio::spawn(async move {
            let mut done = 0;
            loop {
                let jobs = claim_jobs(&env, "test.work", BATCH, "w", LEASE)
                    .await
                    .unwrap();
                if jobs.is_empty() {
                    return done;
                }
                for job in jobs {
                    let fenced = complete(&env, &job.token()).await.unwrap();
                    assert_eq!(fenced, Fenced::Held);
                    done += 1;
                }
            }
        })
    });
    rate(start, sum(workers.collect()).await)
}

/// The same by hand, in autocommitted statements.
macro_rules! by_hand {
    ($name:ident, $pool:ty, $lock:literal, $now:expr) => {
        async fn $name(pool: &$pool) -> f64 {
            let start = Instant::now();
            let workers = (0..WORKERS).map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move {
                    let claim = concat!(
                        "UPDATE jobs SET status = 'running', attempt = attempt + 1,
                                lease_until = $1, worker = 'w', updated_at = $1
                         WHERE id IN (SELECT id FROM jobs
                                      WHERE status = 'queued' AND kind = 'test.work'
                                        AND priority = 1 AND run_at <= $1
                                      ORDER BY run_at, id LIMIT 10 ",
                        $lock,
                        ") RETURNING id, attempt"
                    );
                    let mut done = 0;
                    loop {
                        let rows = sqlx::query(claim)
                            .bind($now)
                            .fetch_all(&pool)
                            .await
                            .unwrap();
                        if rows.is_empty() {
                            return done;
                        }
                        for row in rows {
                            let finished = sqlx::query(
                                "UPDATE jobs SET status = 'done', progress = 1, lease_until = NULL,
                                        worker = NULL, updated_at = $3
                                 WHERE id = $1 AND attempt = $2 AND status = 'running'",
                            )
                            .bind(row.get::<uuid::Uuid, _>("id"))
                            .bind(row.get::<i64, _>("attempt"))
                            .bind($now)
                            .execute(&pool)
                            .await
                            .unwrap();
                            done += finished.rows_affected();
                        }
                    }
                })
            });
            rate(start, sum(workers.collect()).await)
        }
    };
}

fn postgres_now() -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(NOW.as_seconds() + 1).unwrap()
}

by_hand!(sqlite_by_hand, SqlitePool, "", NOW.as_millis());
by_hand!(
    postgres_by_hand,
    PgPool,
    "FOR UPDATE SKIP LOCKED",
    postgres_now()
);

async fn on_sqlite(folder: &Path, round: usize) -> (f64, f64) {
    let store = SqlStore::sqlite(&folder.join(format!("ours-{round}.db")))
        .await
        .unwrap();
    let ours = ours(&store).await;
    store.close().await;

    let file = folder.join(format!("by-hand-{round}.db"));
    let store = SqlStore::sqlite(&file).await.unwrap();
    fill(&store).await;
    // The store stays open, as it does for ours: closing it would remove the log, and writing one
    // that has to grow anew costs the peer twice.
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false);
    let pool = pool.connect_with(options).await.unwrap();
    let by_hand = sqlite_by_hand(&pool).await;
    store.close().await;
    (ours, by_hand)
}

async fn new_database(server: &str, name: &str) -> String {
    let mut connection = PgConnection::connect(server).await.unwrap();
    let name = format!("bench_{}_{name}", std::process::id());
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    connection.execute(create).await.unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

async fn on_postgres(round: usize) -> (f64, f64) {
    let server = test_services::postgres::shared().unwrap();
    let url = new_database(server, &format!("ours_{round}")).await;
    let store = SqlStore::postgres(&PostgresOptions::new(url))
        .await
        .unwrap();
    let ours = ours(&store).await;
    store.close().await;

    let url = new_database(server, &format!("by_hand_{round}")).await;
    let store = SqlStore::postgres(&PostgresOptions::new(url.clone()))
        .await
        .unwrap();
    fill(&store).await;
    store.close().await;
    let pool = PgPoolOptions::new()
        .max_connections(WORKERS as u32)
        .test_before_acquire(false);
    let pool = pool.connect(&url).await.unwrap();
    (ours, postgres_by_hand(&pool).await)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn row(name: &str, rounds: &[(f64, f64)]) {
    let ours = median(rounds.iter().map(|round| round.0).collect());
    let by_hand = median(rounds.iter().map(|round| round.1).collect());
    let ratio = median(rounds.iter().map(|round| round.0 / round.1).collect());
    println!("| {name} | {ours:.0} | {by_hand:.0} | {ratio:.2} |");
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (mut sqlite, mut postgres) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        sqlite.push(on_sqlite(folder.path(), round).await);
        postgres.push(on_postgres(round).await);
    }
    println!("| jobs/s, {WORKERS} workers, claims of {BATCH} | Veza | raw SQL | ratio |");
    println!("|---|---|---|---|");
    row("SQLite", &sqlite);
    row("PostgreSQL 15", &postgres);
}
