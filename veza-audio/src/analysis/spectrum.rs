//! Means over the short-time spectra of a sound.

use super::framing::Padding;
use super::level::SILENCE;
use super::shape::{Place, ROLLOFF, relative_flatness};
use super::stft::{Stft, StftSettings, power};
use crate::samples;

/// Samples of a frame.
const FRAME: usize = 2_048;
/// Samples from one frame to the next.
const HOP: usize = 1_024;

/// Takes a frame every [`HOP`] samples and sums up what its spectrum is like.
#[derive(Debug)]
pub(super) struct SpectrumMeter {
    stft: Stft,
    means: Summing,
    /// Samples taken, as far as a frame is long.
    taken: usize,
}

/// The four means; frequencies in bins while summing, in Hz at the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Means {
    pub(super) centroid: f64,
    pub(super) bandwidth: f64,
    pub(super) rolloff: f64,
    pub(super) flatness: f64,
}

#[derive(Debug)]
struct Summing {
    powers: Vec<f32>,
    magnitudes: Vec<f32>,
    sums: Means,
    count: u64,
}

impl SpectrumMeter {
    pub(super) fn new() -> Self {
        let settings = StftSettings {
            padding: Padding::None,
            ..StftSettings::new(FRAME, HOP)
        };
        Self {
            stft: Stft::new(settings).expect("the settings are good"),
            means: Summing {
                powers: vec![0.0; settings.bins()],
                magnitudes: vec![0.0; settings.bins()],
                sums: Means::default(),
                count: 0,
            },
            taken: 0,
        }
    }

    pub(super) fn write(&mut self, mix: &[f32]) {
        self.taken = self.taken.saturating_add(mix.len()).min(FRAME);
        self.stft.push_with(mix, |samples, spectrum| {
            if samples::peak(samples) >= SILENCE {
                power(spectrum, &mut self.means.powers);
                self.means.add();
            }
        });
    }

    /// The means in Hz; nothing for silence. A sound shorter than a frame is one, with silence
    /// after it.
    pub(super) fn finish(mut self, sample_rate: f64) -> Option<Means> {
        if self.taken < FRAME {
            self.write(&vec![0.0; FRAME - self.taken]);
        }
        let Summing { sums, count, .. } = self.means;
        if count == 0 {
            return None;
        }
        let bin = sample_rate / FRAME as f64 / count as f64;
        Some(Means {
            centroid: sums.centroid * bin,
            bandwidth: sums.bandwidth * bin,
            rolloff: sums.rolloff * bin,
            flatness: sums.flatness / count as f64,
        })
    }
}

impl Summing {
    /// Adds the frame whose powers are in `powers`.
    fn add(&mut self) {
        for (magnitude, power) in self.magnitudes.iter_mut().zip(&self.powers) {
            *magnitude = power.sqrt();
        }
        // Frames of absurd samples, beyond what the transform can hold, have no spectrum.
        let Some(place) = Place::of(&self.magnitudes, ROLLOFF) else {
            return;
        };
        self.sums.centroid += place.centroid;
        self.sums.bandwidth += place.bandwidth;
        self.sums.rolloff += place.rolloff;
        self.sums.flatness += f64::from(relative_flatness(&self.powers[1..]));
        self.count += 1;
    }
}
