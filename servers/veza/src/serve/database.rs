//! The database that the settings name.

use veza_sql::{OpenError, PostgresOptions, SqlStore};

use super::data::DataFolder;
use crate::settings::DatabaseSetting;

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
            let options = PostgresOptions::new(url.expose()).connections(*connections);
            let options = match direct_url {
                Some(direct) => options.through_pooler(direct.expose()),
                None => options,
            };
            SqlStore::postgres(&options).await
        }
    }
}
