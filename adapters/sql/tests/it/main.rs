//! The store keeps its contract on SQLite, and what it acknowledged survives `kill -9`.

mod conformance;
mod crash;
mod plans;
