//! What a sound is like, in numbers: level, clipping, silence, spectrum.

mod features;
mod level;
mod spectrum;

pub use features::{FeatureExtractor, Features};
