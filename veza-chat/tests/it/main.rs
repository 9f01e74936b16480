//! The protocol and the engine from outside.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod engine;
mod robustness;
mod transcript;
mod wire;
