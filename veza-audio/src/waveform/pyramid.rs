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

/// The waveform of a sound, with a pyramid of coarser levels: each level has half the pixels of the
/// one below, so that every view costs what it shows and no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Waveform {
    sample_rate: u32,
    samples_per_pixel: u32,
    channels: usize,
    /// Finest first.
    levels: Vec<Level>,
    /// What the energies are of: all frames, in a last pixel that is not full too.
    measured: u64,
}

/// What is known of pixels of one width.
#[derive(Clone, Debug, Default, PartialEq)]
struct Level {
    /// Pixel by pixel, the channels of a pixel side by side.
    pairs: Vec<MinMax>,
    /// Sums of the squares of samples, full scale being 1.0, beside the pairs; or nothing at all.
    energies: Vec<f32>,
}

/// What is seen of a [`Waveform`]: for each channel one value of each kind for each pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Extremes, `(channels, pixels)`.
    pub channels: Vec<Vec<MinMax>>,
    /// Root mean squares, `(channels, pixels)`, 0.0 to 1.0 at full scale; absent where the
    /// waveform was made without.
    pub rms: Option<Vec<Vec<f32>>>,
}

impl Waveform {
    /// A waveform of nothing yet.
    ///
    /// # Errors
    /// [`Error::Malformed`] for zeros.
    pub(super) fn empty(sample_rate: u32, samples_per_pixel: u32, channels: usize) -> Result<Self> {
        for (what, zero) in [
            ("a sample rate of 0", sample_rate == 0),
            ("0 samples per pixel", samples_per_pixel == 0),
            ("0 channels", channels == 0),
        ] {
            if zero {
                return Err(Error::malformed(format!("the waveform states {what}")));
            }
        }
        Ok(Self {
            sample_rate,
            samples_per_pixel,
            channels,
            levels: vec![Level::default()],
            measured: 0,
        })
    }

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
        let mut waveform = Self::empty(sample_rate, samples_per_pixel, channels)?;
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
        waveform.levels[0].pairs = pairs;
        waveform.grow(0);
        Ok(waveform)
    }

    /// Appends pixels. `energies` are beside the pairs, or nothing, as they were from the start;
    /// `frames` is how many these pixels stand for.
    pub(super) fn append(&mut self, pairs: &[MinMax], energies: &[f32], frames: u64) {
        let before = self.pixels();
        self.levels[0].pairs.extend_from_slice(pairs);
        self.levels[0].energies.extend_from_slice(energies);
        self.measured += frames;
        self.grow(before);
    }

    /// Gives root mean squares to a waveform that has none: beside the pairs, 0.0 to 1.0.
    ///
    /// # Errors
    /// [`Error::Malformed`] when there is not one for each pair, or one is out of range.
    pub(super) fn with_rms(mut self, rms: &[f32]) -> Result<Self> {
        if rms.len() != self.pairs().len() {
            return Err(Error::malformed(format!(
                "the waveform has {} root mean squares for {} pairs",
                rms.len(),
                self.pairs().len()
            )));
        }
        if let Some(value) = rms.iter().find(|value| !(0.0..=1.0).contains(*value)) {
            return Err(Error::malformed(format!(
                "a root mean square of the waveform is {value}; 0 to 1 is possible"
            )));
        }
        self.measured = self.frames();
        let frames = self.samples_per_pixel as f32;
        self.levels[0].energies = rms.iter().map(|value| value * value * frames).collect();
        self.grow(0);
        Ok(self)
    }

    /// Brings the coarser levels up to date, where the finest has changed from a pixel on.
    fn grow(&mut self, mut from: usize) {
        let channels = self.channels;
        for level in 1.. {
            let (finer, coarser) = self.levels.split_at_mut(level);
            let finer = &finer[level - 1];
            if finer.pairs.len() <= channels {
                break;
            }
            // The pixel which was last may have been half of what it is now.
            from /= 2;
            let mut fresh = coarser.first_mut().map(std::mem::take).unwrap_or_default();
            fresh.pairs.truncate(from * channels);
            for two in finer.pairs[2 * from * channels..].chunks(2 * channels) {
                fresh.pairs.extend((0..channels).map(|channel| {
                    let second = two.get(channels + channel).copied();
                    two[channel].join(second.unwrap_or(two[channel]))
                }));
            }
            if !finer.energies.is_empty() {
                fresh.energies.truncate(from * channels);
                for two in finer.energies[2 * from * channels..].chunks(2 * channels) {
                    fresh.energies.extend((0..channels).map(|channel| {
                        two[channel] + two.get(channels + channel).copied().unwrap_or(0.0)
                    }));
                }
            }
            match coarser.first_mut() {
                Some(place) => *place = fresh,
                None => self.levels.push(fresh),
            }
        }
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
        &self.levels[0].pairs
    }

    /// The root mean square of each of [`Self::pairs`], 0.0 to 1.0 at full scale; `None` where
    /// the waveform was made without.
    pub fn rms(&self) -> Option<Vec<f32>> {
        let energies = &self.levels[0].energies;
        let rms = |(place, energy): (usize, &f32)| {
            let start = (place / self.channels) as u64 * u64::from(self.samples_per_pixel);
            root_mean(
                f64::from(*energy),
                self.measured_within(start, self.samples_per_pixel.into()),
            )
        };
        (!energies.is_empty()).then(|| energies.iter().enumerate().map(rms).collect())
    }

    /// The same waveform from farther away: exactly what would have been made with so many
    /// frames a pixel. Several zooms come of one pass this way.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when it is no multiple of [`Self::samples_per_pixel`].
    pub fn zoom(&self, samples_per_pixel: u32) -> Result<Self> {
        if samples_per_pixel == 0 || !samples_per_pixel.is_multiple_of(self.samples_per_pixel) {
            let reason = format!(
                "{samples_per_pixel} is no multiple of the {} that the waveform has",
                self.samples_per_pixel
            );
            return Err(Error::invalid("samples per pixel", reason));
        }
        let together = (samples_per_pixel / self.samples_per_pixel) as usize * self.channels;
        let mut zoomed = Self::empty(self.sample_rate, samples_per_pixel, self.channels)?;
        let channels = 0..self.channels;
        let of_channel = |channel: usize| move |place: &usize| place % self.channels == channel;
        let (pairs, energies) = (self.pairs(), &self.levels[0].energies);
        let (mut joined, mut sums) = (Vec::new(), Vec::new());
        for start in (0..pairs.len()).step_by(together) {
            let pixel = start..pairs.len().min(start + together);
            for channel in channels.clone() {
                let places = pixel.clone().filter(of_channel(channel));
                joined.extend(
                    places
                        .clone()
                        .map(|place| pairs[place])
                        .reduce(MinMax::join),
                );
                if !energies.is_empty() {
                    sums.push(places.map(|place| energies[place]).sum());
                }
            }
        }
        zoomed.append(&joined, &sums, self.measured);
        Ok(zoomed)
    }

    /// What is seen in each of `width` pixels over a range of frames, in time and memory in
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
        let (seen, step) = (
            &self.levels[level],
            u128::from(self.samples_per_pixel) << level,
        );
        let available = seen.pairs.len() / self.channels;
        let mut channels = vec![Vec::with_capacity(width); self.channels];
        let mut rms =
            (!self.levels[0].energies.is_empty()).then(|| channels_of(self.channels, width));
        for pixel in 0..width {
            let first = (edge(pixel) / step).min(available as u128) as usize;
            let end = edge(pixel + 1).max(edge(pixel) + 1).div_ceil(step);
            let end = end.min(available as u128) as usize;
            let covered = first * self.channels..end.max(first) * self.channels;
            for (channel, seen_pairs) in channels.iter_mut().enumerate() {
                let pairs = &seen.pairs[covered.clone()];
                let of_channel = pairs.iter().skip(channel).step_by(self.channels).copied();
                seen_pairs.push(of_channel.reduce(MinMax::join).unwrap_or_default());
            }
            let Some(rms) = &mut rms else { continue };
            let start = (first as u128 * step).min(u128::from(u64::MAX)) as u64;
            let frames = ((end.max(first) - first) as u128 * step).min(u128::from(u64::MAX)) as u64;
            let frames = self.measured_within(start, frames);
            for (channel, values) in rms.iter_mut().enumerate() {
                let energies = &seen.energies[covered.clone()];
                let of_channel = energies.iter().skip(channel).step_by(self.channels);
                let sum: f64 = of_channel.map(|energy| f64::from(*energy)).sum();
                values.push(root_mean(sum, frames));
            }
        }
        Ok(View { channels, rms })
    }

    /// How many of so many frames have been measured.
    fn measured_within(&self, start: u64, frames: u64) -> u64 {
        frames.min(self.measured.saturating_sub(start))
    }

    /// The coarsest level whose pixels are no wider than `frames`.
    fn level_for(&self, frames: u128) -> usize {
        (0..self.levels.len())
            .rev()
            .find(|level| u128::from(self.samples_per_pixel) << level <= frames)
            .unwrap_or(0)
    }
}

fn channels_of(channels: usize, width: usize) -> Vec<Vec<f32>> {
    vec![Vec::with_capacity(width); channels]
}

fn root_mean(energy: f64, frames: u64) -> f32 {
    // What is over full scale is clipped, as the extremes are.
    (energy / frames.max(1) as f64).sqrt().min(1.0) as f32
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
    fn a_waveform_that_grows_is_the_one_made_at_once() {
        let whole = stairs(333);
        for step in [1, 2, 3, 7, 64, 332] {
            let mut grown = Waveform::empty(48_000, 100, 1).unwrap();
            for pairs in whole.pairs().chunks(step) {
                grown.append(pairs, &[], 0);
                let shown = grown.view(0..grown.frames(), 1).unwrap();
                assert_eq!(shown.channels[0].last(), grown.pairs().last());
            }
            assert_eq!(grown, whole);
        }
    }

    #[test]
    fn a_zoom_joins_whole_pixels() {
        let waveform = stairs(7).with_rms(&[0.5; 7]).unwrap();
        let far = waveform.zoom(300).unwrap();
        assert_eq!(far.pairs(), [pair(-2, 2), pair(-5, 5), pair(-6, 6)]);
        assert_eq!(far.rms().unwrap(), [0.5; 3]);
        assert_eq!(waveform.zoom(100).unwrap(), waveform);
        for wrong in [0, 50, 150] {
            let error = waveform.zoom(wrong).unwrap_err().to_string();
            assert!(error.contains("no multiple of the 100"), "{error}");
        }
    }

    #[test]
    fn a_view_has_the_root_mean_square_of_what_it_covers() {
        let mut waveform = Waveform::empty(48_000, 100, 1).unwrap();
        // Two full pixels, and one of 50 frames.
        waveform.append(&[pair(0, 0); 3], &[100.0, 25.0, 12.5], 250);
        assert_eq!(waveform.rms().unwrap(), [1.0, 0.5, 0.5]);
        let view = waveform.view(0..300, 1).unwrap().rms.unwrap();
        assert_eq!(view[0], [(137.5_f64 / 250.0).sqrt() as f32]);
        let beyond = waveform.view(300..400, 1).unwrap().rms.unwrap();
        assert_eq!(beyond[0], [0.0]);
        assert!(stairs(3).view(0..10, 1).unwrap().rms.is_none());
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
