//! How strongly something begins, over time.

use crate::analysis::FeatureMatrix;
use crate::analysis::mel::{MelBank, MelNorm, MelScale, MelSettings};
use crate::analysis::rhythm::peaks::{PeakPicking, pick_peaks};
use crate::analysis::stft::{Stft, StftSettings, magnitude};
use crate::analysis::vector::{highest, ln};
use crate::{Error, Result};

/// Frames a second, about.
const FRAME_RATE: f64 = 100.0;
/// Frames between the two spectra that are compared.
const LAG: usize = 2;
/// Bands that are compared, and their lowest and highest frequency in Hz.
const BANDS: usize = 64;
const LOW_HZ: f64 = 27.5;
const HIGH_HZ: f64 = 16_000.0;
/// How far above the mean of its surroundings an onset stands, the highest being 1.
const ABOVE_MEAN: f32 = 0.05;

/// The strength of onsets over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnsetEnvelope {
    /// Frames a second.
    pub frame_rate: f64,
    /// The strength of each frame, 0 or more; frame `n` is at `n / frame_rate` seconds.
    pub values: Vec<f32>,
}

impl OnsetEnvelope {
    /// When something begins, in seconds: the peaks of the envelope, highest within 30 ms and at
    /// least 30 ms apart.
    pub fn onsets(&self) -> Vec<f64> {
        let Ok(picking) = PeakPicking::of_onsets(self.frame_rate) else {
            return Vec::new();
        };
        let picking = PeakPicking {
            after_max: picking.before_max,
            above_mean: ABOVE_MEAN,
            ..picking
        };
        let strongest = highest(&self.values);
        if strongest <= 0.0 || !strongest.is_finite() {
            return Vec::new();
        }
        let scaled: Vec<f32> = self.values.iter().map(|value| value / strongest).collect();
        pick_peaks(&scaled, &picking)
            .into_iter()
            .map(|frame| frame as f64 / self.frame_rate)
            .collect()
    }
}

/// Follows how strongly something begins in a stream: the sum of the rises of logarithmic mel
/// bands over 20 ms, each compared with the highest of its neighbours, so that vibrato is no
/// onset (Böck and Widmer, *Maximum filter vibrato suppression for onset detection*, 2013).
///
/// ```
/// use veza_audio::analysis::OnsetMeter;
///
/// // A click every half second.
/// let mut clicks = vec![0.0_f32; 44_100 * 4];
/// clicks.iter_mut().step_by(22_050).for_each(|sample| *sample = 1.0);
/// let mut meter = OnsetMeter::new(44_100)?;
/// meter.push(&clicks);
/// let onsets = meter.finish().onsets();
/// assert!(onsets.iter().all(|time| (time * 2.0 - (time * 2.0).round()).abs() < 0.04));
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Debug)]
pub struct OnsetMeter {
    stft: Stft,
    rises: Rises,
    frame_rate: f64,
}

#[derive(Debug)]
struct Rises {
    bank: MelBank,
    magnitudes: Vec<f32>,
    bands: Vec<f32>,
    /// The last spectra, each band already the highest of its neighbours; oldest first.
    before: [Vec<f32>; LAG],
    /// How many of these there are.
    known: usize,
    values: Vec<f32>,
}

impl OnsetMeter {
    /// A meter for one channel of `sample_rate` Hz.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate below 1 kHz or above 1 MHz.
    pub fn new(sample_rate: u32) -> Result<Self> {
        if !(1_000..=1_000_000).contains(&sample_rate) {
            let reason = format!("{sample_rate} Hz; onsets are found from 1 kHz to 1 MHz");
            return Err(Error::invalid("sample rate", reason));
        }
        let rate = f64::from(sample_rate);
        let hop = (rate / FRAME_RATE).round() as usize;
        // 40 ms or a little more.
        let settings = StftSettings::new((4 * hop).next_power_of_two(), hop);
        let mel = MelSettings {
            bands: BANDS,
            low_hz: LOW_HZ,
            high_hz: Some(HIGH_HZ.min(rate / 2.0)),
            scale: MelScale::Slaney,
            norm: MelNorm::Peak,
        };
        Ok(Self {
            stft: Stft::new(settings)?,
            rises: Rises {
                bank: MelBank::new(sample_rate, settings.fft_size, &mel)?,
                magnitudes: vec![0.0; settings.bins()],
                bands: vec![0.0; BANDS],
                before: [vec![0.0; BANDS], vec![0.0; BANDS]],
                known: 0,
                values: Vec::new(),
            },
            frame_rate: rate / hop as f64,
        })
    }

    /// Takes the next samples. Frames that are not finite have no onset.
    pub fn push(&mut self, samples: &[f32]) {
        self.stft.push(samples, |spectrum| {
            magnitude(spectrum, &mut self.rises.magnitudes);
            self.rises.add();
        });
    }

    /// The envelope of all samples: about 100 values a second, 4 bytes each.
    pub fn finish(mut self) -> OnsetEnvelope {
        self.stft.finish(|spectrum| {
            magnitude(spectrum, &mut self.rises.magnitudes);
            self.rises.add();
        });
        // A rise between two frames is seen at the later one; it lies between them.
        let mut values = self.rises.values;
        let late = (LAG / 2).min(values.len());
        values.rotate_left(late);
        let end = values.len();
        values[end - late..].fill(0.0);
        OnsetEnvelope {
            frame_rate: self.frame_rate,
            values,
        }
    }
}

impl Rises {
    fn add(&mut self) {
        self.bank.apply(&self.magnitudes, &mut self.bands);
        for band in &mut self.bands {
            *band = ln(1.0 + band.clamp(0.0, f32::MAX / 2.0));
        }
        let [older, newer] = &mut self.before;
        let rise: f32 = self
            .bands
            .iter()
            .zip(older.iter())
            .map(|(now, before)| (now - before).max(0.0))
            .sum();
        let known = self.known == LAG;
        self.known = (self.known + 1).min(LAG);
        self.values
            .push(if known && rise.is_finite() { rise } else { 0.0 });
        std::mem::swap(older, newer);
        for (band, widest) in newer.iter_mut().enumerate() {
            let around = band.saturating_sub(1)..(band + 2).min(BANDS);
            *widest = self.bands[around].iter().copied().fold(0.0, f32::max);
        }
    }
}

/// The mean rise of levels, in dB, from each frame to the next, `delay` frames later:
/// `librosa.onset.onset_strength` of a mel spectrogram in dB. librosa delays by half a transform,
/// `fft_size / (2 · hop)`, frames.
pub fn onset_strength(levels: &FeatureMatrix, delay: usize) -> Vec<f32> {
    let mut strength = vec![0.0; levels.frames()];
    for frame in 1..levels.frames() {
        let Some(place) = strength.get_mut(frame + delay) else {
            break;
        };
        let pairs = levels.frame(frame).iter().zip(levels.frame(frame - 1));
        let rise: f32 = pairs.map(|(now, before)| (now - before).max(0.0)).sum();
        *place = rise / levels.width() as f32;
    }
    strength
}

#[cfg(test)]
mod tests {
    use super::*;

    fn onsets(sample_rate: u32, samples: &[f32]) -> Vec<f64> {
        let mut meter = OnsetMeter::new(sample_rate).unwrap();
        for block in samples.chunks(1_000) {
            meter.push(block);
        }
        meter.finish().onsets()
    }

    /// Decaying tones at the given times, in seconds.
    fn plucks(sample_rate: u32, seconds: f64, times: &[f64]) -> Vec<f32> {
        let rate = f64::from(sample_rate);
        let mut samples = vec![0.0; (seconds * rate) as usize];
        for (number, time) in times.iter().enumerate() {
            let start = (time * rate) as usize;
            for (n, sample) in samples[start..].iter_mut().enumerate() {
                let t = n as f64 / rate;
                let hz = 300.0 + 50.0 * (number % 7) as f64;
                *sample += (0.3 * (-8.0 * t).exp() * (hz * t * std::f64::consts::TAU).sin()) as f32;
            }
        }
        samples
    }

    #[test]
    fn plucked_notes_are_found_at_any_rate() {
        let times: Vec<f64> = (0..12).map(|n| 0.5 + 0.31 * f64::from(n)).collect();
        for rate in [8_000, 22_050, 44_100, 48_000] {
            let found = onsets(rate, &plucks(rate, 5.0, &times));
            assert_eq!(found.len(), times.len(), "{rate}: {found:?}");
            for (found, time) in found.iter().zip(&times) {
                assert!((found - time).abs() < 0.025, "{rate}: {found} {time}");
            }
        }
    }

    #[test]
    fn what_goes_on_has_no_onset() {
        assert!(onsets(22_050, &[]).is_empty());
        assert!(onsets(22_050, &vec![0.0; 22_050]).is_empty());
        assert!(onsets(22_050, &vec![f32::NAN; 22_050]).is_empty());
        assert!(OnsetMeter::new(0).is_err());
        assert!(OnsetEnvelope::default().onsets().is_empty());
    }
}
