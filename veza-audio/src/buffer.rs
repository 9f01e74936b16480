//! Planar `f32` sound: `(channels, frames)`.

use crate::ChannelLayout;

/// What a stream of samples is: its rate and its channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioSpec {
    /// Frames per second, in Hz.
    pub sample_rate: u32,
    /// Which channels there are, in which order.
    pub layout: ChannelLayout,
}

impl AudioSpec {
    /// A stream of `sample_rate` Hz with the given layout.
    pub fn new(sample_rate: u32, layout: ChannelLayout) -> Self {
        Self {
            sample_rate,
            layout,
        }
    }

    /// The number of channels.
    pub fn channels(&self) -> usize {
        self.layout.channels()
    }

    /// How long `frames` frames last, in seconds.
    pub fn seconds(&self, frames: u64) -> f64 {
        frames as f64 / f64::from(self.sample_rate)
    }
}

/// A block of planar samples: each channel a contiguous run of `frames()` values, full scale
/// being -1.0 to 1.0.
///
/// A block is made once and filled again and again: clearing it keeps its memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AudioBuffer {
    planes: Vec<Vec<f32>>,
}

impl AudioBuffer {
    /// An empty block of `channels` channels.
    pub fn new(channels: usize) -> Self {
        Self {
            planes: vec![Vec::new(); channels],
        }
    }

    /// A block of the given planes.
    ///
    /// # Panics
    /// When the planes differ in length.
    pub fn from_planes(planes: Vec<Vec<f32>>) -> Self {
        assert!(
            planes.windows(2).all(|pair| pair[0].len() == pair[1].len()),
            "every channel of a block has the same number of frames"
        );
        Self { planes }
    }

    /// The number of channels.
    pub fn channels(&self) -> usize {
        self.planes.len()
    }

    /// The number of frames (samples per channel).
    pub fn frames(&self) -> usize {
        self.planes.first().map_or(0, Vec::len)
    }

    /// Whether the block holds no frame.
    pub fn is_empty(&self) -> bool {
        self.frames() == 0
    }

    /// The samples of one channel.
    pub fn plane(&self, channel: usize) -> &[f32] {
        &self.planes[channel]
    }

    /// The samples of one channel, to be changed in place.
    pub fn plane_mut(&mut self, channel: usize) -> &mut [f32] {
        &mut self.planes[channel]
    }

    /// All channels, first to last, to be changed in place.
    pub(crate) fn planes_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.planes.iter_mut().map(Vec::as_mut_slice)
    }

    /// All channels, first to last.
    pub fn planes(&self) -> &[Vec<f32>] {
        &self.planes
    }

    /// Empties the block and gives it `channels` channels; keeps the memory of those it had.
    pub fn reset(&mut self, channels: usize) {
        self.planes.resize_with(channels, Vec::new);
        for plane in &mut self.planes {
            plane.clear();
        }
    }

    /// Makes the block exactly `frames` long, filling with silence what is new.
    pub fn resize(&mut self, frames: usize) {
        for plane in &mut self.planes {
            plane.resize(frames, 0.0);
        }
    }

    /// Keeps the first `frames` frames.
    pub fn truncate(&mut self, frames: usize) {
        for plane in &mut self.planes {
            plane.truncate(frames);
        }
    }

    /// Drops the first `frames` frames.
    pub fn drop_front(&mut self, frames: usize) {
        let frames = frames.min(self.frames());
        for plane in &mut self.planes {
            plane.drain(..frames);
        }
    }

    /// Appends `frames` frames of `other`, from `start` on.
    ///
    /// # Panics
    /// When the channels differ in number or the range is not within `other`.
    pub fn extend_from(&mut self, other: &AudioBuffer, start: usize, frames: usize) {
        assert_eq!(
            self.channels(),
            other.channels(),
            "blocks with different channels"
        );
        for (to, from) in self.planes.iter_mut().zip(&other.planes) {
            to.extend_from_slice(&from[start..start + frames]);
        }
    }

    /// Appends interleaved samples.
    ///
    /// # Panics
    /// When the length is not a whole number of frames.
    pub fn extend_interleaved(&mut self, samples: &[f32]) {
        let channels = self.channels();
        assert!(
            channels > 0 && samples.len().is_multiple_of(channels),
            "whole frames only"
        );
        for (channel, plane) in self.planes.iter_mut().enumerate() {
            plane.extend(samples[channel..].iter().step_by(channels));
        }
    }

    /// Writes the block interleaved into `out`, which is emptied first.
    pub fn interleave_into(&self, out: &mut Vec<f32>) {
        let (channels, frames) = (self.channels(), self.frames());
        out.clear();
        out.resize(channels * frames, 0.0);
        for (channel, plane) in self.planes.iter().enumerate() {
            for (to, sample) in out[channel.min(channels * frames)..]
                .iter_mut()
                .step_by(channels)
                .zip(plane)
            {
                *to = *sample;
            }
        }
    }

    /// Multiplies every sample by `gain` (linear).
    pub fn scale(&mut self, gain: f32) {
        for plane in &mut self.planes {
            for sample in plane {
                *sample *= gain;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interleaving_there_and_back_changes_nothing() {
        let mut block = AudioBuffer::new(2);
        block.extend_interleaved(&[1.0, -1.0, 2.0, -2.0, 3.0, -3.0]);
        assert_eq!(block.plane(0), [1.0, 2.0, 3.0]);
        assert_eq!(block.plane(1), [-1.0, -2.0, -3.0]);
        let mut out = Vec::new();
        block.interleave_into(&mut out);
        assert_eq!(out, [1.0, -1.0, 2.0, -2.0, 3.0, -3.0]);
    }

    #[test]
    fn an_empty_block_interleaves_to_nothing() {
        let mut out = vec![1.0];
        AudioBuffer::new(2).interleave_into(&mut out);
        assert!(out.is_empty());
    }

    #[test]
    fn dropping_more_than_there_is_leaves_an_empty_block() {
        let mut block = AudioBuffer::from_planes(vec![vec![1.0, 2.0]]);
        block.drop_front(1);
        assert_eq!(block.plane(0), [2.0]);
        block.drop_front(9);
        assert!(block.is_empty());
    }
}
