//! Files as written, read back by other programs.

// A helper that cannot go on says so by its panic, as the tests do.
#![allow(clippy::unwrap_used)]

mod edges;
mod lossless;
mod lossy;
mod tags;
mod tools;
