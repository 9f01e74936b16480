//! Features over time: of a stream as it passes, or of a sound in memory at once.

use super::FeatureMatrix;
use super::chroma::{ChromaBank, PITCH_CLASSES};
use super::contrast::{ContrastSettings, SpectralContrast};
use super::decibels::matrix_to_db;
use super::frame_features::{FrameFeatureExtractor, FrameFeatures};
use super::mel::{MelBank, MelSettings};
use super::mfcc::Mfcc;
use super::stft::{Stft, StftSettings, magnitude, power};
use super::tuning::TuningEstimator;
use crate::Result;

/// How far below the highest level others are taken to be at most, in dB.
const TOP_DB: f32 = 80.0;

/// Mel bands of a stream, frame by frame.
#[derive(Debug)]
pub struct MelSpectrogram {
    stft: Stft,
    bank: MelBank,
    powers: Vec<f32>,
    bands: Vec<f32>,
}

impl MelSpectrogram {
    /// For a stream of `sample_rate` Hz.
    ///
    /// # Errors
    /// Those of [`Stft::new`] and [`MelBank::new`].
    pub fn new(sample_rate: u32, stft: StftSettings, mel: &MelSettings) -> Result<Self> {
        let bank = MelBank::new(sample_rate, stft.fft_size, mel)?;
        Ok(Self {
            stft: Stft::new(stft)?,
            powers: vec![0.0; stft.bins()],
            bands: vec![0.0; bank.bands()],
            bank,
        })
    }

    /// The number of bands.
    pub fn bands(&self) -> usize {
        self.bank.bands()
    }

    /// Takes the next samples of one channel, and gives `each` the powers of the bands of every
    /// frame that is complete.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(&[f32])) {
        self.stft.push(samples, |spectrum| {
            power(spectrum, &mut self.powers);
            self.bank.apply(&self.powers, &mut self.bands);
            each(&self.bands);
        });
    }

    /// Gives `each` the last frames; the next samples are those of a new stream.
    pub fn finish(&mut self, mut each: impl FnMut(&[f32])) {
        self.stft.finish(|spectrum| {
            power(spectrum, &mut self.powers);
            self.bank.apply(&self.powers, &mut self.bands);
            each(&self.bands);
        });
    }
}

/// The powers of mel bands, `(frames, bands)`: `librosa.feature.melspectrogram`.
///
/// # Errors
/// Those of [`MelSpectrogram::new`].
///
/// ```
/// use veza_audio::analysis::{MelSettings, StftSettings, mel_spectrogram};
///
/// let tone: Vec<f32> = (0..22_050).map(|n| (n as f32 * 0.1).sin()).collect();
/// let mel = mel_spectrogram(&tone, 22_050, StftSettings::default(), &MelSettings::default())?;
/// assert_eq!((mel.frames(), mel.width()), (44, 128));
/// # Ok::<(), veza_audio::Error>(())
/// ```
pub fn mel_spectrogram(
    samples: &[f32],
    sample_rate: u32,
    stft: StftSettings,
    mel: &MelSettings,
) -> Result<FeatureMatrix> {
    let mut spectrogram = MelSpectrogram::new(sample_rate, stft, mel)?;
    let mut matrix = FeatureMatrix::new(spectrogram.bands());
    spectrogram.push(samples, |bands| matrix.add().copy_from_slice(bands));
    spectrogram.finish(|bands| matrix.add().copy_from_slice(bands));
    Ok(matrix)
}

/// Mel-frequency cepstral coefficients, `(frames, coefficients)`: `librosa.feature.mfcc`, levels
/// being at most 80 dB below the highest.
///
/// # Errors
/// Those of [`MelSpectrogram::new`] and of [`Mfcc::new`].
pub fn mfcc(
    samples: &[f32],
    sample_rate: u32,
    stft: StftSettings,
    mel: &MelSettings,
    coefficients: usize,
) -> Result<FeatureMatrix> {
    let transform = Mfcc::new(mel.bands, coefficients, 0.0)?;
    let mut levels = mel_spectrogram(samples, sample_rate, stft, mel)?;
    matrix_to_db(&mut levels, TOP_DB);
    let mut matrix = FeatureMatrix::new(coefficients);
    for frame in levels.iter() {
        transform.apply(frame, matrix.add());
    }
    Ok(matrix)
}

/// How far the sound is tuned above 440 Hz, in semitones: what `librosa.feature.chroma_stft`
/// estimates.
///
/// # Errors
/// Those of [`Stft::new`] and [`TuningEstimator::new`].
pub fn tuning(samples: &[f32], sample_rate: u32, stft: StftSettings) -> Result<f64> {
    let mut estimator = TuningEstimator::new(sample_rate, stft.fft_size)?;
    each_power(samples, stft, |powers| estimator.push(powers))?;
    Ok(estimator.tuning())
}

/// The strength of each pitch class from C to B, `(frames, 12)`, the strongest of a frame being 1:
/// `librosa.feature.chroma_stft`. Without a `tuning`, in semitones above 440 Hz, it is estimated
/// first.
///
/// # Errors
/// Those of [`tuning`] and of [`ChromaBank::new`].
pub fn chroma(
    samples: &[f32],
    sample_rate: u32,
    stft: StftSettings,
    tuning: Option<f64>,
) -> Result<FeatureMatrix> {
    let tuning = match tuning {
        Some(tuning) => tuning,
        None => self::tuning(samples, sample_rate, stft)?,
    };
    let bank = ChromaBank::new(sample_rate, stft.fft_size, tuning)?;
    let mut matrix = FeatureMatrix::new(PITCH_CLASSES);
    each_power(samples, stft, |powers| {
        matrix.add().copy_from_slice(&bank.apply(powers));
    })?;
    Ok(matrix)
}

/// How far peaks stand above valleys in each band, in dB, `(frames, octaves + 1)`:
/// `librosa.feature.spectral_contrast`.
///
/// # Errors
/// Those of [`Stft::new`] and [`SpectralContrast::new`].
pub fn spectral_contrast(
    samples: &[f32],
    sample_rate: u32,
    stft: StftSettings,
    settings: &ContrastSettings,
) -> Result<FeatureMatrix> {
    let mut contrast = SpectralContrast::new(sample_rate, stft.fft_size, settings)?;
    let mut peaks = FeatureMatrix::new(contrast.bands());
    let mut valleys = FeatureMatrix::new(contrast.bands());
    let mut magnitudes = vec![0.0; stft.bins()];
    each_spectrum(samples, stft, |spectrum| {
        magnitude(spectrum, &mut magnitudes);
        contrast.apply(&magnitudes, peaks.add(), valleys.add());
    })?;
    matrix_to_db(&mut peaks, TOP_DB);
    matrix_to_db(&mut valleys, TOP_DB);
    for (peak, valley) in peaks.values_mut().iter_mut().zip(valleys.values()) {
        *peak -= valley;
    }
    Ok(peaks)
}

/// What each frame is like; see [`FrameFeatures`].
///
/// # Errors
/// Those of [`FrameFeatureExtractor::new`].
pub fn frame_features(
    samples: &[f32],
    sample_rate: u32,
    stft: StftSettings,
) -> Result<Vec<FrameFeatures>> {
    let mut extractor = FrameFeatureExtractor::new(sample_rate, stft)?;
    let mut frames = Vec::new();
    extractor.push(samples, |frame| frames.push(frame));
    extractor.finish(|frame| frames.push(frame));
    Ok(frames)
}

fn each_power(samples: &[f32], stft: StftSettings, mut each: impl FnMut(&[f32])) -> Result<()> {
    let mut powers = vec![0.0; stft.bins()];
    each_spectrum(samples, stft, |spectrum| {
        power(spectrum, &mut powers);
        each(&powers);
    })
}

fn each_spectrum(
    samples: &[f32],
    stft: StftSettings,
    mut each: impl FnMut(&[realfft::num_complex::Complex<f32>]),
) -> Result<()> {
    let mut stft = Stft::new(stft)?;
    stft.push(samples, &mut each);
    stft.finish(&mut each);
    Ok(())
}
