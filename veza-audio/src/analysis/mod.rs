//! What a sound is like, in numbers.
//!
//! - [`FeatureExtractor`]: level, clipping, silence and spectrum of a whole stream, in passing.
//! - [`Stft`] and [`InverseStft`]: spectra of a stream, and sound of spectra.
//! - [`mel_spectrogram`], [`mfcc`], [`chroma`], [`spectral_contrast`], [`frame_features`]: features
//!   over time, with the numbers of librosa 0.11 for the same settings; and their parts
//!   ([`MelBank`], [`Mfcc`], [`ChromaBank`], [`TuningEstimator`], [`SpectralContrast`],
//!   [`SpectralShape`]), which work on one frame at a time.
//! - [`OnsetMeter`]: when something begins; its [`OnsetEnvelope`] tells onsets, the [`Tempo`], and
//!   by [`beats`] the beats.
//! - [`KeyMeter`]: the [`Key`], its mode and its code, and the tuning.
//! - [`FingerprintMeter`] and [`FingerprintIndex`]: recognising a recording by an excerpt.
//! - [`RangeMeter`]: where there is silence, and where clipping.
//! - [`SongAnalyzer`]: all of the above and a [`SimilarityVector`] from one pass.
//!
//! librosa resamples to 22,050 Hz unless told not to; numbers are the same at the same rate.

mod chroma;
mod contrast;
mod decibels;
mod features;
mod fingerprint;
mod frame_features;
mod framing;
mod inverse;
mod key;
mod level;
mod matrix;
mod mel;
mod mfcc;
mod mono_rate;
mod ranges;
mod rhythm;
mod series;
mod shape;
mod similarity;
mod similarity_scale;
mod song;
mod spectrum;
mod stft;
mod tuning;
mod vector;
mod window;

/// The complex number of a spectrum's bin.
pub use realfft::num_complex::Complex;

pub use chroma::{ChromaBank, PITCH_CLASSES, PITCH_NAMES};
pub use contrast::{ContrastSettings, SpectralContrast};
pub use decibels::{LEAST_POWER, matrix_to_db, power_to_db};
pub use features::{FeatureExtractor, Features};
pub use fingerprint::{Fingerprint, FingerprintIndex, FingerprintMatch, FingerprintMeter};
pub use frame_features::{FrameFeatureExtractor, FrameFeatures, rms, zero_crossing_rate};
pub use framing::Padding;
pub use inverse::InverseStft;
pub use key::{Key, KeyEstimate, KeyMeter, KeyProfile, Mode};
pub use matrix::FeatureMatrix;
pub use mel::{MelBank, MelNorm, MelScale, MelSettings};
pub use mfcc::Mfcc;
pub use ranges::{FrameRange, RangeMeter, RangeSettings, SoundRanges};
pub use rhythm::{
    OnsetEnvelope, OnsetMeter, PeakPicking, Tempo, TempoSettings, beats, onset_strength, pick_peaks,
};
pub use series::{
    MelSpectrogram, chroma, frame_features, mel_spectrogram, mfcc, spectral_contrast, tuning,
};
pub use shape::{SpectralShape, spectral_flux};
pub use similarity::SimilarityVector;
pub use song::{SongAnalysis, SongAnalyzer, SongSettings};
pub use stft::{Stft, StftSettings, magnitude, power};
pub use tuning::TuningEstimator;
pub use window::Window;
