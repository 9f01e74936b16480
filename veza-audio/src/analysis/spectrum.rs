//! Means over the short-time spectra of a sound.

use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use super::level::SILENCE;
use crate::samples;

/// Samples of a frame.
const FRAME: usize = 2_048;
/// Samples from one frame to the next.
const HOP: usize = 1_024;
/// The part of the spectrum below the roll-off.
const ROLLOFF: f64 = 0.85;
/// The power below the strongest bin's that a bin is taken to have at least: -120 dB.
const FLOOR: f64 = 1e-12;
/// Bins whose powers are multiplied before a logarithm is taken: so many times [`FLOOR`] is
/// still far from the smallest number.
const GROUP: usize = 16;
/// Sums that are kept side by side, so that the compiler uses vector instructions.
const LANES: usize = 4;

/// Takes a frame every [`HOP`] samples and sums up what its spectrum is like.
pub(super) struct SpectrumMeter {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    /// Samples from the beginning of the next frame on.
    pending: Vec<f32>,
    frame: Vec<f32>,
    bins: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    powers: Vec<f64>,
    magnitudes: Vec<f64>,
    sums: Means,
    count: u64,
    /// Whether a frame was complete, silent or not.
    complete: bool,
}

/// The four means; frequencies in bins while summing, in Hz at the end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Means {
    pub(super) centroid: f64,
    pub(super) bandwidth: f64,
    pub(super) rolloff: f64,
    pub(super) flatness: f64,
}

impl fmt::Debug for SpectrumMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpectrumMeter")
            .field("sums", &self.sums)
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

impl SpectrumMeter {
    pub(super) fn new() -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(FRAME);
        let turn = std::f64::consts::TAU / FRAME as f64;
        Self {
            window: (0..FRAME)
                .map(|n| (0.5 - 0.5 * (turn * n as f64).cos()) as f32)
                .collect(),
            pending: Vec::new(),
            frame: fft.make_input_vec(),
            bins: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            powers: vec![0.0; FRAME / 2 + 1],
            magnitudes: vec![0.0; FRAME / 2 + 1],
            sums: Means::default(),
            count: 0,
            complete: false,
            fft,
        }
    }

    pub(super) fn write(&mut self, mix: &[f32]) {
        self.pending.extend_from_slice(mix);
        let mut start = 0;
        while self.pending.len() - start >= FRAME {
            self.complete = true;
            self.analyse(start);
            start += HOP;
        }
        self.pending.drain(..start);
    }

    /// The means in Hz; nothing for silence. A sound shorter than a frame is one, with silence
    /// after it.
    pub(super) fn finish(mut self, sample_rate: f64) -> Option<Means> {
        if !self.complete {
            self.pending.resize(FRAME, 0.0);
            self.analyse(0);
        }
        if self.count == 0 {
            return None;
        }
        let bin = sample_rate / FRAME as f64 / self.count as f64;
        let Means {
            centroid,
            bandwidth,
            rolloff,
            flatness,
        } = self.sums;
        Some(Means {
            centroid: centroid * bin,
            bandwidth: bandwidth * bin,
            rolloff: rolloff * bin,
            flatness: flatness / self.count as f64,
        })
    }

    fn analyse(&mut self, start: usize) {
        let samples = &self.pending[start..start + FRAME];
        if samples::peak(samples) < SILENCE {
            return;
        }
        for ((to, sample), weight) in self.frame.iter_mut().zip(samples).zip(&self.window) {
            *to = sample * weight;
        }
        self.fft
            .process_with_scratch(&mut self.frame, &mut self.bins, &mut self.scratch)
            .expect("the buffers were made by the plan");
        for ((power, magnitude), bin) in self
            .powers
            .iter_mut()
            .zip(&mut self.magnitudes)
            .zip(&self.bins)
        {
            *power = f64::from(bin.re).powi(2) + f64::from(bin.im).powi(2);
            *magnitude = power.sqrt();
        }
        // Frames of absurd samples, beyond what the transform can hold, have no spectrum either.
        let Some(means) = describe(&self.magnitudes, &self.powers) else {
            return;
        };
        self.sums.centroid += means.centroid;
        self.sums.bandwidth += means.bandwidth;
        self.sums.rolloff += means.rolloff;
        self.sums.flatness += means.flatness;
        self.count += 1;
    }
}

/// The descriptors of one spectrum, frequencies in bins.
fn describe(magnitudes: &[f64], powers: &[f64]) -> Option<Means> {
    let (mut weights, mut first, mut second) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for (group, chunk) in magnitudes.chunks(LANES).enumerate() {
        for (lane, magnitude) in chunk.iter().enumerate() {
            let bin = (group * LANES + lane) as f64;
            weights[lane] += magnitude;
            first[lane] += magnitude * bin;
            second[lane] += magnitude * bin * bin;
        }
    }
    let total: f64 = weights.iter().sum();
    if total.is_nan() || total.is_infinite() || total <= 0.0 {
        return None;
    }
    let centroid = first.iter().sum::<f64>() / total;
    let variance = second.iter().sum::<f64>() / total - centroid * centroid;
    Some(Means {
        centroid,
        bandwidth: variance.max(0.0).sqrt(),
        rolloff: rolloff(magnitudes, total),
        flatness: flatness(&powers[1..]),
    })
}

fn rolloff(magnitudes: &[f64], total: f64) -> f64 {
    let mut below = 0.0;
    let reached = magnitudes.iter().position(|magnitude| {
        below += magnitude;
        below >= ROLLOFF * total
    });
    reached.unwrap_or(magnitudes.len() - 1) as f64
}

fn flatness(powers: &[f64]) -> f64 {
    let highest = powers
        .iter()
        .fold(0.0_f64, |highest, power| highest.max(*power));
    if highest <= 0.0 {
        return 0.0;
    }
    let scale = 1.0 / highest;
    let (mut logarithm, mut sum) = (0.0, 0.0);
    for group in powers.chunks(GROUP) {
        let mut product = 1.0;
        for power in group {
            let power = (power * scale).max(FLOOR);
            product *= power;
            sum += power;
        }
        logarithm += f64::ln(product);
    }
    let count = powers.len() as f64;
    (logarithm / count).exp() / (sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_spectrum_is_known_in_every_number() {
        let means = describe(&[1.0; 1_025], &[1.0; 1_025]).unwrap();
        assert!((means.centroid - 512.0).abs() < 1e-9);
        // The variance of 0..=1024, each as likely.
        let variance: f64 = (1_025.0_f64.powi(2) - 1.0) / 12.0;
        assert!((means.bandwidth - variance.sqrt()).abs() < 1e-6);
        assert!((means.rolloff - 871.0).abs() < 1.5, "{}", means.rolloff);
        assert!((means.flatness - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_single_line_has_no_width() {
        let mut line = vec![0.0; 1_025];
        line[700] = 3.0;
        let means = describe(&line, &line).unwrap();
        assert_eq!(
            (means.centroid, means.bandwidth, means.rolloff),
            (700.0, 0.0, 700.0)
        );
        assert!(means.flatness < 1e-6);
    }

    #[test]
    fn a_product_of_the_lowest_powers_is_still_a_number() {
        assert!(FLOOR.powi(GROUP as i32) > f64::MIN_POSITIVE);
    }
}
