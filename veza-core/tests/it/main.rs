//! The ports in memory keep their contracts, and the use cases work on them.

#![allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]

mod analytics;
mod auth;
mod cached;
mod conformance;
mod exports;
mod idempotency;
mod ingest;
mod jobs;
mod local_bus;
mod mail;
mod relay;
mod sharing;
mod sweep;
mod tracks;
mod wake;
mod world;
