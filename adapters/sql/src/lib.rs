//! SQLite behind the stores of veza-core.
//!
//! [`SqliteStore`] opens a database file and brings its tables up to date. One connection writes,
//! several read; each unit of work is one transaction. Each aggregate has a file here; what one
//! SQL dialect does otherwise than another is in `dialect`.

mod dialect;
mod jobs;
mod outbox;
#[cfg(test)]
mod plans;
mod row;
mod store;
mod tracks;
mod unit;
mod users;

pub use store::{OpenError, SqliteStore};
