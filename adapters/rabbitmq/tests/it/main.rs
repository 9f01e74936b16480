//! Events over a real RabbitMQ: the contract of a bus, and what happens when the broker, the
//! network or a consumer fails.

#![allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]

mod broken;
mod conformance;
mod kept;
mod poison;
mod proxy;
mod support;
