//! The database that the settings name.

use veza_sql::{OpenError, PostgresOptions, SqlStore};

use super::data::DataFolder;
use crate::settings::{DatabaseSetting, Secret};

/// Opens it and brings its tables up to date.
pub(super) async fn open(
    setting: &DatabaseSetting,
    data: &DataFolder,
) -> Result<SqlStore, OpenError> {
    match setting {
        DatabaseSetting::Sqlite => SqlStore::sqlite(&data.database()).await,
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
