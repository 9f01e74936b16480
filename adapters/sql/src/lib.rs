//! SQLite and PostgreSQL behind the stores of veza-core.
//!
//! [`SqlStore`] opens a database and brings its tables up to date; each unit of work is one
//! transaction. Each aggregate has a file here, with every statement written once for both
//! databases; what one of them does otherwise than the other is in `dialect`.

mod account_exports;
mod account_links;
mod analytics;
mod api_keys;
mod audit_events;
mod avatars;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]
mod databases;
mod deliveries;
mod dialect;
mod erasures;
mod idempotency;
mod identities;
mod inbox;
mod invitations;
mod jobs;
mod leases;
mod mfa;
mod options;
mod outbox;
mod partitions;
mod pending_registrations;
#[cfg(test)]
mod plans;
mod revocations;
mod row;
mod schedules;
mod sessions;
mod statement;
mod store;
mod tracks;
mod unique;
mod unit;
mod users;
mod value;

pub use options::{PostgresOptions, PostgresState};
pub use store::{OpenError, SqlStore};
