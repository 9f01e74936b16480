//! The two databases.

use std::fmt;
use std::path::PathBuf;

use veza_sql::{PostgresOptions, SqlStore};

use crate::Failure;

/// Where rows are kept.
pub(super) enum Database {
    /// In this file.
    Sqlite(PathBuf),
    /// At this URL.
    Postgres(String),
}

impl Database {
    /// The store on it.
    pub(super) async fn store(&self) -> Result<SqlStore, Failure> {
        Ok(match self {
            Self::Sqlite(path) => SqlStore::sqlite(path).await?,
            Self::Postgres(url) => SqlStore::postgres(&PostgresOptions::new(url)).await?,
        })
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        })
    }
}
