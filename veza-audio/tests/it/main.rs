//! The crate as its users see it, checked by other programs where there are some.

mod decode;
mod encode;
#[cfg(feature = "aac")]
mod hls;
mod measure;
#[cfg(feature = "aac")]
mod mp4;
mod peers;
mod sound;
mod support;
