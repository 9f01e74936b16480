//! Onsets, tempo and beats.

mod beats;
mod envelope;
mod peaks;
mod tempo;

pub use beats::beats;
pub use envelope::{OnsetEnvelope, OnsetMeter, onset_strength};
pub use peaks::{PeakPicking, pick_peaks};
pub use tempo::{Tempo, TempoSettings};
