//! The peaks of a spectrogram that survive coding, noise and gain.

use std::collections::VecDeque;

use crate::analysis::mono_rate::MonoRate;
use crate::analysis::stft::{Stft, StftSettings, power};
use crate::{Error, Result};

/// The rate at which fingerprints are made, in Hz.
const RATE: u32 = 11_025;
/// Samples of a frame, and from one to the next: 93 and 23 ms.
const SIZE: usize = 1_024;
const HOP: usize = 256;
/// Bins that are looked at: up to 5.4 kHz. The lowest hold more rumble than music.
pub(super) const BINS: usize = 504;
const LOWEST: usize = 10;
/// A peak is the highest of so many bins on both sides,
const NEAR_BINS: usize = 10;
/// and of so many frames before and after.
const NEAR_FRAMES: usize = 8;
/// Of so many frames (about a second), at most so many peaks are kept: the strongest.
const BLOCK: u32 = 43;
const PER_BLOCK: usize = 24;
/// What is weaker is no peak: about -100 dBFS for a tone, below the noise of 16 bits.
const SILENT: f32 = 7e-6;

/// A peak: when and how high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Peak {
    pub(super) frame: u32,
    pub(super) bin: u16,
}

/// The acoustic fingerprint of a sound: the strongest local maxima of its spectrogram, in frames
/// of 23.2 ms and bins of 10.8 Hz, about 24 a second. Pairs of them are what recordings are found
/// by (Wang, *An industrial-strength audio search algorithm*, 2003); see
/// [`super::FingerprintIndex`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// In order of time, then of pitch.
    pub(super) peaks: Vec<Peak>,
    /// How many frames the sound had.
    pub(super) frames: u32,
}

impl Fingerprint {
    /// Seconds from one frame to the next.
    pub const FRAME_SECONDS: f64 = HOP as f64 / RATE as f64;

    /// How long the sound is, in seconds, within a frame.
    pub fn seconds(&self) -> f64 {
        f64::from(self.frames) * Self::FRAME_SECONDS
    }

    /// The number of peaks.
    pub fn peaks(&self) -> usize {
        self.peaks.len()
    }
}

/// Makes the fingerprint of a stream: about 60 bytes a second.
///
/// ```
/// use veza_audio::analysis::{Fingerprint, FingerprintMeter};
///
/// let sweep: Vec<f32> = (0..44_100 * 4)
///     .map(|n| (n as f32 / 44_100.0).powi(2) * 300.0)
///     .map(|turns| (turns * std::f32::consts::TAU).sin())
///     .collect();
/// let mut meter = FingerprintMeter::new(44_100)?;
/// meter.push(&sweep);
/// let fingerprint = meter.finish();
/// let bytes = fingerprint.to_bytes();
/// assert_eq!(Fingerprint::from_bytes(&bytes)?, fingerprint);
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Debug)]
pub struct FingerprintMeter {
    rate: MonoRate,
    finder: Finder,
}

#[derive(Debug)]
struct Finder {
    stft: Stft,
    picker: Picker,
}

/// Finds peaks among the last frames.
#[derive(Debug)]
struct Picker {
    /// The last frames, oldest first, and the highest of near bins in each.
    frames: VecDeque<Frame>,
    /// A frame that was let go, to be used again.
    spare: Frame,
    /// How many frames have come.
    count: u32,
    /// Peaks of the block at hand, with their strength.
    block: Vec<(f32, Peak)>,
    block_end: u32,
    peaks: Vec<Peak>,
}

#[derive(Clone, Debug, Default)]
struct Frame {
    powers: Vec<f32>,
    widest: Vec<f32>,
}

impl FingerprintMeter {
    /// A meter for one channel of `sample_rate` Hz.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate below 1 kHz or above 1 MHz.
    pub fn new(sample_rate: u32) -> Result<Self> {
        if !(1_000..=1_000_000).contains(&sample_rate) {
            let reason = format!("{sample_rate} Hz; fingerprints are made from 1 kHz to 1 MHz");
            return Err(Error::invalid("sample rate", reason));
        }
        Ok(Self {
            rate: MonoRate::new(sample_rate, RATE),
            finder: Finder {
                stft: Stft::new(StftSettings::new(SIZE, HOP))?,
                picker: Picker {
                    frames: VecDeque::with_capacity(2 * NEAR_FRAMES + 1),
                    spare: Frame::default(),
                    count: 0,
                    block: Vec::new(),
                    block_end: BLOCK,
                    peaks: Vec::new(),
                },
            },
        })
    }

    /// Takes the next samples. Frames that are not finite have no peak.
    pub fn push(&mut self, samples: &[f32]) {
        let finder = &mut self.finder;
        self.rate.push(samples, &mut |samples| finder.push(samples));
    }

    /// The fingerprint of all samples.
    pub fn finish(mut self) -> Fingerprint {
        let finder = &mut self.finder;
        self.rate.finish(&mut |samples| finder.push(samples));
        finder.stft.finish(|spectrum| finder.picker.add(spectrum));
        finder.picker.finish()
    }
}

impl Finder {
    fn push(&mut self, samples: &[f32]) {
        self.stft
            .push(samples, |spectrum| self.picker.add(spectrum));
    }
}

impl Picker {
    fn add(&mut self, spectrum: &[crate::analysis::Complex<f32>]) {
        let mut frame = std::mem::take(&mut self.spare);
        frame.powers.resize(BINS, 0.0);
        power(&spectrum[..BINS], &mut frame.powers);
        for (bin, power) in frame.powers.iter_mut().enumerate() {
            // Music is weaker the higher it is, and its high peaks say as much.
            let level = *power * bin as f32;
            *power = if bin >= LOWEST && level.is_finite() {
                level
            } else {
                0.0
            };
        }
        frame.widest.clone_from(&frame.powers);
        widen(&mut frame.widest);
        self.push_frame(frame);
    }

    fn push_frame(&mut self, frame: Frame) {
        self.frames.push_back(frame);
        self.count = self.count.saturating_add(1);
        if self.frames.len() > NEAR_FRAMES {
            self.look(self.frames.len() - 1 - NEAR_FRAMES);
        }
        if self.frames.len() > 2 * NEAR_FRAMES
            && let Some(spare) = self.frames.pop_front()
        {
            self.spare = spare;
        }
    }

    /// Looks for the peaks of the frame at `index` of those that are kept, which is followed by
    /// as many as it is compared with, or by the last one.
    fn look(&mut self, index: usize) {
        let number = self.count - (self.frames.len() - index) as u32;
        if number >= self.block_end {
            self.end_block(number);
        }
        let frame = &self.frames[index];
        for bin in LOWEST..BINS {
            let level = frame.powers[bin];
            if level < frame.widest[bin] || level <= SILENT * bin as f32 {
                continue;
            }
            let earlier = self.frames.range(index.saturating_sub(NEAR_FRAMES)..index);
            let later = self.frames.range(index + 1..);
            // Of equals in a row the first is the peak.
            let highest = earlier
                .map(|other| other.widest[bin])
                .all(|other| other < level)
                && later
                    .take(NEAR_FRAMES)
                    .all(|other| other.widest[bin] <= level);
            if highest {
                let peak = Peak {
                    frame: number,
                    bin: bin as u16,
                };
                self.block.push((level, peak));
            }
        }
    }

    fn end_block(&mut self, number: u32) {
        self.block
            .sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let start = self.peaks.len();
        self.peaks
            .extend(self.block.drain(..).take(PER_BLOCK).map(|(_, peak)| peak));
        self.peaks[start..].sort();
        self.block_end = (number / BLOCK + 1) * BLOCK;
    }

    fn finish(&mut self) -> Fingerprint {
        let first = self.frames.len().saturating_sub(NEAR_FRAMES);
        for index in first..self.frames.len() {
            self.look(index);
        }
        self.end_block(self.count);
        Fingerprint {
            peaks: std::mem::take(&mut self.peaks),
            frames: self.count,
        }
    }
}

/// Replaces each value by the highest of `NEAR_BINS` on both sides: by runs of doubled length,
/// two of which overlap to the length that is asked for.
fn widen(values: &mut [f32]) {
    const WIDTH: usize = 2 * NEAR_BINS + 1;
    let end = values.len();
    let mut run = 1;
    while run < WIDTH {
        let step = run.min(WIDTH - run);
        for n in 0..end - step {
            values[n] = values[n].max(values[n + step]);
        }
        run += step;
    }
    // Each now is the highest of itself and those after it: it belongs in their middle.
    values.copy_within(..end - NEAR_BINS, NEAR_BINS);
    let first = values[NEAR_BINS];
    values[..NEAR_BINS].fill(first);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widening_finds_the_highest_around() {
        let mut values = vec![0.0; 100];
        values[30] = 2.0;
        values[45] = 1.0;
        values[99] = 3.0;
        widen(&mut values);
        for (n, value) in values.iter().enumerate().skip(NEAR_BINS) {
            let expected = match n {
                20..=40 => 2.0,
                41..=55 => 1.0,
                89.. => 3.0,
                _ => 0.0,
            };
            assert_eq!(*value, expected, "{n}");
        }
    }

    #[test]
    fn tones_are_peaks_at_their_pitch() {
        let mut meter = FingerprintMeter::new(44_100).unwrap();
        let tone = |hz: f32, n: i32| (n as f32 / 44_100.0 * hz * std::f32::consts::TAU).sin();
        let samples: Vec<f32> = (0..44_100 * 3)
            .map(|n| {
                if (44_100..48_000).contains(&n) {
                    tone(1_000.0, n)
                } else {
                    0.0
                }
            })
            .collect();
        for block in samples.chunks(1_234) {
            meter.push(block);
        }
        let fingerprint = meter.finish();
        assert!((fingerprint.seconds() - 3.0).abs() < 0.05);
        let bin = (1_000.0 / 11_025.0 * 1_024.0_f64).round() as u16;
        let strongest = fingerprint
            .peaks
            .iter()
            .find(|peak| peak.bin == bin)
            .unwrap();
        let seconds = f64::from(strongest.frame) * Fingerprint::FRAME_SECONDS;
        assert!((seconds - 1.044).abs() < 0.05, "{seconds}");
    }

    #[test]
    fn silence_has_no_peaks_and_gain_changes_none() {
        let make = |gain: f32| {
            let mut meter = FingerprintMeter::new(22_050).unwrap();
            let mut state = 1_u32;
            let samples: Vec<f32> = (0..100_000)
                .map(|n| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let slow = (n as f32 * 0.000_7).sin();
                    gain * slow * (state >> 8) as f32 / 16_777_216.0
                })
                .collect();
            meter.push(&samples);
            meter.finish()
        };
        assert_eq!(make(0.0).peaks(), 0);
        assert_eq!(make(f32::NAN).peaks(), 0);
        assert!(make(0.5).peaks() > 50);
        assert_eq!(make(0.5), make(0.125));
        assert!(FingerprintMeter::new(1).is_err());
    }
}
