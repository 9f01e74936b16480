//! What is said differently in each SQL dialect. The statements of the repositories are written
//! once, with `$1` parameters, in the SQL which SQLite and PostgreSQL share.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::time::Duration;

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite, Transaction};
use veza_core::kernel::{PortError, PortErrorKind};

use crate::unique;

/// Which dialect a unit of work speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// A condition's end: the id is one of a list, which is bound as this parameter.
    pub(crate) fn one_of_ids(self, parameter: usize) -> String {
        match self {
            Self::Sqlite => format!("IN (SELECT unhex(value) FROM json_each(${parameter}))"),
            Self::Postgres => format!("= ANY (${parameter})"),
        }
    }

    /// A time this much later than that of a column.
    pub(crate) fn later(self, column: &str, by: Duration) -> String {
        let millis = by.as_millis();
        match self {
            Self::Sqlite => format!("{column} + {millis}"),
            Self::Postgres => format!("{column} + interval '{millis} milliseconds'"),
        }
    }

    /// The end of a `SELECT` that takes what nobody else is about to take. SQLite has one writer,
    /// so nobody else is.
    pub(crate) fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }
}

/// A connection of a pool; that of SQLite rolls its transaction back when it is dropped.
pub(crate) enum Connection {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Connection {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

/// What an error means, with the operation that it happened in.
pub(crate) fn port_error(op: &'static str, error: sqlx::Error) -> PortError {
    PortError::caused(kind(&error), op, error)
}

fn kind(error: &sqlx::Error) -> PortErrorKind {
    match error {
        sqlx::Error::Database(error) => database_kind(error.as_ref()),
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_) => PortErrorKind::Unavailable,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => PortErrorKind::Corrupt,
        _ => PortErrorKind::Internal,
    }
}

fn database_kind(error: &dyn DatabaseError) -> PortErrorKind {
    match error.kind() {
        ErrorKind::UniqueViolation => PortErrorKind::Duplicate(match error.constraint() {
            Some(index) => unique::name_of(index),
            None => unique::name_of(&unique::index_of_sqlite(error.message())),
        }),
        ErrorKind::ForeignKeyViolation => PortErrorKind::MissingReference,
        // A row for the default partition whose own partition was attached at this moment: the next
        // attempt finds that. Checks of ours have names.
        ErrorKind::CheckViolation if is_postgres(error) && error.constraint().is_none() => {
            PortErrorKind::Unavailable
        }
        _ => match error.code() {
            None => PortErrorKind::Internal,
            Some(code) if is_postgres(error) => postgres::error_kind(&code),
            Some(code) => sqlite::error_kind(&code),
        },
    }
}

/// SQLSTATE has five characters, the codes of SQLite have fewer.
fn is_postgres(error: &dyn DatabaseError) -> bool {
    error.code().is_some_and(|code| code.len() == 5)
}
