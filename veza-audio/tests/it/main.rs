//! The crate from outside, checked by other programs where there are some.
#![cfg(feature = "aac")]
#![allow(clippy::unwrap_used)] // what helps a test may fail as it does

mod hls;
mod mp4;
mod peers;
mod sound;
