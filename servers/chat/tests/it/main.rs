//! The chat server over real sockets.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod door;
mod harness;
mod hostile;
mod life;
mod talk;
