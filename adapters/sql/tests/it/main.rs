//! The store keeps its contract on SQLite and on PostgreSQL, and what it acknowledged survives
//! `kill -9`.

#![allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]

mod accounts;
mod conformance;
mod crash;
mod credentials;
mod databases;
mod faults;
mod many;
mod partitions;
mod proxy;
mod publish_crash;
