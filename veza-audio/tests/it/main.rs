//! The crate as its users see it, checked by other programs where there are some.
#![allow(clippy::unwrap_used)] // what helps a test may fail as it does

mod analysis;
mod decode;
mod effects;
mod encode;
mod examples;
#[cfg(feature = "aac")]
mod hls;
mod measure;
#[cfg(feature = "aac")]
mod mp4;
mod music;
#[cfg(feature = "aac")]
mod peers;
#[cfg(feature = "aac")]
mod sound;
mod support;
