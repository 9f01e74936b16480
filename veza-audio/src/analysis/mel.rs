//! Mel bands of a spectrum.

use super::vector::dot;
use crate::{Error, Result};

/// Most bands of a bank.
const MAX_BANDS: usize = 4_096;

/// How pitch, in mel, depends on frequency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MelScale {
    /// Slaney's *Auditory Toolbox* (1998): linear to 1 kHz, logarithmic from there. librosa's
    /// default.
    #[default]
    Slaney,
    /// That of HTK: `2595 log10(1 + f / 700)`.
    Htk,
}

impl MelScale {
    /// The pitch of `hz`.
    pub fn mel(self, hz: f64) -> f64 {
        match self {
            Self::Htk => 2_595.0 * (1.0 + hz / 700.0).log10(),
            Self::Slaney if hz < 1_000.0 => hz * 3.0 / 200.0,
            Self::Slaney => 15.0 + (hz / 1_000.0).ln() * 27.0 / 6.4_f64.ln(),
        }
    }

    /// The frequency, in Hz, of `mel`.
    pub fn hz(self, mel: f64) -> f64 {
        match self {
            Self::Htk => 700.0 * (10_f64.powf(mel / 2_595.0) - 1.0),
            Self::Slaney if mel < 15.0 => mel * 200.0 / 3.0,
            Self::Slaney => 1_000.0 * ((mel - 15.0) * 6.4_f64.ln() / 27.0).exp(),
        }
    }
}

/// How high the triangles of a bank are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MelNorm {
    /// Each has the same area: 2 over its width in Hz. librosa's default (`norm="slaney"`).
    #[default]
    Area,
    /// Each reaches 1 (`norm=None`, and HTK).
    Peak,
}

/// Which bands a bank has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MelSettings {
    /// The number of bands.
    pub bands: usize,
    /// Where the first triangle begins, in Hz.
    pub low_hz: f64,
    /// Where the last triangle ends, in Hz; half the sample rate unless stated.
    pub high_hz: Option<f64>,
    /// How pitch depends on frequency.
    pub scale: MelScale,
    /// How high the triangles are.
    pub norm: MelNorm,
}

impl Default for MelSettings {
    /// Those of `librosa.feature.melspectrogram`: 128 bands from 0 Hz to half the sample rate.
    fn default() -> Self {
        Self {
            bands: 128,
            low_hz: 0.0,
            high_hz: None,
            scale: MelScale::Slaney,
            norm: MelNorm::Area,
        }
    }
}

/// Overlapping triangles, equally far apart in mel, which sum a spectrum up into bands; the same
/// as `librosa.filters.mel`.
///
/// ```
/// use veza_audio::analysis::{MelBank, MelSettings};
///
/// let bank = MelBank::new(22_050, 2_048, &MelSettings::default())?;
/// let mut bands = vec![0.0; bank.bands()];
/// bank.apply(&vec![1.0; 1_025], &mut bands);
/// assert!(bands.iter().all(|band| (0.08..0.11).contains(band)), "{bands:?}");
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MelBank {
    triangles: Vec<Triangle>,
    /// The weights of all triangles, one after another.
    weights: Vec<f32>,
    centres: Vec<f64>,
}

/// Where a triangle's weights lie, and over which bins.
#[derive(Clone, Copy, Debug)]
struct Triangle {
    bin: usize,
    start: usize,
    length: usize,
}

impl MelBank {
    /// A bank for spectra of `fft_size / 2 + 1` bins.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate of 0, no bands or too many, and frequencies that do
    /// not rise within 0 Hz and half the sample rate.
    pub fn new(sample_rate: u32, fft_size: usize, settings: &MelSettings) -> Result<Self> {
        let nyquist = f64::from(sample_rate) / 2.0;
        let (low, high) = (settings.low_hz, settings.high_hz.unwrap_or(nyquist));
        if sample_rate == 0 {
            return Err(Error::invalid("sample rate", "it is 0"));
        }
        if fft_size < 2 {
            return Err(Error::invalid(
                "FFT size",
                format!("{fft_size} has no bands"),
            ));
        }
        if !(1..=MAX_BANDS).contains(&settings.bands) {
            let reason = format!("{}; there can be 1 to {MAX_BANDS}", settings.bands);
            return Err(Error::invalid("mel bands", reason));
        }
        if !(low >= 0.0 && low < high && high <= nyquist) {
            let reason = format!("{low} to {high} Hz; they have to rise within 0 and {nyquist} Hz");
            return Err(Error::invalid("mel frequencies", reason));
        }
        let (from, to) = (settings.scale.mel(low), settings.scale.mel(high));
        let step = (to - from) / (settings.bands + 1) as f64;
        let edges: Vec<f64> = (0..settings.bands + 2)
            .map(|edge| settings.scale.hz(from + step * edge as f64))
            .collect();
        let mut bank = Self {
            triangles: Vec::with_capacity(settings.bands),
            weights: Vec::new(),
            centres: edges[1..=settings.bands].to_vec(),
        };
        let bins = fft_size / 2 + 1;
        let bin_hz = f64::from(sample_rate) / fft_size as f64;
        for edges in edges.windows(3) {
            bank.add(edges, bin_hz, bins, settings.norm);
        }
        Ok(bank)
    }

    fn add(&mut self, edges: &[f64], bin_hz: f64, bins: usize, norm: MelNorm) {
        let height = match norm {
            MelNorm::Area => 2.0 / (edges[2] - edges[0]),
            MelNorm::Peak => 1.0,
        };
        let weight = |bin: usize| {
            let hz = bin as f64 * bin_hz;
            let rising = (hz - edges[0]) / (edges[1] - edges[0]);
            let falling = (edges[2] - hz) / (edges[2] - edges[1]);
            rising.min(falling).max(0.0)
        };
        let first = (edges[0] / bin_hz) as usize;
        let last = ((edges[2] / bin_hz) as usize + 1).min(bins - 1);
        let inside = (first..=last).filter(|bin| weight(*bin) > 0.0);
        let start = self.weights.len();
        self.weights
            .extend(inside.clone().map(|bin| (weight(bin) * height) as f32));
        self.triangles.push(Triangle {
            bin: inside.clone().next().unwrap_or(0),
            start,
            length: self.weights.len() - start,
        });
    }

    /// The number of bands.
    pub fn bands(&self) -> usize {
        self.triangles.len()
    }

    /// Where each band has its middle, in Hz.
    pub fn centres(&self) -> &[f64] {
        &self.centres
    }

    /// Writes the bands of a spectrum (of powers, usually) over `bands`, as far as both go. Bins
    /// that are missing count as zero.
    pub fn apply(&self, spectrum: &[f32], bands: &mut [f32]) {
        for (band, triangle) in bands.iter_mut().zip(&self.triangles) {
            let weights = &self.weights[triangle.start..triangle.start + triangle.length];
            let bins = spectrum.get(triangle.bin..).unwrap_or_default();
            let shared = bins.len().min(weights.len());
            *band = dot(&bins[..shared], &weights[..shared]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pitches_are_as_published() {
        // 1 kHz is 1000 mel by HTK's formula, and 15 by Slaney's, of which 6.4 kHz is 42.
        assert!((MelScale::Htk.mel(1_000.0) - 999.985_5).abs() < 1e-3);
        assert!((MelScale::Slaney.mel(1_000.0) - 15.0).abs() < 1e-12);
        assert!((MelScale::Slaney.mel(6_400.0) - 42.0).abs() < 1e-12);
        for scale in [MelScale::Htk, MelScale::Slaney] {
            for hz in [0.0, 440.0, 999.9, 1_000.0, 8_000.0] {
                assert!((scale.hz(scale.mel(hz)) - hz).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn between_the_first_and_last_middle_triangles_that_reach_one_add_up_to_one() {
        let settings = MelSettings {
            bands: 20,
            norm: MelNorm::Peak,
            ..MelSettings::default()
        };
        let bank = MelBank::new(16_000, 1_024, &settings).unwrap();
        let centres = bank.centres();
        let bin_hz = 16_000.0 / 1_024.0;
        for bin in 0..513 {
            let hz = bin as f64 * bin_hz;
            if hz < centres[0] || hz > centres[19] {
                continue;
            }
            let mut line = vec![0.0; 513];
            line[bin] = 1.0;
            let mut bands = [0.0; 20];
            bank.apply(&line, &mut bands);
            assert!((bands.iter().sum::<f32>() - 1.0).abs() < 1e-5, "bin {bin}");
        }
    }

    #[test]
    fn bands_narrower_than_a_bin_are_empty_and_do_no_harm() {
        let bank = MelBank::new(48_000, 64, &MelSettings::default()).unwrap();
        let mut bands = [9.0; 128];
        bank.apply(&[1.0; 33], &mut bands);
        assert!(bands.contains(&0.0) && bands.iter().all(|band| *band < 1.0));
        bank.apply(&[], &mut bands);
        assert_eq!(bands, [0.0; 128]);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let refused = |settings| MelBank::new(8_000, 512, &settings).unwrap_err().to_string();
        let good = MelSettings::default();
        assert_eq!(
            refused(MelSettings {
                high_hz: Some(5_000.0),
                ..good
            }),
            "mel frequencies: 0 to 5000 Hz; they have to rise within 0 and 4000 Hz"
        );
        assert_eq!(
            refused(MelSettings { bands: 0, ..good }),
            "mel bands: 0; there can be 1 to 4096"
        );
        assert!(
            refused(MelSettings {
                low_hz: f64::NAN,
                ..good
            })
            .contains("NaN")
        );
        assert!(MelBank::new(0, 512, &good).is_err());
    }
}
