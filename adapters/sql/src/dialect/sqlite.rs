//! SQLite: how it is opened, what it locks, and what its errors mean.

use std::path::Path;
use std::time::Duration;

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use veza_core::kernel::{PortError, PortErrorKind};

/// How long a statement waits for a lock which another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Starts a transaction that will write: it takes the write lock at once, for one that took it
/// half-way could find that what it read is no longer so, and fail.
pub(crate) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
/// Starts a transaction that only reads.
pub(crate) const BEGIN_READ: &str = "BEGIN DEFERRED";
/// Fixes the state which a reading transaction sees; `BEGIN` alone leaves that to the first read.
pub(crate) const FIX_SNAPSHOT: &str = "SELECT 1 FROM users LIMIT 1";

/// Whether a text column is one of a JSON array of texts, which is parameter `$1`.
pub(crate) const IN_JSON_ARRAY: &str = "IN (SELECT value FROM json_each($1))";

/// The settings of every connection. WAL lets readers and the writer go on side by side;
/// `synchronous=FULL` makes a commit wait until it is on disk.
pub(crate) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
}

/// The settings of a connection that refuses every write.
pub(crate) fn read_only(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.pragma("query_only", "ON")
}

/// What an error means, with the operation that it happened in.
pub(crate) fn port_error(op: &'static str, error: sqlx::Error) -> PortError {
    PortError::caused(kind(&error), op, error)
}

fn kind(error: &sqlx::Error) -> PortErrorKind {
    match error {
        sqlx::Error::Database(error) => database_kind(error.as_ref()),
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            PortErrorKind::Unavailable
        }
        sqlx::Error::Io(_) => PortErrorKind::Unavailable,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => PortErrorKind::Corrupt,
        _ => PortErrorKind::Internal,
    }
}

fn database_kind(error: &dyn DatabaseError) -> PortErrorKind {
    match error.kind() {
        ErrorKind::UniqueViolation => PortErrorKind::Duplicate(duplicate(error.message())),
        ErrorKind::ForeignKeyViolation => PortErrorKind::MissingReference,
        _ => {
            // The low byte of an extended result code is the primary one.
            let code = error.code().and_then(|code| code.parse::<u32>().ok());
            match code.map(|code| code & 0xff) {
                // BUSY, LOCKED, IOERR, FULL, CANTOPEN
                Some(5 | 6 | 10 | 13 | 14) => PortErrorKind::Unavailable,
                // READONLY
                Some(8) => PortErrorKind::ReadOnly,
                // CORRUPT, NOTADB
                Some(11 | 26) => PortErrorKind::Corrupt,
                _ => PortErrorKind::Internal,
            }
        }
    }
}

/// The value that is there already, by the message `UNIQUE constraint failed: users.email`.
fn duplicate(message: &str) -> &'static str {
    match message.rsplit('.').next() {
        Some("email") => "email",
        Some("username") => "username",
        Some("event_id") => "event_id",
        _ => "id",
    }
}
