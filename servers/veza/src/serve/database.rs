//! The database that the settings name.

use std::path::Path;

use veza_sql::{OpenError, PostgresOptions, SqlStore};

use crate::settings::{DatabaseSetting, Secret};

/// Opens it, in this data folder if it is there, and brings its tables up to date.
pub(crate) async fn open(setting: &DatabaseSetting, data: &Path) -> Result<SqlStore, OpenError> {
    match setting {
        DatabaseSetting::Sqlite => SqlStore::sqlite(&data.join(FILE)).await,
        DatabaseSetting::Postgres {
            url,
            direct_url,
            connections,
        } => {
            let options = postgres_options(url, direct_url.as_ref(), *connections);
            SqlStore::postgres(&options).await
        }
    }
}

/// The file of SQLite.
const FILE: &str = "veza.db";

/// How the server is used.
pub(crate) fn postgres_options(
    url: &Secret,
    direct_url: Option<&Secret>,
    connections: u32,
) -> PostgresOptions {
    let options = PostgresOptions::new(url.expose()).connections(connections);
    match direct_url {
        Some(direct) => options.through_pooler(direct.expose()),
        None => options,
    }
}
