//! The short-time Fourier transform of a stream.

use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use super::framing::{Framer, Padding};
use super::window::Window;
use crate::{Error, Result};

/// The longest transform.
const MAX_SIZE: usize = 1 << 20;

/// How frames are cut and transformed.
///
/// The defaults are those of `librosa.stft`: 2,048 samples under a Hann window every 512, frames
/// centred on their time, silence beyond the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StftSettings {
    /// Samples of a transform, of any number from 2 to 1,048,576; powers of two are fastest.
    pub fft_size: usize,
    /// Samples under the window, at most `fft_size`; the window stands in the middle of the
    /// transform, with zeros around it.
    pub window_length: usize,
    /// Samples from one frame to the next.
    pub hop: usize,
    /// The window's shape.
    pub window: Window,
    /// Where frames lie.
    pub padding: Padding,
}

impl Default for StftSettings {
    fn default() -> Self {
        Self::new(2_048, 512)
    }
}

impl StftSettings {
    /// Frames of `fft_size` samples under a Hann window of that length, every `hop` samples.
    pub fn new(fft_size: usize, hop: usize) -> Self {
        Self {
            fft_size,
            window_length: fft_size,
            hop,
            window: Window::Hann,
            padding: Padding::Silence,
        }
    }

    /// The number of bins of a spectrum: `fft_size / 2 + 1`.
    pub fn bins(&self) -> usize {
        self.fft_size / 2 + 1
    }

    /// Refuses what cannot be computed.
    pub(super) fn check(&self) -> Result<()> {
        if !(2..=MAX_SIZE).contains(&self.fft_size) {
            let reason = format!(
                "{}; 2 to {MAX_SIZE} samples can be transformed",
                self.fft_size
            );
            return Err(Error::invalid("FFT size", reason));
        }
        if self.window_length == 0 || self.window_length > self.fft_size {
            let reason = format!(
                "{}; it has to be within 1 and the FFT size of {}",
                self.window_length, self.fft_size
            );
            return Err(Error::invalid("window length", reason));
        }
        if self.hop == 0 || self.hop > MAX_SIZE {
            let reason = format!("{}; it has to be 1 to {MAX_SIZE} samples", self.hop);
            return Err(Error::invalid("hop", reason));
        }
        if let Window::Kaiser(beta) = self.window
            && !(0.0..=700.0).contains(&beta)
        {
            return Err(Error::invalid("window", format!("a Kaiser β of {beta}")));
        }
        Ok(())
    }

    /// The window in the middle of a frame of zeros.
    pub(super) fn weights(&self) -> Vec<f32> {
        let before = (self.fft_size - self.window_length) / 2;
        let mut weights = vec![0.0; self.fft_size];
        weights[before..before + self.window_length]
            .copy_from_slice(&self.window.weights(self.window_length));
        weights
    }
}

/// Transforms a stream of samples frame by frame. Spectra are those of `librosa.stft`: not
/// scaled, `fft_size / 2 + 1` bins from 0 Hz to half the sample rate.
///
/// ```
/// use veza_audio::analysis::{Stft, StftSettings};
///
/// let mut stft = Stft::new(StftSettings::new(1_024, 256))?;
/// let tone: Vec<f32> = (0..22_050).map(|n| (n as f32 * 0.5).sin()).collect();
/// let mut spectra = Vec::new();
/// stft.push(&tone, |spectrum| spectra.push(spectrum.to_vec()));
/// stft.finish(|spectrum| spectra.push(spectrum.to_vec()));
/// assert_eq!((spectra.len(), spectra[0].len()), (1 + 22_050 / 256, 513));
/// # Ok::<(), veza_audio::Error>(())
/// ```
pub struct Stft {
    settings: StftSettings,
    framer: Framer,
    transform: Transform,
}

impl fmt::Debug for Stft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stft")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Stft {
    /// A transform of a new stream.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a size, window or hop that cannot be.
    pub fn new(settings: StftSettings) -> Result<Self> {
        settings.check()?;
        Ok(Self {
            settings,
            framer: Framer::new(settings.fft_size, settings.hop, settings.padding),
            transform: Transform::new(&settings),
        })
    }

    /// How frames are cut and transformed.
    pub fn settings(&self) -> &StftSettings {
        &self.settings
    }

    /// Takes the next samples of one channel, and gives `each` the spectra that are complete.
    /// Samples that are not finite spoil the frames they are in, and no others.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(&[Complex<f32>])) {
        self.push_with(samples, |_, spectrum| each(spectrum));
    }

    /// Gives `each` the last spectra; the next samples are those of a new stream. A stream
    /// without samples has no spectra.
    pub fn finish(&mut self, mut each: impl FnMut(&[Complex<f32>])) {
        self.finish_with(|_, spectrum| each(spectrum));
    }

    /// As `push`, with the samples of the frame before their windowing.
    pub(super) fn push_with(
        &mut self,
        samples: &[f32],
        mut each: impl FnMut(&[f32], &[Complex<f32>]),
    ) {
        self.framer
            .push(samples, &mut |frame| each(frame, self.transform.run(frame)));
    }

    /// As `finish`, with the samples of the frame before their windowing.
    pub(super) fn finish_with(&mut self, mut each: impl FnMut(&[f32], &[Complex<f32>])) {
        self.framer
            .finish(&mut |frame| each(frame, self.transform.run(frame)));
    }
}

/// The window and the transform of one frame.
struct Transform {
    fft: Arc<dyn RealToComplex<f32>>,
    weights: Vec<f32>,
    frame: Vec<f32>,
    bins: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl Transform {
    fn new(settings: &StftSettings) -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(settings.fft_size);
        Self {
            weights: settings.weights(),
            frame: fft.make_input_vec(),
            bins: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            fft,
        }
    }

    fn run(&mut self, frame: &[f32]) -> &[Complex<f32>] {
        for ((to, sample), weight) in self.frame.iter_mut().zip(frame).zip(&self.weights) {
            *to = sample * weight;
        }
        self.fft
            .process_with_scratch(&mut self.frame, &mut self.bins, &mut self.scratch)
            .expect("the buffers were made by the plan");
        &self.bins
    }
}

/// Writes the squared magnitudes of `spectrum` over `powers`, as far as both go.
pub fn power(spectrum: &[Complex<f32>], powers: &mut [f32]) {
    for (power, bin) in powers.iter_mut().zip(spectrum) {
        *power = bin.re * bin.re + bin.im * bin.im;
    }
}

/// Writes the magnitudes of `spectrum` over `magnitudes`, as far as both go.
pub fn magnitude(spectrum: &[Complex<f32>], magnitudes: &mut [f32]) {
    for (magnitude, bin) in magnitudes.iter_mut().zip(spectrum) {
        *magnitude = (bin.re * bin.re + bin.im * bin.im).sqrt();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spectra(settings: StftSettings, samples: &[f32]) -> Vec<Vec<Complex<f32>>> {
        let mut stft = Stft::new(settings).unwrap();
        let mut out = Vec::new();
        stft.push(samples, |spectrum| out.push(spectrum.to_vec()));
        stft.finish(|spectrum| out.push(spectrum.to_vec()));
        out
    }

    #[test]
    fn every_bin_is_the_sum_it_is_defined_by() {
        let samples: Vec<f32> = (0..48).map(|n| ((n * n) as f32 * 0.1).sin()).collect();
        for size in [15, 16] {
            let settings = StftSettings {
                window_length: 12,
                padding: Padding::None,
                window: Window::Hamming,
                ..StftSettings::new(size, 5)
            };
            let weights = settings.weights();
            for (t, spectrum) in spectra(settings, &samples).iter().enumerate() {
                for (k, bin) in spectrum.iter().enumerate() {
                    let mut sum = Complex::new(0.0, 0.0);
                    for n in 0..size {
                        let angle = -std::f64::consts::TAU * (n * k) as f64 / size as f64;
                        let sample = f64::from(samples[t * 5 + n] * weights[n]);
                        sum += Complex::from_polar(1.0, angle) * sample;
                    }
                    assert!((sum.re - f64::from(bin.re)).abs() < 1e-5);
                    assert!((sum.im - f64::from(bin.im)).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let refused = |settings| Stft::new(settings).unwrap_err().to_string();
        let good = StftSettings::default();
        assert_eq!(
            refused(StftSettings {
                fft_size: 1,
                ..good
            }),
            "FFT size: 1; 2 to 1048576 samples can be transformed"
        );
        assert_eq!(
            refused(StftSettings {
                window_length: 4_096,
                ..good
            }),
            "window length: 4096; it has to be within 1 and the FFT size of 2048"
        );
        assert_eq!(
            refused(StftSettings { hop: 0, ..good }),
            "hop: 0; it has to be 1 to 1048576 samples"
        );
        assert_eq!(
            refused(StftSettings {
                window: Window::Kaiser(f64::NAN),
                ..good
            }),
            "window: a Kaiser β of NaN"
        );
    }

    #[test]
    fn one_bad_sample_spoils_only_its_own_frames() {
        let mut samples = vec![0.5; 4_096];
        samples[0] = f32::NAN;
        let spectra = spectra(StftSettings::new(512, 256), &samples);
        let spoiled = spectra
            .iter()
            .filter(|spectrum| spectrum[0].re.is_nan())
            .count();
        // The window's first weight is 0, which does not help.
        assert_eq!(spoiled, 2);
    }
}
