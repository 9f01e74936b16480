//! Which key a sound is in, by the pitches of its partials.

use serde::{Deserialize, Serialize};

use super::{Key, KeyProfile};
use crate::analysis::PITCH_CLASSES;
use crate::analysis::chroma::semitones;
use crate::analysis::stft::{Stft, StftSettings, magnitude};
use crate::analysis::vector::highest;
use crate::{Error, Result};

/// Parts of an octave in which strengths are kept: ten to a semitone.
const FINE: usize = 10 * PITCH_CLASSES;
/// Where partials are looked for, in Hz.
const LOW_HZ: f64 = 55.0;
const HIGH_HZ: f64 = 4_000.0;
/// Partials weaker than this part of a frame's strongest are left out: -50 dB.
const FLOOR: f32 = 0.003;
/// Frames below this magnitude say nothing: about -80 dBFS for a tone.
const SILENT: f32 = 0.1;
/// How many fundamentals a partial may belong to, and how much less each further one counts.
const HARMONICS: u32 = 4;
const DECAY: f64 = 0.6;
/// How strong the harmonics of a note sound as other notes: the third a fifth above it, the fifth
/// a third above it. Chosen by measurement, with the profile.
const LEAKS: [(usize, f64); 2] = [(7, 0.3), (4, 0.1)];
/// How sure a difference between two correlations makes: see [`KeyEstimate::confidence`].
const TEMPERATURE: f64 = 0.05;

/// The key of a sound, and what speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyEstimate {
    /// The likeliest key.
    pub key: Key,
    /// How well the notes fit it: the correlation with the key's profile, at most 1.
    pub fit: f64,
    /// The weight of the key among all 24, each weighing `exp(fit / 0.05)`: 1 where no other
    /// comes near, a half where another fits as well.
    pub confidence: f64,
    /// The key that fits second best.
    pub alternative: Key,
    /// How far the music is tuned above 440 Hz, in cents: -50 to 50.
    pub tuning_cents: f64,
    /// How strong each note from C to B is, of at most 1, with the tuning corrected and without
    /// what harmonics of other notes add.
    pub chroma: [f64; PITCH_CLASSES],
}

/// Gathers the pitches of a stream, in memory that does not grow with its length.
///
/// Every third of a second the local maxima of the spectrum between 55 Hz and 4 kHz are taken as
/// partials. Each adds to its own pitch class and, less and less, to those of which it may be the
/// second, third or fourth harmonic (Gómez, *Tonal description of polyphonic audio for music
/// content processing*, 2006), in steps of 10 cents; where these gather within their semitones is
/// the tuning. From the strength of each note that of the harmonics of others is taken away.
///
/// ```
/// use veza_audio::analysis::{KeyMeter, KeyProfile};
///
/// // A minor: a, c and e.
/// let chord: Vec<f32> = (0..44_100 * 3)
///     .map(|n| [220.0, 261.63, 329.63].iter().map(|hz: &f32| {
///         (n as f32 / 44_100.0 * hz * std::f32::consts::TAU).sin() * 0.2
///     }).sum())
///     .collect();
/// let mut meter = KeyMeter::new(44_100)?;
/// meter.push(&chord);
/// let estimate = meter.finish(KeyProfile::default()).unwrap();
/// assert_eq!((estimate.key.to_string(), estimate.key.camelot()), ("A minor".into(), "8A".into()));
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Debug)]
pub struct KeyMeter {
    stft: Stft,
    pitches: Pitches,
}

#[derive(Debug)]
struct Pitches {
    bin_hz: f64,
    magnitudes: Vec<f32>,
    /// Strengths of one frame, and of all.
    frame: [f64; FINE],
    sums: [f64; FINE],
}

impl KeyMeter {
    /// A meter for one channel of `sample_rate` Hz.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate below 1 kHz or above 1 MHz.
    pub fn new(sample_rate: u32) -> Result<Self> {
        if !(1_000..=1_000_000).contains(&sample_rate) {
            let reason = format!("{sample_rate} Hz; keys are found from 1 kHz to 1 MHz");
            return Err(Error::invalid("sample rate", reason));
        }
        let size = (sample_rate as usize / 3).next_power_of_two();
        let settings = StftSettings::new(size, size / 2);
        Ok(Self {
            stft: Stft::new(settings)?,
            pitches: Pitches {
                bin_hz: f64::from(sample_rate) / size as f64,
                magnitudes: vec![0.0; settings.bins()],
                frame: [0.0; FINE],
                sums: [0.0; FINE],
            },
        })
    }

    /// Takes the next samples. Frames that are not finite have no pitch.
    pub fn push(&mut self, samples: &[f32]) {
        self.stft.push(samples, |spectrum| {
            magnitude(spectrum, &mut self.pitches.magnitudes);
            self.pitches.add();
        });
    }

    /// The key whose profile fits best; nothing for a sound without pitches.
    pub fn finish(mut self, profile: KeyProfile) -> Option<KeyEstimate> {
        self.stft.finish(|spectrum| {
            magnitude(spectrum, &mut self.pitches.magnitudes);
            self.pitches.add();
        });
        let cents = tuning(&self.pitches.sums);
        let chroma = without_harmonics(&fold(&self.pitches.sums, cents)?);
        let fits = profile.fits(&chroma);
        let (key, fit) = fits[0];
        if fit <= 0.0 {
            return None;
        }
        let weights: f64 = fits
            .iter()
            .map(|(_, other)| ((other - fit) / TEMPERATURE).exp())
            .sum();
        Some(KeyEstimate {
            key,
            fit,
            confidence: 1.0 / weights,
            alternative: fits[1].0,
            tuning_cents: cents,
            chroma,
        })
    }
}

impl Pitches {
    fn add(&mut self) {
        let loudest = highest(&self.magnitudes);
        let usable = loudest > SILENT && self.magnitudes.iter().all(|m| m.is_finite());
        if !usable {
            return;
        }
        self.frame.fill(0.0);
        let first = (LOW_HZ / self.bin_hz).ceil().max(1.0) as usize;
        let last = ((HIGH_HZ / self.bin_hz) as usize).min(self.magnitudes.len().saturating_sub(1));
        for bin in first..last {
            let (left, here, right) = (
                self.magnitudes[bin - 1],
                self.magnitudes[bin],
                self.magnitudes[bin + 1],
            );
            if here > loudest * FLOOR && here > left && here >= right {
                let place = bin as f64 + vertex(left, here, right);
                self.add_partial(place * self.bin_hz, f64::from(here / loudest).sqrt());
            }
        }
        // Every frame says as much as it is clear, whatever its level.
        let sum: f64 = self.frame.iter().sum();
        if sum > 0.0 {
            for (total, strength) in self.sums.iter_mut().zip(&self.frame) {
                *total += strength / sum;
            }
        }
    }

    fn add_partial(&mut self, hz: f64, strength: f64) {
        let mut weight = strength;
        for harmonic in 1..=HARMONICS {
            let fundamental = hz / f64::from(harmonic);
            if fundamental < LOW_HZ / 2.0 {
                break;
            }
            // From A on, in steps of a tenth of a semitone; C is three semitones above.
            let place = (semitones(fundamental, 0.0) - 3.0) * 10.0;
            self.frame[place.round().rem_euclid(FINE as f64) as usize % FINE] += weight;
            weight *= DECAY;
        }
    }
}

/// How far beside the middle value the maximum lies, by a parabola through logarithms.
fn vertex(left: f32, here: f32, right: f32) -> f64 {
    let ln = |x: f32| f64::from(x.max(f32::MIN_POSITIVE)).ln();
    let (a, b, c) = (ln(left), ln(here), ln(right));
    let curve = a - 2.0 * b + c;
    if curve < 0.0 {
        (0.5 * (a - c) / curve).clamp(-0.5, 0.5)
    } else {
        0.0
    }
}

/// Where strengths gather within their semitones, in cents: the direction of their mean, a
/// semitone being a turn.
fn tuning(sums: &[f64; FINE]) -> f64 {
    let (mut x, mut y) = (0.0, 0.0);
    for (place, strength) in sums.iter().enumerate() {
        let angle = std::f64::consts::TAU * place as f64 / 10.0;
        x += strength * angle.cos();
        y += strength * angle.sin();
    }
    if x == 0.0 && y == 0.0 {
        0.0
    } else {
        y.atan2(x) / std::f64::consts::TAU * 100.0
    }
}

/// The strengths of the notes, those in the middle of a semitone counting most.
fn fold(sums: &[f64; FINE], cents: f64) -> Option<[f64; PITCH_CLASSES]> {
    let mut chroma = [0.0; PITCH_CLASSES];
    for (place, strength) in sums.iter().enumerate() {
        let note = place as f64 / 10.0 - cents / 100.0;
        let beside = note - note.round();
        let weight = (std::f64::consts::PI * beside).cos().powi(2);
        chroma[note.round().rem_euclid(12.0) as usize % PITCH_CLASSES] += weight * strength;
    }
    let strongest = chroma.iter().copied().fold(0.0, f64::max);
    (strongest > 0.0).then(|| chroma.map(|strength| strength / strongest))
}

/// The strengths without what the harmonics of the other notes add to them.
fn without_harmonics(chroma: &[f64; PITCH_CLASSES]) -> [f64; PITCH_CLASSES] {
    std::array::from_fn(|note| {
        let leaked = LEAKS.map(|(above, part)| part * chroma[(note + 12 - above) % 12]);
        (chroma[note] - leaked.iter().sum::<f64>()).max(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Mode;

    /// Chords of three notes on the given degrees, a second each, with some harmonics.
    fn cadence(tonic: u32, mode: Mode, cents: f64) -> Vec<f32> {
        let chords: [[u32; 3]; 4] = match mode {
            Mode::Major => [[0, 4, 7], [5, 9, 12], [7, 11, 14], [0, 4, 7]],
            Mode::Minor => [[0, 3, 7], [5, 8, 12], [7, 11, 14], [0, 3, 7]],
        };
        let mut samples = Vec::new();
        for chord in chords {
            samples.extend((0..22_050).map(|n| {
                let t = f64::from(n) / 22_050.0;
                let notes = chord.iter().map(|note| {
                    let pitch = f64::from(note + tonic) + cents / 100.0;
                    let hz = 130.812_8 * 2_f64.powf(pitch / 12.0);
                    (1..=5)
                        .map(|h| {
                            (std::f64::consts::TAU * hz * f64::from(h) * t).sin() * 0.5_f64.powi(h)
                        })
                        .sum::<f64>()
                });
                (0.3 * notes.sum::<f64>()) as f32
            }));
        }
        samples
    }

    #[test]
    fn cadences_are_in_their_keys_whatever_the_tuning() {
        for tonic in 0..12 {
            for mode in [Mode::Major, Mode::Minor] {
                let cents = f64::from(tonic) * 7.0 - 40.0;
                let mut meter = KeyMeter::new(22_050).unwrap();
                meter.push(&cadence(tonic, mode, cents));
                let found = meter.finish(KeyProfile::Bgate).unwrap();
                assert_eq!(found.key, Key::new(tonic, mode), "{found:?}");
                assert!(
                    (found.tuning_cents - cents).abs() < 4.0,
                    "{cents} {found:?}"
                );
                assert!((0.0..=1.0).contains(&found.confidence));
            }
        }
    }

    #[test]
    fn what_has_no_pitch_has_no_key() {
        for samples in [vec![], vec![0.0; 44_100], vec![f32::NAN; 44_100]] {
            let mut meter = KeyMeter::new(44_100).unwrap();
            meter.push(&samples);
            assert_eq!(meter.finish(KeyProfile::default()), None);
        }
        assert!(KeyMeter::new(0).is_err());
    }
}
