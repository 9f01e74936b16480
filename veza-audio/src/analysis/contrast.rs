//! Spectral contrast: how far peaks stand above valleys, octave by octave.

use std::ops::Range;

use crate::{Error, Result};

/// Which octaves are compared, and how much of each counts as peak and as valley.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContrastSettings {
    /// Octaves above the lowest band.
    pub octaves: usize,
    /// Where the lowest band ends, in Hz.
    pub low_hz: f64,
    /// The part of a band's bins that are its peak, and its valley.
    pub quantile: f64,
}

impl Default for ContrastSettings {
    /// Those of `librosa.feature.spectral_contrast`.
    fn default() -> Self {
        Self {
            octaves: 6,
            low_hz: 200.0,
            quantile: 0.02,
        }
    }
}

/// Peaks and valleys of the bands of a spectrum (Jiang et al., *Music type classification by
/// spectral contrast feature*, 2002), with the bands of librosa.
#[derive(Clone, Debug)]
pub struct SpectralContrast {
    /// The bins of each band, and how many of them are peak and valley.
    bands: Vec<(Range<usize>, usize)>,
    sorted: Vec<f32>,
}

impl SpectralContrast {
    /// For spectra of `fft_size / 2 + 1` bins.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a quantile not between 0 and 1, and for bands that reach
    /// beyond half the sample rate or have no bin.
    pub fn new(sample_rate: u32, fft_size: usize, settings: &ContrastSettings) -> Result<Self> {
        let ContrastSettings {
            octaves,
            low_hz,
            quantile,
        } = *settings;
        if !(quantile > 0.0 && quantile < 1.0) {
            let reason = format!("{quantile}; it has to lie between 0 and 1");
            return Err(Error::invalid("quantile", reason));
        }
        let nyquist = f64::from(sample_rate) / 2.0;
        let top = low_hz * 2_f64.powi(octaves.clamp(1, 64) as i32 - 1);
        let fits = (1..=64).contains(&octaves) && low_hz > 0.0 && top < nyquist;
        if !fits || fft_size < 2 {
            let reason =
                format!("{octaves} octaves from {low_hz} Hz do not fit below {nyquist} Hz");
            return Err(Error::invalid("contrast bands", reason));
        }
        let bin_hz = f64::from(sample_rate) / fft_size as f64;
        let bins = fft_size / 2 + 1;
        let mut bands = Vec::with_capacity(octaves + 1);
        for band in 0..=octaves {
            let (from, to) = match band {
                0 => (0.0, low_hz),
                n => (
                    low_hz * 2_f64.powi(n as i32 - 1),
                    low_hz * 2_f64.powi(n as i32),
                ),
            };
            let first = ((from / bin_hz).ceil() as usize).saturating_sub(usize::from(band > 0));
            let last = if band == octaves {
                bins
            } else {
                ((to / bin_hz).floor() as usize + 1).min(bins)
            };
            let all = last.saturating_sub(first);
            // The last bin counts for the size and, but in the top band, not for the values.
            let end = if band == octaves {
                last
            } else {
                last.saturating_sub(1)
            };
            if first >= end {
                let reason = format!("no bin lies between {from} and {to} Hz");
                return Err(Error::invalid("contrast bands", reason));
            }
            let count = (all as f64 * quantile).round_ties_even().max(1.0) as usize;
            bands.push((first..end, count.min(end - first)));
        }
        Ok(Self {
            bands,
            sorted: Vec::new(),
        })
    }

    /// The number of bands: one more than octaves.
    pub fn bands(&self) -> usize {
        self.bands.len()
    }

    /// Writes the mean peak and the mean valley of each band of a spectrum of magnitudes over
    /// `peaks` and `valleys`, as far as these go. The contrast is the ratio of both, usually in
    /// dB. Bins that are missing count as zero.
    pub fn apply(&mut self, magnitudes: &[f32], peaks: &mut [f32], valleys: &mut [f32]) {
        for (((bins, count), peak), valley) in self.bands.iter().zip(peaks).zip(valleys) {
            let there = bins.start.min(magnitudes.len())..bins.end.min(magnitudes.len());
            self.sorted.clear();
            self.sorted.extend_from_slice(&magnitudes[there]);
            self.sorted.resize(bins.len(), 0.0);
            *valley = lowest(&mut self.sorted, *count);
            let upper = self.sorted.len() - count;
            self.sorted.select_nth_unstable_by(upper, f32::total_cmp);
            *peak = mean(&self.sorted[upper..]);
        }
    }
}

fn lowest(values: &mut [f32], count: usize) -> f32 {
    values.select_nth_unstable_by(count - 1, f32::total_cmp);
    mean(&values[..count])
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_in_a_band_is_its_peak() {
        let mut contrast =
            SpectralContrast::new(22_050, 2_048, &ContrastSettings::default()).unwrap();
        let mut magnitudes = vec![1.0; 1_025];
        // At 1 kHz: in the band from 800 Hz, the fourth, of which 2 % are two bins.
        magnitudes[93] = 101.0;
        let (mut peaks, mut valleys) = ([0.0; 7], [0.0; 7]);
        contrast.apply(&magnitudes, &mut peaks, &mut valleys);
        assert_eq!(peaks, [1.0, 1.0, 1.0, 51.0, 1.0, 1.0, 1.0]);
        assert_eq!(valleys, [1.0; 7]);
        contrast.apply(&[f32::NAN], &mut peaks, &mut valleys);
    }

    #[test]
    fn bands_beyond_the_sound_are_refused() {
        let error = SpectralContrast::new(8_000, 2_048, &ContrastSettings::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "contrast bands: 6 octaves from 200 Hz do not fit below 4000 Hz"
        );
        let settings = ContrastSettings {
            quantile: 1.0,
            ..ContrastSettings::default()
        };
        assert!(SpectralContrast::new(44_100, 2_048, &settings).is_err());
        assert!(SpectralContrast::new(44_100, 64, &ContrastSettings::default()).is_err());
        assert!(SpectralContrast::new(0, 0, &ContrastSettings::default()).is_err());
    }
}
