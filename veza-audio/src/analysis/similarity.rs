//! What a piece sounds like, as a point whose neighbours sound alike.

use serde::{Deserialize, Serialize};

use super::contrast::{ContrastSettings, SpectralContrast};
use super::decibels::power_to_db;
use super::key::{KeyEstimate, KeyProfile, Mode};
use super::mel::{MelBank, MelSettings};
use super::mfcc::Mfcc;
use super::rhythm::{OnsetEnvelope, Tempo};
use super::similarity_scale::SCALE;
use super::stft::{Stft, StftSettings, power};
use crate::Result;

/// Coefficients of timbre, without that of the level.
const CEPSTRUM: usize = 12;
/// Bands of spectral contrast.
const CONTRAST: usize = 7;
/// Bands of beat lengths in which repetition is measured, each half an octave.
const PERIODS: usize = 8;
/// Ways in which an octave may be parted evenly.
const PARTS: usize = 6;
const TIMBRE: usize = 2 * CEPSTRUM + CONTRAST;
const RHYTHM: usize = 3 + PERIODS;
const TONALITY: usize = PARTS + 1;
/// The numbers of a vector.
pub(super) const LENGTH: usize = TIMBRE + RHYTHM + TONALITY;
/// Frames whose strongest bin is below this are silent: -60 dBFS for a tone.
const SILENT: f32 = 0.25;

/// What a piece sounds like: timbre (means and deviations of 12 cepstral coefficients, spectral
/// contrast), rhythm (tempo, density and regularity of onsets, at which periods they repeat) and
/// tonality (how the notes used part the octave, whatever the key; major or minor). Every number
/// is scaled so that over varied music its mean is 0 and its deviation 1.
///
/// A vector is of a version: those of different versions cannot be compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SimilarityVector {
    version: u8,
    values: Vec<f32>,
}

impl SimilarityVector {
    /// The version of the vectors that are made here.
    pub const VERSION: u8 = 1;

    /// The numbers: 31 of timbre, 11 of rhythm and 7 of tonality.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// How different two pieces sound: 0 for the same, about 1.4 for two taken by chance; the
    /// root of the mean square difference, timbre counting a half, rhythm and tonality a quarter
    /// each. Nothing for vectors of different versions.
    pub fn distance(&self, other: &Self) -> Option<f64> {
        let comparable = self.version == other.version
            && self.values.len() == LENGTH
            && other.values.len() == LENGTH;
        if !comparable {
            return None;
        }
        let part = |from: usize, count: usize| {
            let pairs = self.values[from..from + count]
                .iter()
                .zip(&other.values[from..]);
            pairs.map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>() / count as f64
        };
        let square = 0.5 * part(0, TIMBRE)
            + 0.25 * part(TIMBRE, RHYTHM)
            + 0.25 * part(TIMBRE + RHYTHM, TONALITY);
        Some(square.sqrt())
    }

    /// From numbers before their scaling.
    fn scaled(raw: &[f64; LENGTH]) -> Self {
        let scaled = raw.iter().zip(&SCALE).map(|(value, (mean, deviation))| {
            // What is far out says no more than that.
            ((value - mean) / deviation).clamp(-4.0, 4.0) as f32
        });
        Self {
            version: Self::VERSION,
            values: scaled.collect(),
        }
    }
}

/// Gathers the timbre of a stream, in memory that does not grow.
#[derive(Debug)]
pub(super) struct TimbreMeter {
    stft: Stft,
    sums: TimbreSums,
}

#[derive(Debug)]
struct TimbreSums {
    bank: MelBank,
    mfcc: Mfcc,
    contrast: SpectralContrast,
    powers: Vec<f32>,
    levels: Vec<f32>,
    coefficients: [f64; CEPSTRUM],
    squares: [f64; CEPSTRUM],
    contrasts: [f64; CONTRAST],
    count: f64,
}

impl TimbreMeter {
    /// A meter for one channel.
    pub(super) fn new(sample_rate: u32) -> Result<Self> {
        let settings = StftSettings::new(2_048, 1_024);
        let mel = MelSettings {
            bands: 40,
            ..MelSettings::default()
        };
        Ok(Self {
            stft: Stft::new(settings)?,
            sums: TimbreSums {
                bank: MelBank::new(sample_rate, settings.fft_size, &mel)?,
                mfcc: Mfcc::new(mel.bands, CEPSTRUM + 1, 0.0)?,
                contrast: SpectralContrast::new(
                    sample_rate,
                    settings.fft_size,
                    &ContrastSettings::default(),
                )?,
                powers: vec![0.0; settings.bins()],
                levels: vec![0.0; mel.bands],
                coefficients: [0.0; CEPSTRUM],
                squares: [0.0; CEPSTRUM],
                contrasts: [0.0; CONTRAST],
                count: 0.0,
            },
        })
    }

    pub(super) fn push(&mut self, samples: &[f32]) {
        self.stft.push(samples, |spectrum| {
            power(spectrum, &mut self.sums.powers);
            self.sums.add();
        });
    }

    /// The vector of what was heard, with its rhythm and its notes; nothing for silence.
    pub(super) fn finish(
        mut self,
        envelope: &OnsetEnvelope,
        onsets: usize,
        tempo: Option<&Tempo>,
        key: Option<&KeyEstimate>,
    ) -> Option<SimilarityVector> {
        self.stft.finish(|spectrum| {
            power(spectrum, &mut self.sums.powers);
            self.sums.add();
        });
        let mut raw = [0.0; LENGTH];
        let (timbre, rest) = raw.split_at_mut(TIMBRE);
        let (rhythm, tonality) = rest.split_at_mut(RHYTHM);
        self.sums.write(timbre)?;
        write_rhythm(envelope, onsets, tempo, rhythm);
        if let Some(key) = key {
            write_tonality(key, tonality);
        }
        Some(SimilarityVector::scaled(&raw))
    }
}

impl TimbreSums {
    fn add(&mut self) {
        let strongest = self.powers.iter().copied().fold(0.0, f32::max);
        if strongest <= SILENT || !self.powers.iter().all(|power| power.is_finite()) {
            return;
        }
        self.bank.apply(&self.powers, &mut self.levels);
        power_to_db(&mut self.levels);
        let mut coefficients = [0.0; CEPSTRUM + 1];
        self.mfcc.apply(&self.levels, &mut coefficients);
        for n in 0..CEPSTRUM {
            let coefficient = f64::from(coefficients[n + 1]);
            self.coefficients[n] += coefficient;
            self.squares[n] += coefficient * coefficient;
        }
        for power in &mut self.powers {
            *power = power.sqrt();
        }
        let (mut peaks, mut valleys) = ([0.0; CONTRAST], [0.0; CONTRAST]);
        self.contrast.apply(&self.powers, &mut peaks, &mut valleys);
        power_to_db(&mut peaks);
        power_to_db(&mut valleys);
        for (sum, (peak, valley)) in self.contrasts.iter_mut().zip(peaks.iter().zip(valleys)) {
            *sum += f64::from(peak - valley);
        }
        self.count += 1.0;
    }

    fn write(&self, out: &mut [f64]) -> Option<()> {
        if self.count == 0.0 {
            return None;
        }
        for n in 0..CEPSTRUM {
            let mean = self.coefficients[n] / self.count;
            out[n] = mean;
            out[CEPSTRUM + n] = (self.squares[n] / self.count - mean * mean).max(0.0).sqrt();
        }
        for (to, sum) in out[2 * CEPSTRUM..].iter_mut().zip(&self.contrasts) {
            *to = sum / self.count;
        }
        Some(())
    }
}

/// Tempo, regularity, onsets per second, and how much repeats at periods of each half octave
/// between 2 and an eighth of a second.
fn write_rhythm(envelope: &OnsetEnvelope, onsets: usize, tempo: Option<&Tempo>, out: &mut [f64]) {
    out[0] = tempo.map_or(0.0, |tempo| (tempo.bpm / 120.0).log2());
    out[1] = tempo.map_or(0.0, |tempo| tempo.confidence);
    let seconds = envelope.values.len() as f64 / envelope.frame_rate.max(1.0);
    out[2] = onsets as f64 / seconds.max(1.0);
    let lags = envelope.repetition();
    for (band, to) in out[3..].iter_mut().enumerate() {
        let edge = |band: usize| 2.0 * 2_f64.powf(-(band as f64) / 2.0) * envelope.frame_rate;
        let range = edge(band + 1).round() as usize..edge(band).round() as usize;
        let inside = lags.get(range).unwrap_or_default();
        *to = inside.iter().copied().fold(0.0, f64::max);
    }
}

/// How strongly the notes part the octave into 1 to 6 (the magnitudes of their Fourier transform,
/// which do not depend on the key), and how much better major fits than minor.
fn write_tonality(key: &KeyEstimate, out: &mut [f64]) {
    let total: f64 = key.chroma.iter().sum();
    for (part, to) in out[..PARTS].iter_mut().enumerate() {
        let turn = std::f64::consts::TAU * (part + 1) as f64 / 12.0;
        let (mut x, mut y) = (0.0, 0.0);
        for (note, strength) in key.chroma.iter().enumerate() {
            x += strength * (turn * note as f64).cos();
            y += strength * (turn * note as f64).sin();
        }
        *to = (x * x + y * y).sqrt() / total.max(f64::MIN_POSITIVE);
    }
    let fits = KeyProfile::default().fits(&key.chroma);
    let best = |mode: Mode| {
        let of_mode = fits.iter().find(|(key, _)| key.mode == mode);
        of_mode.map_or(0.0, |(_, fit)| *fit)
    };
    out[PARTS] = best(Mode::Major) - best(Mode::Minor);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_symmetric_and_none_between_versions() {
        let one = SimilarityVector::scaled(&[1.0; LENGTH]);
        let other = SimilarityVector::scaled(&[-3.0; LENGTH]);
        assert_eq!(one.distance(&one), Some(0.0));
        assert_eq!(one.distance(&other), other.distance(&one));
        assert!(one.distance(&other).unwrap() > 0.0);
        let newer = SimilarityVector {
            version: 2,
            ..one.clone()
        };
        assert_eq!(one.distance(&newer), None);
        let short: SimilarityVector =
            serde_json::from_str(r#"{"version":1,"values":[1.0]}"#).unwrap();
        assert_eq!(one.distance(&short), None);
    }
}
