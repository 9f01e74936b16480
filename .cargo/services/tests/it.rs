//! The servers start, answer, and end with what stands for them.

#![allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]

use std::net::TcpStream;
use std::path::PathBuf;

use test_services::pgbouncer::PgBouncer;
use test_services::postgres::{self, Postgres};
use test_services::rabbitmq::RabbitMq;
use test_services::redis::Redis;

fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

fn exists(pid: i32) -> bool {
    PathBuf::from(format!("/proc/{pid}")).exists()
}

#[test]
fn postgres_is_killed_starts_again_and_ends() {
    let mut postgres = Postgres::start().unwrap();
    let _pooler = PgBouncer::start(postgres.port()).unwrap();
    postgres.kill().unwrap();
    postgres.restart().unwrap();
    let (port, pid) = (postgres.port(), postgres.server().unwrap().pid());
    assert!(listens(port));
    drop(postgres);
    assert!(!listens(port) && !exists(pid));
}

#[test]
fn a_database_is_made_once() {
    let name = format!("made_once_{}", std::process::id());
    let url = postgres::database(&name).unwrap();
    assert!(url.ends_with(&name));
    assert_eq!(postgres::database(&name).unwrap(), url);
}

#[test]
fn redis_is_killed_starts_again_and_ends() {
    let mut redis = Redis::start().unwrap();
    redis.kill().unwrap();
    assert!(!listens(redis.port()));
    redis.restart().unwrap();
    redis.server().unwrap().freeze(true).unwrap();
    let (port, pid) = (redis.port(), redis.server().unwrap().pid());
    assert!(listens(port));
    drop(redis);
    assert!(!listens(port) && !exists(pid));
}

#[test]
fn rabbitmq_is_killed_starts_again_and_ends() {
    let mut broker = RabbitMq::start().unwrap();
    broker.kill().unwrap();
    broker.restart().unwrap();
    let port = broker.port();
    assert!(listens(port));
    drop(broker);
    assert!(!listens(port));
}
