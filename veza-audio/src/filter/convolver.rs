//! Convolution with a long impulse response, by overlap-save in the frequency domain.

use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Convolves a channel at a time, in double precision.
///
/// Samples wait until a hop of them is complete, so what comes out lags by a hop, on top of what
/// the impulse response itself delays.
pub(super) struct Convolver {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    /// The spectrum of the impulse response, scaled so that both transforms together keep levels.
    response: Vec<Complex<f64>>,
    /// Samples from one transform to the next.
    hop: usize,
    channels: Vec<Channel>,
    /// Samples of the current hop which have come in, the same for all channels.
    filled: usize,
    frame: Vec<f64>,
    bins: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
}

#[derive(Clone)]
struct Channel {
    /// The last samples, as many as a transform takes.
    past: Vec<f64>,
    /// What the last transform gave, a hop of it.
    ready: Vec<f32>,
}

impl fmt::Debug for Convolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Convolver")
            .field("hop", &self.hop)
            .field("channels", &self.channels.len())
            .finish_non_exhaustive()
    }
}

impl Convolver {
    /// Convolves so many channels with `taps`.
    pub(super) fn new(taps: &[f64], channels: usize) -> Self {
        // Four times the response: three quarters of each transform are new samples, near the
        // least work for a sample.
        let length = (4 * taps.len()).next_power_of_two();
        let hop = length - taps.len().saturating_sub(1);
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(length);
        let inverse = planner.plan_fft_inverse(length);
        let mut frame = forward.make_input_vec();
        let mut response = forward.make_output_vec();
        for (to, tap) in frame.iter_mut().zip(taps) {
            *to = tap / length as f64;
        }
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        let mut scratch = vec![Complex::default(); scratch];
        // The lengths are those the transform asked for, so it cannot fail.
        let _ = forward.process_with_scratch(&mut frame, &mut response, &mut scratch);
        let channel = Channel {
            past: vec![0.0; length],
            ready: vec![0.0; hop],
        };
        Self {
            bins: forward.make_output_vec(),
            channels: vec![channel; channels],
            forward,
            inverse,
            response,
            hop,
            filled: 0,
            frame,
            scratch,
        }
    }

    /// By how many frames the output lags, on top of the response's own delay.
    pub(super) fn lag(&self) -> usize {
        self.hop
    }

    /// How many frames can come in before a transform is due.
    pub(super) fn room(&self) -> usize {
        self.hop - self.filled
    }

    /// Puts the next samples of one channel in, and what has become ready in their place. At most
    /// [`Self::room`] at once; every channel takes as many before [`Self::advance`] is called.
    pub(super) fn exchange(&mut self, channel: usize, samples: &mut [f32]) {
        let channel = &mut self.channels[channel];
        let start = channel.past.len() - self.hop + self.filled;
        let past = channel.past[start..].iter_mut();
        let ready = &channel.ready[self.filled..];
        for ((sample, past), ready) in samples.iter_mut().zip(past).zip(ready) {
            *past = f64::from(*sample);
            *sample = *ready;
        }
    }

    /// Counts the frames which all channels have taken; transforms when a hop is complete.
    pub(super) fn advance(&mut self, frames: usize) {
        self.filled += frames;
        if self.filled < self.hop {
            return;
        }
        self.filled = 0;
        for channel in &mut self.channels {
            self.frame.copy_from_slice(&channel.past);
            let _ = self.forward.process_with_scratch(
                &mut self.frame,
                &mut self.bins,
                &mut self.scratch,
            );
            for (bin, response) in self.bins.iter_mut().zip(&self.response) {
                *bin *= response;
            }
            // What must be real of the product is real up to rounding; the transform insists.
            if let Some(first) = self.bins.first_mut() {
                first.im = 0.0;
            }
            if let Some(last) = self.bins.last_mut() {
                last.im = 0.0;
            }
            let _ = self.inverse.process_with_scratch(
                &mut self.bins,
                &mut self.frame,
                &mut self.scratch,
            );
            let valid = &self.frame[self.frame.len() - self.hop..];
            for (ready, value) in channel.ready.iter_mut().zip(valid) {
                *ready = *value as f32;
            }
            channel.past.copy_within(self.hop.., 0);
        }
    }

    /// Forgets what was heard.
    pub(super) fn reset(&mut self) {
        self.filled = 0;
        for channel in &mut self.channels {
            channel.past.fill(0.0);
            channel.ready.fill(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_convolves_as_the_plain_sum_does() {
        let taps: Vec<f64> = (0..37).map(|n| f64::from(n).sin()).collect();
        let input: Vec<f32> = (0..2_000).map(|n| (n as f32 * 0.37).cos()).collect();
        let mut convolver = Convolver::new(&taps, 1);
        let mut output = input.clone();
        let mut start = 0;
        for length in [1, 7, 90, 300].into_iter().cycle() {
            let end = output.len().min(start + length.min(convolver.room()));
            convolver.exchange(0, &mut output[start..end]);
            convolver.advance(end - start);
            start = end;
            if start == output.len() {
                break;
            }
        }
        let lag = convolver.lag();
        assert!(output[..lag].iter().all(|sample| *sample == 0.0));
        for (n, sample) in output[lag..].iter().enumerate() {
            let sum: f64 = taps
                .iter()
                .enumerate()
                .filter_map(|(m, tap)| Some(tap * f64::from(input[n.checked_sub(m)?])))
                .sum();
            assert!((f64::from(*sample) - sum).abs() < 1e-5, "{n}");
        }
    }
}
