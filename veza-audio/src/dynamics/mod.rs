//! Level: loudness normalisation, limiting, compression, gating, plain gain.

mod compressor;
mod de_esser;
mod decibel;
mod expander;
mod gain;
mod key;
mod limiter;
mod normalize;

pub use compressor::Compressor;
pub use de_esser::DeEsser;
pub use expander::Expander;
pub use gain::Gain;
pub use key::Detector;
pub use limiter::Limiter;
pub use normalize::{NormalizePlan, Normalized};
