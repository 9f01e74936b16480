//! The REST service over ports in memory.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod accounts;
mod admin_jobs;
mod analytics;
mod avatars;
mod contract;
mod credentials;
mod document;
mod events;
mod exports;
mod identities;
mod once;
mod policy;
mod rpc;
mod sessions;
mod support;
mod tracks;
mod uploads;
mod users;
