//! Measuring and processing of samples.

// What fails in a helper fails the test that called it.
#![allow(clippy::unwrap_used)]

mod features;
mod loudness;
mod music;
mod normalize;
mod resample;
pub(crate) mod signal;
mod waveform;
