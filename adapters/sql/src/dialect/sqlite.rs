//! SQLite: how it is opened, how its transactions begin, and what its errors mean.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Sqlite};
use uuid::Uuid;
use veza_core::kernel::PortErrorKind;

use super::Connection;
use crate::statement::Statement;
use crate::store::OpenError;
use crate::unit::{Limit, Unit};
use crate::value::{Kind, Value};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a statement waits for a lock which another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a unit of work waits for its turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(10);
/// How many units of work read at the same time.
const READERS: u32 = 8;

/// Starts a transaction that will write: it takes the write lock at once, for one that took it
/// half-way could find that what it read is no longer so, and fail.
const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
/// Starts a transaction that only reads.
const BEGIN_READ: &str = "BEGIN DEFERRED";
/// Fixes the state which a reading transaction sees; `BEGIN` alone leaves that to the first read.
const FIX_SNAPSHOT: &str = "SELECT 1 FROM users LIMIT 1";

/// The connections to a file: one writes, several read.
#[derive(Clone, Debug)]
pub(crate) struct Pools {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Pools {
    /// Opens the file, makes it where it is missing, and brings its tables up to date.
    pub(crate) async fn open(path: &Path) -> Result<Self, OpenError> {
        let options = options(path);
        let pool = || {
            SqlitePoolOptions::new()
                .acquire_timeout(TURN_TIMEOUT)
                .idle_timeout(None)
                .max_lifetime(None)
        };
        // One writing connection: writers queue here in order, instead of in SQLite by chance.
        let writer = pool()
            .max_connections(1)
            .connect_with(options.clone().create_if_missing(true))
            .await
            .map_err(OpenError::Open)?;
        let mut connection = writer.acquire().await.map_err(OpenError::Open)?;
        let migrated = MIGRATIONS.run_direct(None, &mut *connection, false).await;
        drop(connection);
        migrated.map_err(OpenError::Migrate)?;
        let readers = pool()
            .max_connections(READERS)
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .map_err(OpenError::Open)?;
        Ok(Self { writer, readers })
    }

    /// Starts a unit of work.
    pub(crate) async fn begin(&self, writes: bool) -> Result<Unit, sqlx::Error> {
        let (pool, begin) = if writes {
            (&self.writer, BEGIN_WRITE)
        } else {
            (&self.readers, BEGIN_READ)
        };
        let mut transaction = pool.begin_with(begin).await?;
        if !writes {
            sqlx::query(FIX_SNAPSHOT)
                .fetch_optional(&mut *transaction)
                .await?;
        }
        let connection = Connection::Sqlite(transaction);
        Ok(Unit::new(connection, writes, Limit::default()))
    }

    /// Waits for the open units of work and closes the file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// The settings of every connection. WAL lets readers and the writer go on side by side;
/// `synchronous=FULL` makes a commit wait until it is on disk.
fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
}

/// The statement in the types of SQLite: ids are 16 bytes, times milliseconds, JSON is text, and a
/// list is a JSON array.
pub(crate) fn query(statement: Statement) -> Query<'static, Sqlite, SqliteArguments> {
    let (sql, values) = statement.into_parts();
    let mut query = sqlx::query(sql);
    for value in values {
        query = match value {
            Value::Null(Kind::Uuid | Kind::Bytes) => query.bind(None::<Vec<u8>>),
            Value::Null(Kind::Int | Kind::Bool | Kind::Time) => query.bind(None::<i64>),
            Value::Null(Kind::Float) => query.bind(None::<f64>),
            Value::Null(Kind::Text | Kind::Json | Kind::Uuids) => query.bind(None::<String>),
            Value::Uuid(id) => query.bind(id),
            Value::Int(number) => query.bind(number),
            Value::Float(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
            Value::Bool(truth) => query.bind(truth),
            Value::Json(json) => query.bind(json.to_string()),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Time(time) => query.bind(time.as_millis()),
            Value::Uuids(ids) => query.bind(hex_array(&ids)),
        };
    }
    query
}

/// A JSON array of the ids in hexadecimal, for `unhex` to read.
fn hex_array(ids: &[Uuid]) -> String {
    let hex = ids.iter().map(|id| id.simple().to_string());
    serde_json::Value::from_iter(hex).to_string()
}

/// What a result code means.
pub(crate) fn error_kind(code: &str) -> PortErrorKind {
    // The low byte of an extended result code is the primary one.
    match code.parse::<u32>().map(|code| code & 0xff) {
        // BUSY, LOCKED, IOERR, FULL, CANTOPEN
        Ok(5 | 6 | 10 | 13 | 14) => PortErrorKind::Unavailable,
        // READONLY
        Ok(8) => PortErrorKind::ReadOnly,
        // CORRUPT, NOTADB
        Ok(11 | 26) => PortErrorKind::Corrupt,
        _ => PortErrorKind::Internal,
    }
}
