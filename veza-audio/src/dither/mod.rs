//! Fewer bits without distortion: dither, and its noise shaped.

mod shaping;

use serde::{Deserialize, Serialize};

use crate::effects::{Prepare, Processor};
use crate::{AudioBuffer, AudioSpec, Error, Result, samples};
use shaping::{ORDER, weighted};

/// Where the noise of fewer bits goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoiseShaping {
    /// It stays white.
    #[default]
    None,
    /// It moves to where the ear hears least, for the sample rate at hand; there is more of it in
    /// all. For sound that is not processed any further.
    Weighted,
}

/// Rounds samples to fewer bits, with dither of triangular distribution, 2 steps wide: the error
/// is noise of constant power, independent of the sound (S. Lipshitz, R. Wannamaker,
/// J. Vanderkooy, "Quantization and Dither", JAES 40/5, 1992).
///
/// It stands last in a chain: the samples are then exactly those which an encoder of as many bits
/// writes. The same seed gives the same noise.
///
/// ```
/// use veza_audio::dither::Dither;
/// use veza_audio::effects::Prepare;
/// use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout};
///
/// let spec = AudioSpec::new(44_100, ChannelLayout::Mono);
/// let mut block = AudioBuffer::from_planes(vec![vec![0.123_456_7; 1_000]]);
/// Dither::default().prepare(spec)?.process(&mut block)?;
/// assert!(block.plane(0).iter().all(|sample| (sample * 32_768.0).fract() == 0.0));
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Dither {
    /// Bits of a sample, 8 to 24.
    pub bits: u32,
    /// Where the noise goes.
    pub shaping: NoiseShaping,
    /// What the noise is made from.
    pub seed: u64,
}

impl Default for Dither {
    fn default() -> Self {
        Self {
            bits: 16,
            shaping: NoiseShaping::None,
            seed: 0,
        }
    }
}

impl Prepare for Dither {
    fn prepare(&self, spec: AudioSpec) -> Result<Box<dyn Processor>> {
        if !(8..=24).contains(&self.bits) {
            let reason = format!("{}; 8 to 24 can be asked for", self.bits);
            return Err(Error::invalid("bits", reason));
        }
        let filter = match self.shaping {
            NoiseShaping::None => None,
            NoiseShaping::Weighted => Some(weighted(spec.sample_rate)),
        };
        let mut dithering = Dithering {
            spec,
            seed: self.seed,
            scale: f64::from(1_u32 << (self.bits - 1)),
            filter,
            channels: vec![Channel::default(); spec.channels()],
        };
        dithering.reset();
        Ok(Box::new(dithering))
    }
}

#[derive(Debug)]
struct Dithering {
    spec: AudioSpec,
    seed: u64,
    /// Steps of full scale.
    scale: f64,
    filter: Option<[f64; ORDER]>,
    channels: Vec<Channel>,
}

#[derive(Clone, Debug, Default)]
struct Channel {
    noise: Noise,
    /// The last errors, the latest first, in steps.
    errors: [f64; ORDER],
}

impl Processor for Dithering {
    fn process(&mut self, block: &mut AudioBuffer) -> Result<()> {
        samples::admit(self.spec, block)?;
        for (plane, channel) in block.planes_mut().zip(&mut self.channels) {
            match &self.filter {
                None => channel.white(plane, self.scale),
                Some(filter) => channel.shaped(plane, self.scale, filter),
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        for (number, channel) in (0_u64..).zip(&mut self.channels) {
            *channel = Channel {
                noise: Noise::new(self.seed, number),
                ..Channel::default()
            };
        }
    }
}

impl Channel {
    fn white(&mut self, plane: &mut [f32], scale: f64) {
        for sample in plane {
            let value = f64::from(*sample) * scale;
            *sample = (quantise(value + self.noise.triangle(), scale) / scale) as f32;
        }
    }

    fn shaped(&mut self, plane: &mut [f32], scale: f64, filter: &[f64; ORDER]) {
        for sample in plane {
            let past: f64 = filter.iter().zip(&self.errors).map(|(a, e)| a * e).sum();
            let value = f64::from(*sample) * scale - past;
            let step = quantise(value + self.noise.triangle(), scale);
            self.errors.copy_within(..ORDER - 1, 1);
            // What is clipped must not come back as an error for ever.
            self.errors[0] = (step - value).clamp(-2.0, 2.0);
            *sample = (step / scale) as f32;
        }
    }
}

/// The nearest whole number of steps that can be written.
fn quantise(value: f64, scale: f64) -> f64 {
    // Adding and taking away this number rounds to the nearest whole one.
    const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
    let value = value.clamp(-scale, scale - 1.0);
    (value + ROUND) - ROUND
}

/// Random numbers by SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
#[derive(Clone, Debug, Default)]
struct Noise(u64);

impl Noise {
    /// Another sequence for each channel.
    fn new(seed: u64, channel: u64) -> Self {
        let mut noise = Self(seed ^ channel.wrapping_mul(0xD1B5_4A32_D192_ED03));
        noise.0 = noise.next();
        noise
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number of -1 to 1, small ones more likely: the difference of two even ones.
    fn triangle(&mut self) -> f64 {
        let bits = self.next();
        let (high, low) = ((bits >> 32) as u32, bits as u32);
        (f64::from(high) - f64::from(low)) / 4_294_967_296.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noise_is_a_triangle() {
        let mut noise = Noise::new(3, 0);
        let values: Vec<f64> = (0..400_000).map(|_| noise.triangle()).collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let power = values.iter().map(|value| value * value).sum::<f64>() / count;
        let fourth = values.iter().map(|value| value.powi(4)).sum::<f64>() / count;
        assert!(
            mean.abs() < 3e-3 && (power - 1.0 / 6.0).abs() < 2e-3,
            "{mean} {power}"
        );
        assert!((fourth - 1.0 / 15.0).abs() < 2e-3, "{fourth}");
    }

    #[test]
    fn depths_that_make_no_sense_are_refused() {
        for bits in [0, 7, 25] {
            let dither = Dither {
                bits,
                ..Dither::default()
            };
            let spec = AudioSpec::new(48_000, crate::ChannelLayout::Mono);
            let error = dither.prepare(spec).unwrap_err().to_string();
            assert_eq!(error, format!("bits: {bits}; 8 to 24 can be asked for"));
        }
    }
}
