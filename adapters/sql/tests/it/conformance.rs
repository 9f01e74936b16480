use std::sync::atomic::{AtomicU32, Ordering};

use test_services::pgbouncer::PgBouncer;
use veza_core::conformance;
use veza_sql::SqlStore;

use crate::databases::{new_database, options, patient, shared};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_keeps_the_contract_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let count = AtomicU32::new(0);
    let fresh = async || {
        let name = format!("{}.db", count.fetch_add(1, Ordering::SeqCst));
        SqlStore::sqlite(&folder.path().join(name)).await.unwrap()
    };
    conformance::store(&fresh).await;
    conformance::partitions(&fresh).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_keeps_the_contract_on_postgres() {
    let fresh = async || SqlStore::postgres(&options().await).await.unwrap();
    conformance::store(&fresh).await;
    conformance::partitions(&fresh).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_keeps_the_contract_through_a_pooler_in_transaction_mode() {
    let port = shared().rsplit_once(':').unwrap().1;
    let port = port.split_once('/').unwrap().0.parse().unwrap();
    let pooler = PgBouncer::start(port).unwrap();
    let fresh = async || {
        let direct = new_database(shared()).await;
        let name = direct.rsplit_once('/').unwrap().1;
        let options = patient(&pooler.url(name)).through_pooler(&direct);
        SqlStore::postgres(&options).await.unwrap()
    };
    conformance::store(&fresh).await;
    conformance::partitions(&fresh).await;
}
