//! Opens the database and starts transactions.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::SqlitePool;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqlitePoolOptions;
use veza_core::kernel::{PortError, Store, UnitOfWork};

use crate::dialect::sqlite;
use crate::unit::SqliteUnit;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a unit of work waits for its turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(10);
/// How many units of work read at the same time.
const READERS: u32 = 8;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be opened or made, or is no database.
    #[error("the database cannot be opened")]
    Open(#[source] sqlx::Error),
    /// The tables cannot be brought up to date, as when a later version made them.
    #[error("the tables of the database cannot be brought up to date")]
    Migrate(#[source] MigrateError),
}

/// A store in an SQLite database file.
///
/// A committed unit of work is on disk: it survives `kill -9` and the loss of power. Several
/// processes may use the same file; each waits a few seconds for the others' writes.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the database in this file, makes it where it is missing, and brings its tables up to
    /// date.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let options = sqlite::options(path);
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
        MIGRATIONS.run(&writer).await.map_err(OpenError::Migrate)?;
        let readers = pool()
            .max_connections(READERS)
            .connect_with(sqlite::read_only(options))
            .await
            .map_err(OpenError::Open)?;
        Ok(Self { writer, readers })
    }

    /// Waits for the open units of work and closes the database; later ones fail.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        let transaction = self.writer.begin_with(sqlite::BEGIN_WRITE).await;
        let transaction = transaction.map_err(|error| sqlite::port_error("store.begin", error))?;
        Ok(Box::new(SqliteUnit { transaction }))
    }

    async fn begin_read(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        let port_error = |error| sqlite::port_error("store.begin_read", error);
        let mut transaction = self
            .readers
            .begin_with(sqlite::BEGIN_READ)
            .await
            .map_err(port_error)?;
        sqlx::query(sqlite::FIX_SNAPSHOT)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(port_error)?;
        Ok(Box::new(SqliteUnit { transaction }))
    }

    async fn ping(&self) -> Result<(), PortError> {
        self.begin_read().await.map(drop)
    }
}
