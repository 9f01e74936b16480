//! What each frame of a sound is like.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::framing::{Framer, Padding};
use super::shape::{SpectralShape, spectral_flux};
use super::stft::{Stft, StftSettings, magnitude};
use crate::{Error, Result};

/// Samples nearer to zero than this have no sign.
const NO_SIGN: f32 = 1e-10;

/// Descriptors of one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FrameFeatures {
    /// Root of the mean square of the samples; full scale is 1.
    pub rms: f32,
    /// Changes of sign for each sample: 0 to 1.
    pub zero_crossing_rate: f32,
    /// Where the spectrum lies, and how flat it is.
    #[serde(flatten)]
    pub shape: SpectralShape,
    /// How much the spectrum differs from the frame before; see [`spectral_flux`]. 0 for the
    /// first.
    pub flux: f32,
}

/// Describes a stream frame by frame, with the numbers of `librosa.feature.rms`,
/// `zero_crossing_rate` and the spectral ones.
///
/// ```
/// use veza_audio::analysis::{FrameFeatureExtractor, StftSettings};
///
/// let tone: Vec<f32> = (0..44_100).map(|n| (n as f32 * 0.1).sin()).collect();
/// let mut extractor = FrameFeatureExtractor::new(44_100, StftSettings::default())?;
/// let mut frames = Vec::new();
/// extractor.push(&tone, |frame| frames.push(frame));
/// extractor.finish(|frame| frames.push(frame));
/// let middle = frames[40];
/// assert!((middle.rms - 0.5_f32.sqrt()).abs() < 0.01);
/// assert!((middle.shape.centroid_hz - 44_100.0 * 0.1 / std::f32::consts::TAU).abs() < 5.0);
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Debug)]
pub struct FrameFeatureExtractor {
    stft: Stft,
    /// The same frames with the outermost samples going on, so that the ends of the sound are
    /// no changes of sign.
    held: Framer,
    crossings: VecDeque<f32>,
    spectra: Spectra,
}

#[derive(Debug)]
struct Spectra {
    bin_hz: f64,
    now: Vec<f32>,
    before: Vec<f32>,
    first: bool,
}

impl FrameFeatureExtractor {
    /// For a stream of `sample_rate` Hz.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate of 0, and settings no [`Stft`] takes.
    pub fn new(sample_rate: u32, settings: StftSettings) -> Result<Self> {
        if sample_rate == 0 {
            return Err(Error::invalid("sample rate", "it is 0"));
        }
        let held = match settings.padding {
            Padding::None => Padding::None,
            _ => Padding::Hold,
        };
        Ok(Self {
            stft: Stft::new(settings)?,
            held: Framer::new(settings.fft_size, settings.hop, held),
            crossings: VecDeque::new(),
            spectra: Spectra {
                bin_hz: f64::from(sample_rate) / settings.fft_size as f64,
                now: vec![0.0; settings.bins()],
                before: vec![0.0; settings.bins()],
                first: true,
            },
        })
    }

    /// Takes the next samples of one channel, and gives `each` the frames that are complete.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(FrameFeatures)) {
        // In parts, so that few rates wait for their spectra.
        for part in samples.chunks(16_384) {
            let crossings = &mut self.crossings;
            self.held.push(part, &mut |frame| {
                crossings.push_back(zero_crossing_rate(frame))
            });
            let spectra = &mut self.spectra;
            self.stft.push_with(part, |frame, spectrum| {
                magnitude(spectrum, &mut spectra.now);
                each(spectra.describe(frame, crossings.pop_front()));
            });
        }
    }

    /// Gives `each` the last frames; the next samples are those of a new stream.
    pub fn finish(&mut self, mut each: impl FnMut(FrameFeatures)) {
        let crossings = &mut self.crossings;
        self.held
            .finish(&mut |frame| crossings.push_back(zero_crossing_rate(frame)));
        let spectra = &mut self.spectra;
        self.stft.finish_with(|frame, spectrum| {
            magnitude(spectrum, &mut spectra.now);
            each(spectra.describe(frame, crossings.pop_front()));
        });
        spectra.first = true;
        crossings.clear();
    }
}

impl Spectra {
    fn describe(&mut self, frame: &[f32], crossings: Option<f32>) -> FrameFeatures {
        let features = FrameFeatures {
            rms: rms(frame),
            // Mirrored frames come later than held ones by some samples, never earlier.
            zero_crossing_rate: crossings.unwrap_or_else(|| zero_crossing_rate(frame)),
            shape: SpectralShape::of(&self.now, self.bin_hz),
            flux: match self.first {
                true => 0.0,
                false => spectral_flux(&self.before, &self.now),
            },
        };
        self.first = false;
        std::mem::swap(&mut self.before, &mut self.now);
        features
    }
}

/// The root of the mean square of `samples`; 0 of none.
pub fn rms(samples: &[f32]) -> f32 {
    let squares = super::vector::dot(samples, samples);
    (squares / samples.len().max(1) as f32).sqrt()
}

/// How often the sign changes from a sample to the next, for each sample.
pub fn zero_crossing_rate(samples: &[f32]) -> f32 {
    let negative = |sample: f32| sample < -NO_SIGN;
    let pairs = samples.iter().zip(samples.get(1..).unwrap_or_default());
    let changes: u32 = pairs
        .map(|(a, b)| u32::from(negative(*a) != negative(*b)))
        .sum();
    changes as f32 / samples.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alternating_signal_changes_sign_always() {
        assert_eq!(zero_crossing_rate(&[1.0, -1.0, 1.0, -1.0]), 0.75);
        assert_eq!(zero_crossing_rate(&[0.0, -1e-12, 0.0]), 0.0);
        assert_eq!((zero_crossing_rate(&[]), rms(&[])), (0.0, 0.0));
        assert_eq!(rms(&[0.5, -0.5]), 0.5);
    }

    #[test]
    fn flux_is_where_something_changes() {
        let mut samples = vec![0.0; 20_000];
        samples.extend((0..20_000).map(|n| (n as f32 * 0.3).sin()));
        let settings = StftSettings::new(1_024, 512);
        let mut extractor = FrameFeatureExtractor::new(22_050, settings).unwrap();
        let mut flux = Vec::new();
        extractor.push(&samples, |frame| flux.push(frame.flux));
        extractor.finish(|frame| flux.push(frame.flux));
        let place = (0..flux.len() - 2).max_by(|a, b| flux[*a].total_cmp(&flux[*b]));
        assert!((39..=41).contains(&place.unwrap()), "{place:?}");
    }
}
