//! Recognising a recording by its spectral peaks.

mod bytes;
mod index;
mod peaks;

pub use index::{FingerprintIndex, FingerprintMatch};
pub use peaks::{Fingerprint, FingerprintMeter};
