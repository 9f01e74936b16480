//! Level: loudness normalisation and plain gain.

mod gain;
mod normalize;

pub use gain::Gain;
pub use normalize::NormalizePlan;
