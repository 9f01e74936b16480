//! A provider that lies: what it says is refused, and what it makes this process do is bounded.
//! Honest ones are met in the tests of the program.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod hostile;
mod tokens;
