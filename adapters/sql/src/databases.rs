//! Fresh databases for tests.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _};
use tempfile::TempDir;

use crate::{PostgresOptions, SqlStore};

/// In a file of a folder that goes with the test.
pub(crate) async fn sqlite() -> (TempDir, SqlStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqlStore::sqlite(&folder.path().join("veza.db")).await;
    (folder, store.unwrap())
}

/// On the shared server.
pub(crate) async fn postgres() -> SqlStore {
    let options = PostgresOptions::new(postgres_url().await);
    SqlStore::postgres(&options).await.unwrap()
}

/// The URL of an empty database on the shared server.
pub(crate) async fn postgres_url() -> String {
    let server = test_services::postgres::shared().unwrap();
    new_database(server).await
}

/// Makes a database on a server; answers its URL.
pub(crate) async fn new_database(server: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    let name = format!("veza_sql_{}_{number}", std::process::id());
    let options: sqlx::postgres::PgConnectOptions = server.parse().unwrap();
    let mut connection = options.disable_statement_logging().connect().await.unwrap();
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    connection.execute(create).await.unwrap();
    let (start, _) = server.rsplit_once('/').unwrap();
    format!("{start}/{name}")
}
