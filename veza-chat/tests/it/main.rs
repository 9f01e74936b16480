//! The protocol and the engine from outside.

mod engine;
mod robustness;
mod transcript;
mod wire;
