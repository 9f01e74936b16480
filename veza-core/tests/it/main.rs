//! The ports in memory keep their contracts, and the use cases work on them.

mod auth;
mod conformance;
mod ingest;
mod outbox;
mod sweep;
mod tracks;
mod world;
