//! Spectrograms: how strong each frequency is at each time, as a picture.
//!
//! A [`SpectrogramBuilder`] makes a [`Spectrogram`] while the sound passes by, in memory bounded by
//! the picture's size whatever the length.

mod build;
mod image;
mod palette;
mod scale;

pub use build::{Spectrogram, SpectrogramBuilder, SpectrogramSettings};
pub use image::{SpectrogramImage, render_png};
pub use palette::Palette;
pub use scale::FrequencyScale;
