//! The ports on a real Redis, whole and broken.

#![allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]

mod conformance;
mod faults;
mod proxy;
mod support;
