//! The key of a piece.

mod estimate;
mod name;
mod profile;

pub use estimate::{KeyEstimate, KeyMeter};
pub use name::{Key, Mode};
pub use profile::KeyProfile;
