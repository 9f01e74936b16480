//! Decodes, measures, normalises, draws, transcodes and packages audio.
//!
//! Sound is planar `f32`, `(channels, frames)`, at its own sample rate unless another is asked
//! for. It flows in blocks from an [`AudioSource`] to an [`AudioSink`], so that memory stays
//! bounded whatever the length. Every entry point which reads a stranger's bytes takes
//! [`Limits`]. Nothing here opens a file, starts a runtime or looks at a clock.

pub mod analysis;
mod buffer;
pub mod container;
pub mod decode;
pub mod dither;
mod draw;
pub mod dynamics;
pub mod effects;
pub mod encode;
mod error;
pub mod filter;
pub mod hls;
pub mod ingest;
mod layout;
mod limits;
pub mod loudness;
mod output;
mod parameter;
mod progress;
pub mod remix;
pub mod resample;
mod samples;
pub mod spectrogram;
mod stream;
pub mod tags;
pub mod waveform;

pub use buffer::{AudioBuffer, AudioSpec};
pub use error::{Error, ErrorKind, Result};
pub use layout::{ChannelLayout, Speaker};
pub use limits::Limits;
pub use output::{MemoryOutput, Output};
pub use progress::{Observer, Unobserved};
pub use stream::{AudioSink, AudioSource, MAX_BLOCK_FRAMES, MemorySource, Take, read_all};
