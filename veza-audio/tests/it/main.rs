//! The crate from outside, checked by other programs where there are some.

#[cfg(feature = "aac")]
mod hls;
#[cfg(feature = "aac")]
mod mp4;
mod peers;
mod sound;
