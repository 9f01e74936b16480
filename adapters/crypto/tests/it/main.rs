//! The adapters keep the contracts of their ports, and refuse what was forged.

#![allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]

mod forge;
mod passwords;
mod rotation;
mod sealing;
mod tokens;
