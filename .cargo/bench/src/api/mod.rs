//! `cargo xtask bench api`: the service and its databases with a million rows in each large table.

pub(crate) mod bare;
mod database;
mod logins;
mod million;
mod queries;
mod reads;
mod service;

use std::path::Path;
use std::time::Instant;

use test_services::postgres::Postgres;

use crate::Failure;
use database::Database;
use service::Service;

/// Everything, on SQLite and then on PostgreSQL.
pub(crate) async fn run(binary: &Path) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("sqlite");
    on(binary, &data, Database::Sqlite(data.join("veza.db"))).await?;
    let postgres = Postgres::start()?;
    let data = folder.path().join("postgres");
    on(binary, &data, Database::Postgres(postgres.url())).await
}

async fn on(binary: &Path, data: &Path, database: Database) -> Result<(), Failure> {
    // The first start makes keys and tables.
    Service::start(binary, data, &database)
        .await?
        .stop()
        .await?;
    let start = Instant::now();
    let began = million::fill(&database).await?;
    eprintln!("{database}: filled in {} s", start.elapsed().as_secs());
    queries::measure(&database, began).await?;
    let service = Service::start(binary, data, &database).await?;
    let tokens = reads::tokens(&service).await?;
    reads::measure(&database, &service, &tokens).await?;
    logins::measure(&database, &service).await?;
    service.stop().await
}
