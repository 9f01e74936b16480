//! The linear-phase equaliser: levels as asked for, every frequency delayed alike.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;
use serde::{Deserialize, Serialize};

use super::Filter;
use super::convolver::Convolver;
use super::equalizer::check_bands;
use crate::effects::{Prepare, Processor};
use crate::{AudioBuffer, AudioSpec, Error, Result, samples};

/// The longest impulse response.
const MAX_TAPS: usize = 1 << 17;
/// The shortest one.
const MIN_TAPS: usize = 63;

/// An equaliser with the level responses of its bands and no phase response: no frequency is
/// delayed against another, at the price of a latency of half the impulse response and more (which
/// a [`crate::effects::Chain`] takes back), and of ringing before as well as after.
///
/// The impulse response is the wanted response sampled along the frequency axis, brought to time,
/// and shortened by a Blackman-Harris window (A. Oppenheim, R. Schafer, "Discrete-Time Signal
/// Processing", 7.2). Details narrower than about `4 * sample_rate / taps` Hz are smoothed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinearPhaseEqualizer {
    /// The filters whose level responses are multiplied; an all-pass has no effect.
    pub bands: Vec<Filter>,
    /// How long the impulse response is, in frames: odd, 63 to 131,071; or absent, for the
    /// odd number next to a third of a second.
    #[serde(default)]
    pub taps: Option<usize>,
}

impl LinearPhaseEqualizer {
    /// An equaliser of the given bands, with an impulse response of a third of a second.
    pub fn new(bands: Vec<Filter>) -> Self {
        Self { bands, taps: None }
    }

    fn length(&self, sample_rate: u32) -> Result<usize> {
        let Some(taps) = self.taps else {
            return Ok((sample_rate as usize / 3).clamp(MIN_TAPS, MAX_TAPS - 1) | 1);
        };
        if taps.is_multiple_of(2) || !(MIN_TAPS..MAX_TAPS).contains(&taps) {
            let reason = format!(
                "{taps}; an odd number of {MIN_TAPS} to {} can be asked for",
                MAX_TAPS - 1
            );
            return Err(Error::invalid("taps", reason));
        }
        Ok(taps)
    }

    /// The impulse response: symmetric around its middle.
    fn impulse_response(&self, taps: usize, sample_rate: u32) -> Vec<f64> {
        // Sampled eight times as finely as the response can follow, so that what wraps around in
        // time has died away.
        let length = (8 * taps).next_power_of_two();
        let inverse = RealFftPlanner::<f64>::new().plan_fft_inverse(length);
        let mut bins: Vec<Complex<f64>> = (0..=length / 2)
            .map(|bin| {
                let frequency = bin as f64 * f64::from(sample_rate) / length as f64;
                let level: f64 = self
                    .bands
                    .iter()
                    .map(|band| band.magnitude(frequency, sample_rate))
                    .product();
                Complex::from(level / length as f64)
            })
            .collect();
        let mut impulse = inverse.make_output_vec();
        // The lengths are those the transform asked for, and both ends are real.
        let _ = inverse.process(&mut bins, &mut impulse);
        let half = taps / 2;
        (0..taps)
            .map(|n| {
                let distance = n.abs_diff(half);
                impulse[distance] * blackman_harris(distance as f64 / (half + 1) as f64)
            })
            .collect()
    }
}

/// The four-term window of F. Harris (1978), from 1 in the middle to nothing at a distance of 1.
fn blackman_harris(distance: f64) -> f64 {
    let turn = std::f64::consts::PI * distance;
    0.358_75 + 0.488_29 * turn.cos() + 0.141_28 * (2.0 * turn).cos() + 0.011_68 * (3.0 * turn).cos()
}

impl Prepare for LinearPhaseEqualizer {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        check_bands(&self.bands, spec.sample_rate)?;
        let taps = self.length(spec.sample_rate)?;
        let impulse = self.impulse_response(taps, spec.sample_rate);
        Ok(Box::new(LinearPhase {
            spec,
            half: taps / 2,
            convolver: Convolver::new(&impulse, spec.channels()),
        }))
    }
}

/// The equaliser at work.
#[derive(Debug)]
struct LinearPhase {
    spec: AudioSpec,
    half: usize,
    convolver: Convolver,
}

impl Processor for LinearPhase {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        let mut start = 0;
        while start < block.frames() {
            let end = block.frames().min(start + self.convolver.room());
            for (channel, plane) in block.planes_mut().enumerate() {
                self.convolver.exchange(channel, &mut plane[start..end]);
            }
            self.convolver.advance(end - start);
            start = end;
        }
        Ok(())
    }

    fn latency(&self) -> usize {
        self.half + self.convolver.lag()
    }

    fn tail(&self) -> usize {
        self.half
    }

    fn reset(&mut self) {
        self.convolver.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_that_make_no_sense_are_refused() {
        for taps in [0, 62, 64, 1_000, MAX_TAPS + 1] {
            let mut equalizer = LinearPhaseEqualizer::new(Vec::new());
            equalizer.taps = Some(taps);
            let error = equalizer.length(48_000).unwrap_err().to_string();
            assert!(error.starts_with(&format!("taps: {taps};")), "{error}");
        }
        let equalizer = LinearPhaseEqualizer::new(Vec::new());
        assert_eq!(equalizer.length(48_000).unwrap(), 16_001);
        assert_eq!(equalizer.length(1_000).unwrap(), 333);
    }

    #[test]
    fn the_impulse_response_is_symmetric_and_its_sum_is_the_level_at_0_hz() {
        let equalizer = LinearPhaseEqualizer::new(vec![Filter::low_shelf(400.0, 6.0)]);
        let impulse = equalizer.impulse_response(4_095, 44_100);
        assert!(impulse.iter().eq(impulse.iter().rev()));
        let sum: f64 = impulse.iter().sum();
        assert!((20.0 * sum.log10() - 6.0).abs() < 1e-3, "{sum}");
    }
}
