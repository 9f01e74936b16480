//! Measuring and processing of samples.

mod features;
mod loudness;
mod music;
mod normalize;
mod resample;
mod signal;
mod waveform;
