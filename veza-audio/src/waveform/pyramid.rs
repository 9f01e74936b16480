//! The waveform itself: pairs of extremes at the finest resolution, and coarser levels above.

use std::ops::Range;

use crate::{Error, Result};

/// Widest view, in pixels: what the widest screens and pictures ask for, many times over.
const MAX_VIEW_WIDTH: usize = 1 << 20;

/// The extremes of one channel within one pixel, 32768 being full scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MinMax {
    /// The lowest sample.
    pub min: i16,
    /// The highest sample.
    pub max: i16,
}

impl MinMax {
    fn join(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

/// The waveform of a whole sound, with a pyramid of coarser levels: each level has half the
/// pixels of the one below, so that every view costs what it shows and no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Waveform {
    sample_rate: u32,
    samples_per_pixel: u32,
    channels: usize,
    /// Finest first; in each, pixel by pixel, the channels of a pixel side by side.
    levels: Vec<Vec<MinMax>>,
}

/// What is seen of a [`Waveform`]: for each channel one pair of extremes for each pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// `(channels, pixels)`.
    pub channels: Vec<Vec<MinMax>>,
}

impl Waveform {
    /// A waveform of the given pairs, pixel by pixel, the channels of a pixel side by side.
    ///
    /// # Errors
    /// [`Error::Malformed`] for zeros, for a last pixel that is not whole, and for a minimum
    /// above its maximum.
    pub(crate) fn from_pairs(
        sample_rate: u32,
        samples_per_pixel: u32,
        channels: usize,
        pairs: Vec<MinMax>,
    ) -> Result<Self> {
        for (what, zero) in [
            ("a sample rate of 0", sample_rate == 0),
            ("0 samples per pixel", samples_per_pixel == 0),
            ("0 channels", channels == 0),
        ] {
            if zero {
                return Err(Error::malformed(format!("the waveform states {what}")));
            }
        }
        if !pairs.len().is_multiple_of(channels) {
            return Err(Error::malformed(
                "the last pixel of the waveform lacks a channel",
            ));
        }
        if let Some(place) = pairs.iter().position(|pair| pair.min > pair.max) {
            let pixel = place / channels;
            return Err(Error::malformed(format!(
                "pixel {pixel} has a minimum over its maximum"
            )));
        }
        let mut levels = vec![pairs];
        while let Some(coarser) = levels.last().and_then(|finest| halve(finest, channels)) {
            levels.push(coarser);
        }
        Ok(Self {
            sample_rate,
            samples_per_pixel,
            channels,
            levels,
        })
    }

    /// Frames per second of the sound, in Hz.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// Frames that one pixel of the finest level stands for.
    pub fn samples_per_pixel(&self) -> u32 {
        self.samples_per_pixel
    }

    /// The number of channels drawn apart: 1 unless the builder was told to split them.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The number of pixels at the finest level.
    pub fn pixels(&self) -> usize {
        self.pairs().len() / self.channels
    }

    /// The frames that the pixels stand for; the last one may stand for fewer than it could.
    pub fn frames(&self) -> u64 {
        self.pixels() as u64 * u64::from(self.samples_per_pixel)
    }

    /// The finest level: pixel by pixel, the channels of a pixel side by side.
    pub fn pairs(&self) -> &[MinMax] {
        &self.levels[0]
    }

    /// The extremes of each of `width` pixels over a range of frames, in time and memory in
    /// proportion to `width`.
    ///
    /// Extremes are never lost: a pixel covers at least the frames it stands for, at most one
    /// finer pixel more at each end. Where it is closer than [`Self::samples_per_pixel`], pixels
    /// repeat. Beyond the end there is silence.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for an empty range, a width of 0 or one over 1,048,576.
    pub fn view(&self, frames: Range<u64>, width: usize) -> Result<View> {
        if frames.is_empty() {
            return Err(Error::invalid("frames", "the range is empty"));
        }
        if !(1..=MAX_VIEW_WIDTH).contains(&width) {
            let reason = format!("{width} pixels; 1 to {MAX_VIEW_WIDTH} can be asked for");
            return Err(Error::invalid("width", reason));
        }
        let span = u128::from(frames.end - frames.start);
        let edge = |pixel: usize| u128::from(frames.start) + span * pixel as u128 / width as u128;
        let level = self.level_for(span / width as u128);
        let (pairs, step) = (
            &self.levels[level],
            u128::from(self.samples_per_pixel) << level,
        );
        let available = pairs.len() / self.channels;
        let mut channels = vec![Vec::with_capacity(width); self.channels];
        for pixel in 0..width {
            let first = (edge(pixel) / step).min(available as u128) as usize;
            let end = edge(pixel + 1).max(edge(pixel) + 1).div_ceil(step);
            let end = end.min(available as u128) as usize;
            let covered = &pairs[first * self.channels..end.max(first) * self.channels];
            for (channel, seen) in channels.iter_mut().enumerate() {
                let of_channel = covered.iter().skip(channel).step_by(self.channels).copied();
                seen.push(of_channel.reduce(MinMax::join).unwrap_or_default());
            }
        }
        Ok(View { channels })
    }

    /// The coarsest level whose pixels are no wider than `frames`.
    fn level_for(&self, frames: u128) -> usize {
        (0..self.levels.len())
            .rev()
            .find(|level| u128::from(self.samples_per_pixel) << level <= frames)
            .unwrap_or(0)
    }
}

/// The next coarser level; `None` when there is nothing left to join.
fn halve(pairs: &[MinMax], channels: usize) -> Option<Vec<MinMax>> {
    if pairs.len() <= channels {
        return None;
    }
    let coarser = pairs.chunks(2 * channels).flat_map(|two| {
        (0..channels).map(|channel| {
            let second = two.get(channels + channel).copied().unwrap_or(two[channel]);
            two[channel].join(second)
        })
    });
    Some(coarser.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(min: i16, max: i16) -> MinMax {
        MinMax { min, max }
    }

    fn stairs(pixels: i16) -> Waveform {
        let pairs = (0..pixels).map(|n| pair(-n, n)).collect();
        Waveform::from_pairs(48_000, 100, 1, pairs).unwrap()
    }

    #[test]
    fn a_view_at_the_finest_level_is_that_level() {
        let waveform = stairs(7);
        let view = waveform.view(0..700, 7).unwrap();
        assert_eq!(view.channels[0], waveform.pairs());
    }

    #[test]
    fn a_far_view_keeps_every_extreme() {
        let waveform = stairs(1_000);
        for width in [1, 2, 3, 7, 64, 333] {
            let view = waveform.view(0..100_000, width).unwrap();
            assert_eq!(view.channels[0].len(), width);
            assert_eq!(view.channels[0].last(), Some(&pair(-999, 999)));
            assert_eq!(view.channels[0][0].min, -view.channels[0][0].max);
        }
    }

    #[test]
    fn a_close_view_repeats_and_beyond_the_end_is_silence() {
        let view = stairs(3).view(150..350, 4).unwrap();
        assert_eq!(
            view.channels[0],
            [pair(-1, 1), pair(-2, 2), pair(-2, 2), pair(0, 0)]
        );
    }

    #[test]
    fn channels_stay_apart() {
        let pairs = vec![
            pair(-1, 1),
            pair(-5, 5),
            pair(-2, 2),
            pair(-6, 6),
            pair(-3, 3),
            pair(0, 0),
        ];
        let waveform = Waveform::from_pairs(48_000, 10, 2, pairs).unwrap();
        let view = waveform.view(0..30, 1).unwrap();
        assert_eq!(view.channels, [[pair(-3, 3)], [pair(-6, 6)]]);
    }

    #[test]
    fn ranges_and_widths_that_make_no_sense_are_refused() {
        let waveform = stairs(3);
        assert!(waveform.view(5..5, 1).is_err());
        assert!(waveform.view(0..5, 0).is_err());
        assert!(waveform.view(0..5, usize::MAX).is_err());
        assert_eq!(
            waveform.view(u64::MAX - 1..u64::MAX, 2).unwrap().channels[0],
            [pair(0, 0); 2]
        );
    }
}
