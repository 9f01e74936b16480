//! The domain of a collaborative audio platform: no I/O, no runtime.
//!
//! Each bounded context is a folder: `model.rs` holds its aggregates, `ports.rs` what it needs
//! from outside, `events.rs` what it tells the others, and every other file is one use case.
//! A use case is an async function which takes an [`Environment`](kernel::Environment) (store,
//! clock, entropy) and a command; it opens at most one [unit of work](kernel::store), so that
//! state and event are stored together or not at all.
//!
//! - [`kernel`]: ids, time, randomness, pages, events, errors, roles, the unit of work
//! - [`analytics`]: what happened, counted by day
//! - [`auth`]: accounts, passwords, access tokens
//! - [`exports`]: everything that is kept of a person, as an archive for them
//! - [`files`]: blobs and uploads
//! - [`streaming`]: tracks, from upload to playable media
//! - [`jobs`]: work done later, by leases and fencing tokens
//! - [`mail`]: letters, stored with the change they tell of and sent by a job
//! - [`profiles`]: how people show themselves
//! - [`memory`] (feature `memory`): every port in memory
//! - [`conformance`] (feature `testing`): one suite for each port, run by every adapter

pub mod analytics;
pub mod auth;
#[cfg(feature = "testing")]
pub mod conformance;
pub mod exports;
pub mod files;
pub mod jobs;
pub mod kernel;
pub mod mail;
#[cfg(feature = "memory")]
pub mod memory;
pub mod profiles;
pub mod streaming;
