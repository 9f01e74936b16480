//! From samples to the finest level, while the sound passes by.

use super::{MinMax, Waveform};
use crate::samples::{self, Scrubber};
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

/// Values that are compared side by side, so that the compiler uses vector instructions.
const LANES: usize = 16;
/// Most channels: the sum of so many 16-bit integers is exact in a float.
const MAX_CHANNELS: usize = 64;

/// What a waveform is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaveformSettings {
    /// Frames that one pixel of the finest level stands for.
    pub samples_per_pixel: u32,
    /// Whether each channel is kept apart, rather than their mean.
    pub split_channels: bool,
    /// Whether root mean squares are kept beside the extremes.
    pub rms: bool,
}

impl Default for WaveformSettings {
    /// 256 frames a pixel, channels mixed, extremes only.
    fn default() -> Self {
        Self {
            samples_per_pixel: 256,
            split_channels: false,
            rms: false,
        }
    }
}

/// Makes a [`Waveform`]: a sink which keeps two extremes for each pixel and channel.
///
/// Samples are rounded to 16 bits first, and channels mixed by the mean of those integers,
/// truncated toward zero, as BBC audiowaveform does. What is not finite counts as silence.
/// While the sound still arrives, [`Self::so_far`] can be looked at.
#[derive(Debug)]
pub struct WaveformBuilder {
    spec: AudioSpec,
    settings: WaveformSettings,
    waveform: Waveform,
    /// Whole pixels that the waveform has not got yet, and their energies if these are kept.
    pairs: Vec<MinMax>,
    energies: Vec<f32>,
    /// The extremes of the pixel under way: one for each channel drawn, as sums of integers.
    open: Vec<Extremes>,
    /// The sums of the squares of the pixel under way, in 16-bit steps.
    squares: Vec<f64>,
    /// Frames in the pixel under way.
    filled: usize,
    scrubber: Scrubber,
    mix: Vec<f32>,
}

impl WaveformBuilder {
    /// A builder for a stream.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate of 0, no channels or more than 64, or 0 samples per
    /// pixel.
    pub fn new(spec: AudioSpec, settings: WaveformSettings) -> Result<Self> {
        if spec.sample_rate == 0 || spec.sample_rate > i32::MAX as u32 {
            return Err(Error::invalid(
                "sample rate",
                "it has to be 1 to 2147483647 Hz",
            ));
        }
        if !(1..=MAX_CHANNELS).contains(&spec.channels()) {
            let reason = format!("{}; 1 to {MAX_CHANNELS} can be drawn", spec.channels());
            return Err(Error::invalid("channels", reason));
        }
        if settings.samples_per_pixel == 0 || settings.samples_per_pixel > i32::MAX as u32 {
            return Err(Error::invalid(
                "samples per pixel",
                "it has to be 1 to 2147483647",
            ));
        }
        let drawn = if settings.split_channels {
            spec.channels()
        } else {
            1
        };
        Ok(Self {
            spec,
            settings,
            waveform: Waveform::empty(spec.sample_rate, settings.samples_per_pixel, drawn)?,
            pairs: Vec::new(),
            energies: Vec::new(),
            open: vec![Extremes::NONE; drawn],
            squares: vec![0.0; drawn],
            filled: 0,
            scrubber: Scrubber::default(),
            mix: Vec::new(),
        })
    }

    /// The waveform of what has passed by, without a pixel that is not full yet. Looking costs
    /// what is new.
    pub fn so_far(&mut self) -> &Waveform {
        let pixels = self.pairs.len() / self.open.len();
        let frames = pixels as u64 * u64::from(self.settings.samples_per_pixel);
        self.hand_over(frames);
        &self.waveform
    }

    /// The waveform; a last pixel that is not full is part of it.
    pub fn finish(mut self) -> Waveform {
        let whole = self.pairs.len() / self.open.len();
        let frames = whole as u64 * u64::from(self.settings.samples_per_pixel) + self.filled as u64;
        if self.filled > 0 {
            self.close_pixel();
        }
        self.hand_over(frames);
        self.waveform
    }

    fn hand_over(&mut self, frames: u64) {
        self.waveform.append(&self.pairs, &self.energies, frames);
        self.pairs.clear();
        self.energies.clear();
    }

    fn close_pixel(&mut self) {
        let mixed = if self.settings.split_channels {
            1
        } else {
            self.spec.channels() as i32
        };
        for extremes in &mut self.open {
            self.pairs.push(MinMax {
                min: mean(extremes.low, mixed),
                max: mean(extremes.high, mixed),
            });
            *extremes = Extremes::NONE;
        }
        if self.settings.rms {
            let full_scale = (32_768.0 * f64::from(mixed)).powi(2);
            let energies = self.squares.iter().map(|sum| (sum / full_scale) as f32);
            self.energies.extend(energies);
            self.squares.fill(0.0);
        }
        self.filled = 0;
    }

    /// Takes the planes that are drawn, which `scale` and `to_steps` bring to 16-bit steps.
    fn extend(&mut self, planes: &[impl AsRef<[f32]>], scale: f64, to_steps: fn(f32) -> f32) {
        let frames = planes.first().map_or(0, |plane| plane.as_ref().len());
        let per_pixel = self.settings.samples_per_pixel as usize;
        let mut start = 0;
        while start < frames {
            let end = frames.min(start + per_pixel - self.filled);
            for (extremes, plane) in self.open.iter_mut().zip(planes) {
                let seen = Extremes::of(&plane.as_ref()[start..end]);
                // Rounding keeps the order, so that two values are rounded rather than all.
                extremes.join(Extremes {
                    low: to_steps(seen.low),
                    high: to_steps(seen.high),
                });
            }
            if self.settings.rms {
                for (sum, plane) in self.squares.iter_mut().zip(planes) {
                    *sum += squares(&plane.as_ref()[start..end], scale);
                }
            }
            self.filled += end - start;
            if self.filled == per_pixel {
                self.close_pixel();
            }
            start = end;
        }
    }
}

impl AudioSink for WaveformBuilder {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        samples::check_channels(self.spec, block)?;
        let mut scrubber = std::mem::take(&mut self.scrubber);
        let block = scrubber.scrub(block);
        if self.settings.split_channels || block.channels() == 1 {
            self.extend(block.planes(), 32_768.0, int16);
        } else {
            let mut mix = std::mem::take(&mut self.mix);
            mix.clear();
            mix.resize(block.frames(), 0.0);
            for plane in block.planes() {
                for (sum, sample) in mix.iter_mut().zip(plane) {
                    *sum += int16(*sample);
                }
            }
            self.extend(&[&mix], 1.0, |sum| sum);
            self.mix = mix;
        }
        self.scrubber = scrubber;
        Ok(())
    }
}

/// The lowest and highest of some values.
#[derive(Clone, Copy, Debug)]
struct Extremes {
    low: f32,
    high: f32,
}

impl Extremes {
    const NONE: Self = Self {
        low: f32::INFINITY,
        high: f32::NEG_INFINITY,
    };

    fn of(samples: &[f32]) -> Self {
        let mut low = [f32::INFINITY; LANES];
        let mut high = [f32::NEG_INFINITY; LANES];
        let (groups, rest) = samples.as_chunks::<LANES>();
        for group in groups {
            for lane in 0..LANES {
                low[lane] = if group[lane] < low[lane] {
                    group[lane]
                } else {
                    low[lane]
                };
                high[lane] = if group[lane] > high[lane] {
                    group[lane]
                } else {
                    high[lane]
                };
            }
        }
        for (lane, sample) in rest.iter().enumerate() {
            low[lane] = low[lane].min(*sample);
            high[lane] = high[lane].max(*sample);
        }
        Self {
            low: low.into_iter().fold(f32::INFINITY, f32::min),
            high: high.into_iter().fold(f32::NEG_INFINITY, f32::max),
        }
    }

    fn join(&mut self, other: Self) {
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
    }
}

/// The sum of the squares of samples after they are multiplied by `scale`.
fn squares(samples: &[f32], scale: f64) -> f64 {
    let mut sums = [0.0_f32; LANES];
    let (groups, rest) = samples.as_chunks::<LANES>();
    for group in groups {
        for lane in 0..LANES {
            sums[lane] += group[lane] * group[lane];
        }
    }
    let rest: f64 = rest.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    let sum = sums.iter().map(|sum| f64::from(*sum)).sum::<f64>() + rest;
    sum * scale * scale
}

/// The 16-bit integer nearest to a sample (ties to even), clipped, as a float which holds it
/// exactly.
fn int16(sample: f32) -> f32 {
    // Adding this number leaves no room for a fraction: a rounding that vectorises everywhere.
    const WHOLE: f32 = 12_582_912.0;
    let scaled = sample * 32_768.0;
    let low = if scaled > -32_768.0 {
        scaled
    } else {
        -32_768.0
    };
    let clipped = if low < 32_767.0 { low } else { 32_767.0 };
    (clipped + WHOLE) - WHOLE
}

/// The mean of `count` integers that add up to `sum`, truncated toward zero.
fn mean(sum: f32, count: i32) -> i16 {
    (sum as i32 / count) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    fn build(planes: Vec<Vec<f32>>, samples_per_pixel: u32, split_channels: bool) -> Waveform {
        let layout = ChannelLayout::from_channels(planes.len() as u16);
        let spec = AudioSpec::new(44_100, layout);
        let settings = WaveformSettings {
            samples_per_pixel,
            split_channels,
            rms: true,
        };
        let mut builder = WaveformBuilder::new(spec, settings).unwrap();
        builder.write(&AudioBuffer::from_planes(planes)).unwrap();
        builder.finish()
    }

    fn pairs(waveform: &Waveform) -> Vec<(i16, i16)> {
        waveform
            .pairs()
            .iter()
            .map(|pair| (pair.min, pair.max))
            .collect()
    }

    fn step(value: i32) -> f32 {
        value as f32 / 32_768.0
    }

    #[test]
    fn a_last_pixel_that_is_not_full_is_kept() {
        let plane = [1, -2, 3, 4, 5].map(step).to_vec();
        assert_eq!(
            pairs(&build(vec![plane], 2, false)),
            [(-2, 1), (3, 4), (5, 5)]
        );
    }

    #[test]
    fn the_mean_of_channels_is_truncated_toward_zero() {
        let left = [3, -3, 0, 1].map(step).to_vec();
        let right = [0, 0, -1, 0].map(step).to_vec();
        let planes = vec![left, right];
        assert_eq!(
            pairs(&build(planes.clone(), 1, false)),
            [(1, 1), (-1, -1), (0, 0), (0, 0)]
        );
        assert_eq!(pairs(&build(planes, 4, true)), [(-3, 3), (-1, 0)]);
    }

    #[test]
    fn root_mean_squares_are_of_the_frames_there_are() {
        let left = vec![0.5, -0.5, 0.25, 0.25, 1.0];
        let right = vec![0.5, -0.5, -0.25, -0.25, 1.0];
        let both = build(vec![left.clone(), right.clone()], 2, true);
        assert_eq!(both.rms().unwrap(), [0.5, 0.5, 0.25, 0.25, 1.0, 1.0]);
        let mixed = build(vec![left, right], 2, false).rms().unwrap();
        for (rms, expected) in mixed.into_iter().zip([0.5, 0.0, 1.0]) {
            assert!((rms - expected).abs() < 1e-4, "{rms} {expected}");
        }
    }

    #[test]
    fn a_waveform_can_be_looked_at_while_it_grows() {
        let spec = AudioSpec::new(44_100, ChannelLayout::Mono);
        let settings = WaveformSettings {
            samples_per_pixel: 4,
            rms: true,
            ..WaveformSettings::default()
        };
        let mut builder = WaveformBuilder::new(spec, settings).unwrap();
        let plane: Vec<f32> = (0..103).map(|n| step(n * 100)).collect();
        for block in plane.chunks(7) {
            builder
                .write(&AudioBuffer::from_planes(vec![block.to_vec()]))
                .unwrap();
            let so_far = builder.so_far();
            let last = so_far.pairs().last().map(|pair| i32::from(pair.max));
            let frames = so_far.frames() as i32;
            assert_eq!(last, (frames > 0).then(|| (frames - 1) * 100));
        }
        assert_eq!(builder.finish(), build(vec![plane], 4, false));
    }

    #[test]
    fn samples_are_rounded_to_16_bits_and_clipped() {
        let plane = vec![
            1.0,
            2.0,
            -1.0,
            -2.0,
            0.5 / 32_768.0,
            1.5 / 32_768.0,
            f32::NAN,
            1e38,
        ];
        let expected =
            [32_767, 32_767, -32_768, -32_768, 0, 2, 0, 32_767].map(|value| (value, value));
        assert_eq!(pairs(&build(vec![plane], 1, false)), expected);
    }

    #[test]
    fn every_16_bit_sample_comes_back() {
        let plane: Vec<f32> = (-32_768..=32_767).map(step).collect();
        let expected: Vec<_> = (-32_768..=32_767).map(|n| (n as i16, n as i16)).collect();
        assert_eq!(pairs(&build(vec![plane], 1, false)), expected);
    }

    #[test]
    fn nothing_makes_an_empty_waveform() {
        assert_eq!(build(vec![vec![]], 256, false).pixels(), 0);
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        let settings = WaveformSettings {
            samples_per_pixel: 0,
            ..WaveformSettings::default()
        };
        for (spec, settings) in [
            (AudioSpec::new(44_100, ChannelLayout::Mono), settings),
            (
                AudioSpec::new(0, ChannelLayout::Mono),
                WaveformSettings::default(),
            ),
            (
                AudioSpec::new(8_000, ChannelLayout::Discrete(0)),
                WaveformSettings::default(),
            ),
        ] {
            let error = WaveformBuilder::new(spec, settings).unwrap_err();
            assert_eq!(error.code(), "audio.invalid_parameter");
        }
    }
}
