//! Opens the database and starts units of work.

use std::path::Path;

use async_trait::async_trait;
use sqlx::migrate::MigrateError;
use veza_core::kernel::{PortError, Store, UnitOfWork};

use crate::dialect::{port_error, postgres, sqlite};
use crate::options::{PostgresOptions, PostgresState};
use crate::unit::Unit;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What should be the URL of a PostgreSQL database is none.
    #[error("the database's URL is not of the form postgres://user:password@host:port/database")]
    Url,
    /// The server is older than PostgreSQL 15.
    #[error("the database server is older than PostgreSQL 15")]
    TooOld,
    /// It cannot be reached, opened or made, or is no database.
    #[error("the database cannot be opened")]
    Open(#[source] sqlx::Error),
    /// The tables cannot be brought up to date, as when a later version made them.
    #[error("the tables of the database cannot be brought up to date")]
    Migrate(#[source] MigrateError),
}

/// A store in an SQL database.
///
/// A committed unit of work is on disk: it survives `kill -9` and the loss of power.
#[derive(Clone, Debug)]
pub struct SqlStore(Database);

#[derive(Clone, Debug)]
enum Database {
    Sqlite(sqlite::Pools),
    Postgres(postgres::Pool),
}

impl SqlStore {
    /// Opens the SQLite database in this file, makes it where it is missing, and brings its tables
    /// up to date. Several processes may use the same file; each waits a few seconds for the
    /// others' writes.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn sqlite(path: &Path) -> Result<Self, OpenError> {
        Ok(Self(Database::Sqlite(sqlite::Pools::open(path).await?)))
    }

    /// Opens a database of a PostgreSQL server, and brings its tables up to date. Several processes
    /// may do so at the same time.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn postgres(options: &PostgresOptions) -> Result<Self, OpenError> {
        Ok(Self(Database::Postgres(
            postgres::Pool::open(options).await?,
        )))
    }

    /// Looks at a PostgreSQL server and its database without changing anything.
    ///
    /// # Errors
    /// `Url`, and `Open` when it cannot be reached.
    pub async fn examine_postgres(options: &PostgresOptions) -> Result<PostgresState, OpenError> {
        postgres::examine(options).await
    }

    /// Waits for the open units of work and closes the database; later ones fail.
    pub async fn close(&self) {
        match &self.0 {
            Database::Sqlite(pools) => pools.close().await,
            Database::Postgres(pool) => pool.close().await,
        }
    }

    /// Starts a unit of work.
    pub(crate) async fn unit(&self, op: &'static str, writes: bool) -> Result<Unit, PortError> {
        match &self.0 {
            Database::Sqlite(pools) => pools.begin(writes).await,
            Database::Postgres(pool) => pool.begin(writes).await,
        }
        .map_err(|error| port_error(op, error))
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        Ok(Box::new(self.unit("store.begin", true).await?))
    }

    async fn begin_read(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        Ok(Box::new(self.unit("store.begin_read", false).await?))
    }

    async fn glance(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        const OP: &str = "store.glance";
        Ok(Box::new(match &self.0 {
            Database::Sqlite(_) => self.unit(OP, false).await?,
            Database::Postgres(pool) => {
                let glance = pool.glance().await;
                glance.map_err(|error| port_error(OP, error))?
            }
        }))
    }

    async fn ping(&self) -> Result<(), PortError> {
        self.unit("store.ping", false).await.map(drop)
    }
}
