//! Fresh databases.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection};
use tempfile::TempDir;
use veza_sql::{PostgresOptions, SqlStore};

/// Where a database is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    File(PathBuf),
    Server(PostgresOptions),
}

impl Place {
    pub(crate) async fn open(&self) -> SqlStore {
        match self {
            Self::File(path) => SqlStore::sqlite(path).await,
            Self::Server(options) => SqlStore::postgres(options).await,
        }
        .unwrap()
    }
}

/// A new database of each kind, and the folder that goes with the first.
pub(crate) async fn places() -> (TempDir, [Place; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let file = Place::File(folder.path().join("veza.db"));
    (folder, [file, Place::Server(options().await)])
}

/// A new database on the shared server.
pub(crate) async fn options() -> PostgresOptions {
    patient(&new_database(shared()).await)
}

/// What is not about time limits has time on a busy machine.
pub(crate) fn patient(url: &str) -> PostgresOptions {
    PostgresOptions::new(url)
        .acquire_timeout(Duration::from_secs(60))
        .statement_timeout(Duration::from_secs(60))
}

/// The URL of the shared server.
pub(crate) fn shared() -> &'static str {
    test_services::postgres::shared().unwrap()
}

/// Makes an empty database on a server; answers its URL.
pub(crate) async fn new_database(server: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    let name = format!("veza_sql_it_{}_{number}", std::process::id());
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    connect(server).await.execute(create).await.unwrap();
    let (start, _) = server.rsplit_once('/').unwrap();
    format!("{start}/{name}")
}

/// A connection of its own.
pub(crate) async fn connect(url: &str) -> PgConnection {
    url.parse::<PgConnectOptions>()
        .unwrap()
        .connect()
        .await
        .unwrap()
}
