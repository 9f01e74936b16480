//! Sound from short-time spectra, by weighted overlap and add.

use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner};

use super::framing::Padding;
use super::stft::StftSettings;
use crate::{Error, Result};

/// Weights below this are none: there the frames say nothing about the sound.
const NO_WEIGHT: f32 = 1e-8;

/// Makes sound of the spectra of an [`super::Stft`] with the same settings: each frame is
/// windowed once more, and the sum divided by that of the squared windows (Griffin and Lim,
/// *Signal estimation from modified short-time Fourier transform*, 1984; `librosa.istft`).
///
/// Unchanged spectra give the sound back, within the precision of `f32`, wherever frames with
/// weight lie: with [`Padding::None`] not at the very ends, where windows begin at zero.
///
/// ```
/// use veza_audio::analysis::{InverseStft, Stft, StftSettings};
///
/// let settings = StftSettings::new(1_024, 256);
/// let (mut there, mut back) = (Stft::new(settings)?, InverseStft::new(settings)?);
/// let sound: Vec<f32> = (0..10_000).map(|n| (n as f32 * 0.1).sin()).collect();
/// let mut again = Vec::new();
/// there.push(&sound, |spectrum| back.push(spectrum, &mut again));
/// there.finish(|spectrum| back.push(spectrum, &mut again));
/// back.finish(sound.len() as u64, &mut again);
/// assert!(sound.iter().zip(&again).all(|(a, b)| (a - b).abs() < 1e-6));
/// # Ok::<(), veza_audio::Error>(())
/// ```
pub struct InverseStft {
    settings: StftSettings,
    fft: Arc<dyn ComplexToReal<f32>>,
    /// The window, over the size of the transform, which the transform does not divide by.
    weights: Vec<f32>,
    squares: Vec<f32>,
    bins: Vec<Complex<f32>>,
    frame: Vec<f32>,
    scratch: Vec<Complex<f32>>,
    /// Sums of the frames and of their weights, from the next sample to be given on.
    sums: Vec<f32>,
    norms: Vec<f32>,
    /// Samples before the sound that are still to be dropped.
    margin: usize,
    given: u64,
}

impl fmt::Debug for InverseStft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InverseStft")
            .field("settings", &self.settings)
            .field("given", &self.given)
            .finish_non_exhaustive()
    }
}

impl InverseStft {
    /// The inverse of the transform with these settings.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for settings that no [`super::Stft`] takes, and for a hop
    /// longer than the window, which leaves gaps.
    pub fn new(settings: StftSettings) -> Result<Self> {
        settings.check()?;
        if settings.hop > settings.window_length {
            let reason = format!(
                "{} samples leave gaps between windows of {}",
                settings.hop, settings.window_length
            );
            return Err(Error::invalid("hop", reason));
        }
        let fft = RealFftPlanner::new().plan_fft_inverse(settings.fft_size);
        let window = settings.weights();
        let scale = 1.0 / settings.fft_size as f32;
        let mut inverse = Self {
            squares: window.iter().map(|weight| weight * weight).collect(),
            weights: window.iter().map(|weight| weight * scale).collect(),
            bins: fft.make_input_vec(),
            frame: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            sums: vec![0.0; settings.fft_size],
            norms: vec![0.0; settings.fft_size],
            margin: 0,
            given: 0,
            fft,
            settings,
        };
        inverse.restart();
        Ok(inverse)
    }

    fn restart(&mut self) {
        self.sums.fill(0.0);
        self.norms.fill(0.0);
        self.given = 0;
        self.margin = match self.settings.padding {
            Padding::None => 0,
            _ => self.settings.fft_size / 2,
        };
    }

    /// Takes the next spectrum, and appends to `out` the samples that are complete. Bins that
    /// are missing count as zero. The imaginary parts at 0 Hz and at half the sample rate, which
    /// no sound has, are left out.
    pub fn push(&mut self, spectrum: &[Complex<f32>], out: &mut Vec<f32>) {
        let given = spectrum.len().min(self.bins.len());
        self.bins[..given].copy_from_slice(&spectrum[..given]);
        self.bins[given..].fill(Complex::default());
        self.bins[0].im = 0.0;
        if self.settings.fft_size.is_multiple_of(2)
            && let Some(last) = self.bins.last_mut()
        {
            last.im = 0.0;
        }
        self.fft
            .process_with_scratch(&mut self.bins, &mut self.frame, &mut self.scratch)
            .expect("the buffers were made by the plan, and the ends are real");
        for ((sum, sample), weight) in self.sums.iter_mut().zip(&self.frame).zip(&self.weights) {
            *sum += sample * weight;
        }
        for (norm, square) in self.norms.iter_mut().zip(&self.squares) {
            *norm += square;
        }
        self.give(self.settings.hop, out);
    }

    /// Appends the last samples, so that there are `frames` in all: silence where no spectrum
    /// reached. Is as new afterwards.
    pub fn finish(&mut self, frames: u64, out: &mut Vec<f32>) {
        self.give(self.settings.fft_size, out);
        if self.given > frames {
            let over = usize::try_from(self.given - frames).unwrap_or(usize::MAX);
            out.truncate(out.len().saturating_sub(over));
        } else {
            let missing = usize::try_from(frames - self.given).unwrap_or(usize::MAX);
            // A frame reaches at most so far beyond what was given.
            out.resize(out.len() + missing.min(self.settings.fft_size), 0.0);
        }
        self.restart();
    }

    fn give(&mut self, count: usize, out: &mut Vec<f32>) {
        let skipped = self.margin.min(count);
        self.margin -= skipped;
        self.given += (count - skipped) as u64;
        let whole = self.sums[skipped..count]
            .iter()
            .zip(&self.norms[skipped..count]);
        out.extend(whole.map(|(sum, norm)| if *norm > NO_WEIGHT { sum / norm } else { *sum }));
        self.sums.copy_within(count.., 0);
        self.norms.copy_within(count.., 0);
        let kept = self.sums.len() - count;
        self.sums[kept..].fill(0.0);
        self.norms[kept..].fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Stft, Window};

    fn there_and_back(settings: StftSettings, sound: &[f32]) -> Vec<f32> {
        let mut stft = Stft::new(settings).unwrap();
        let mut inverse = InverseStft::new(settings).unwrap();
        let mut out = Vec::new();
        stft.push(sound, |spectrum| inverse.push(spectrum, &mut out));
        stft.finish(|spectrum| inverse.push(spectrum, &mut out));
        inverse.finish(sound.len() as u64, &mut out);
        out
    }

    #[test]
    fn a_sound_comes_back_whatever_the_size_hop_and_window() {
        let sound: Vec<f32> = (0..9_001_i32)
            .map(|n| ((n.wrapping_mul(n) % 1_999) as f32 / 1_000.0) - 1.0)
            .collect();
        for (size, window_length, hop) in [
            (2_048, 2_048, 512),
            (1_000, 1_000, 250),
            (999, 801, 100),
            (64, 64, 32),
        ] {
            for window in [Window::Hann, Window::Blackman, Window::Kaiser(8.0)] {
                for padding in [Padding::Silence, Padding::Mirror] {
                    let settings = StftSettings {
                        window_length,
                        window,
                        padding,
                        ..StftSettings::new(size, hop)
                    };
                    let back = there_and_back(settings, &sound);
                    assert_eq!(back.len(), sound.len());
                    // The last frame's centre is up to a hop before the end; half a window is
                    // not far beyond it, and has little weight there.
                    let reached = sound.len() - hop.min(sound.len());
                    for (a, b) in sound[..reached].iter().zip(&back) {
                        assert!((a - b).abs() < 2e-6, "{settings:?}: {a} {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn without_padding_only_the_very_ends_are_lost() {
        let sound = vec![0.5; 4_096];
        let settings = StftSettings {
            padding: Padding::None,
            ..StftSettings::new(512, 128)
        };
        let back = there_and_back(settings, &sound);
        assert_eq!(back.len(), sound.len());
        assert!(
            back[64..4_032]
                .iter()
                .all(|sample| (sample - 0.5).abs() < 1e-5)
        );
    }

    #[test]
    fn a_hop_that_leaves_gaps_is_refused() {
        let error = InverseStft::new(StftSettings::new(512, 600)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "hop: 600 samples leave gaps between windows of 512"
        );
    }

    #[test]
    fn spectra_of_the_wrong_width_do_no_harm() {
        let mut inverse = InverseStft::new(StftSettings::new(64, 16)).unwrap();
        let mut out = Vec::new();
        inverse.push(&[], &mut out);
        inverse.push(&[Complex::new(f32::NAN, 1.0); 500], &mut out);
        inverse.finish(20, &mut out);
        assert_eq!(out.len(), 20);
    }
}
