//! Measuring and processing of samples.

mod loudness;
mod music;
mod signal;
mod waveform;
mod resample;
mod normalize;
