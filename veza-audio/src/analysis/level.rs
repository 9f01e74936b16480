//! Level, offset, clipping, silence and changes of sign: what is told sample by sample.

use crate::AudioBuffer;
use crate::loudness::amplitude_db;
use crate::samples;

/// The amplitude of -60 dBFS: what stays below it counts as silence.
pub(super) const SILENCE: f32 = 0.001;
/// The highest sample of 16 bits.
pub(super) const FULL_SCALE: f32 = 32_767.0 / 32_768.0;
/// Samples at full scale in a row that are clipping; fewer are a peak that just fits.
const CLIPPED_RUN: u64 = 3;
/// Sums that are kept side by side, so that the compiler uses vector instructions.
const LANES: usize = 8;

/// Follows every sample.
#[derive(Debug)]
pub(super) struct LevelMeter {
    channels: Vec<Channel>,
    frames: u64,
    first_loud: Option<u64>,
    /// The frame after the last that is loud.
    after_loud: u64,
    sign_changes: u64,
    was_negative: bool,
}

#[derive(Clone, Debug, Default)]
struct Channel {
    sum: f64,
    squares: f64,
    peak: f32,
    /// Samples at full scale up to now, without a break.
    run: u64,
    clipped: u64,
}

/// What a [`LevelMeter`] found; silence in frames.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) rms_db: Option<f64>,
    pub(super) crest_db: Option<f64>,
    pub(super) dc_offset: f64,
    pub(super) clipped: u64,
    pub(super) leading_silence: u64,
    pub(super) trailing_silence: u64,
    pub(super) zero_crossing_rate: Option<f64>,
}

impl LevelMeter {
    pub(super) fn new(channels: usize) -> Self {
        Self {
            channels: vec![Channel::default(); channels],
            frames: 0,
            first_loud: None,
            after_loud: 0,
            sign_changes: 0,
            was_negative: false,
        }
    }

    /// Takes a block of finite samples, and the mean of its channels.
    pub(super) fn write(&mut self, block: &AudioBuffer, mix: &[f32]) {
        for (channel, plane) in self.channels.iter_mut().zip(block.planes()) {
            let peak = samples::peak(plane);
            channel.write(plane, peak);
            if peak < SILENCE {
                continue;
            }
            let loud = |sample: &f32| sample.abs() >= SILENCE;
            if let Some(last) = plane.iter().rposition(loud) {
                self.after_loud = self.after_loud.max(self.frames + last as u64 + 1);
            }
            // Blocks before this one were silent or the place is known; within one, the channel
            // that is loud first counts.
            if self.first_loud.is_none_or(|first| first >= self.frames)
                && let Some(first) = plane.iter().position(loud)
            {
                let first = self.frames + first as u64;
                self.first_loud = Some(self.first_loud.map_or(first, |known| known.min(first)));
            }
        }
        self.count_sign_changes(mix);
        self.frames += mix.len() as u64;
    }

    fn count_sign_changes(&mut self, mix: &[f32]) {
        let (Some(first), Some(last)) = (mix.first(), mix.last()) else {
            return;
        };
        if self.frames > 0 && (*first < 0.0) != self.was_negative {
            self.sign_changes += 1;
        }
        let changes: u32 = mix
            .iter()
            .zip(&mix[1..])
            .map(|(a, b)| u32::from((*a < 0.0) != (*b < 0.0)))
            .sum();
        self.sign_changes += u64::from(changes);
        self.was_negative = *last < 0.0;
    }

    pub(super) fn finish(self) -> Level {
        let frames = self.frames as f64;
        let samples = frames * self.channels.len() as f64;
        let squares: f64 = self.channels.iter().map(|channel| channel.squares).sum();
        let peak = self
            .channels
            .iter()
            .fold(0.0_f32, |peak, channel| peak.max(channel.peak));
        let rms_db = if self.frames > 0 {
            amplitude_db((squares / samples).sqrt())
        } else {
            None
        };
        let offsets = self
            .channels
            .iter()
            .map(|channel| channel.sum / frames.max(1.0));
        Level {
            rms_db,
            crest_db: rms_db.and_then(|rms| Some(amplitude_db(peak.into())? - rms)),
            dc_offset: offsets.fold(0.0, |far, offset| {
                if offset.abs() > f64::abs(far) {
                    offset
                } else {
                    far
                }
            }),
            clipped: self.channels.iter().map(|channel| channel.clipped).sum(),
            leading_silence: self.first_loud.unwrap_or(self.frames),
            trailing_silence: self.first_loud.map_or(0, |_| self.frames - self.after_loud),
            zero_crossing_rate: (self.frames > 1)
                .then(|| self.sign_changes as f64 / (frames - 1.0)),
        }
    }
}

impl Channel {
    fn write(&mut self, plane: &[f32], peak: f32) {
        let (mut sums, mut squares) = ([0.0_f64; LANES], [0.0_f64; LANES]);
        let (groups, rest) = plane.as_chunks::<LANES>();
        for group in groups {
            for lane in 0..LANES {
                let sample = f64::from(group[lane]);
                sums[lane] += sample;
                squares[lane] += sample * sample;
            }
        }
        for sample in rest.iter().map(|sample| f64::from(*sample)) {
            sums[0] += sample;
            squares[0] += sample * sample;
        }
        self.sum += sums.iter().sum::<f64>();
        self.squares += squares.iter().sum::<f64>();
        self.peak = self.peak.max(peak);
        if peak < FULL_SCALE {
            if !plane.is_empty() {
                self.run = 0;
            }
            return;
        }
        for sample in plane {
            self.run = if sample.abs() >= FULL_SCALE {
                self.run + 1
            } else {
                0
            };
            self.clipped += match self.run {
                0..CLIPPED_RUN => 0,
                CLIPPED_RUN => CLIPPED_RUN,
                _ => 1,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(planes: &[&[f32]]) -> Level {
        let mut meter = LevelMeter::new(planes.len());
        let block = AudioBuffer::from_planes(planes.iter().map(|plane| plane.to_vec()).collect());
        meter.write(&block, planes[0]);
        meter.finish()
    }

    #[test]
    fn a_square_wave_has_no_crest_and_crosses_zero_each_time() {
        let level = level(&[&[0.5, -0.5, 0.5, -0.5]]);
        assert!((level.rms_db.unwrap() + 6.0206).abs() < 1e-3);
        assert!(level.crest_db.unwrap().abs() < 1e-9);
        assert_eq!(level.zero_crossing_rate, Some(1.0));
        assert_eq!(level.dc_offset, 0.0);
    }

    #[test]
    fn the_offset_of_the_worst_channel_counts() {
        let level = level(&[&[0.1, 0.1], &[-0.5, -0.25]]);
        assert_eq!(level.dc_offset, -0.375);
    }

    #[test]
    fn two_samples_at_full_scale_are_not_clipped_and_three_are() {
        assert_eq!(level(&[&[1.0, 1.0, 0.9, -1.0, -1.0]]).clipped, 0);
        assert_eq!(level(&[&[0.0, 1.0, -1.0, 1.5, 0.0], &[1.0; 5]]).clipped, 8);
    }

    #[test]
    fn a_run_goes_on_in_the_next_block() {
        let mut meter = LevelMeter::new(1);
        for _ in 0..4 {
            meter.write(&AudioBuffer::from_planes(vec![vec![1.0]]), &[1.0]);
        }
        assert_eq!(meter.finish().clipped, 4);
    }

    #[test]
    fn silence_is_counted_at_both_ends_over_all_channels() {
        let level = level(&[&[0.0, 0.0, 0.5, 0.0, 0.0], &[0.0, 0.000_9, 0.0, -0.5, 0.0]]);
        assert_eq!((level.leading_silence, level.trailing_silence), (2, 1));
    }

    #[test]
    fn a_silent_sound_is_silent_once() {
        let level = level(&[&[0.0; 7]]);
        assert_eq!((level.leading_silence, level.trailing_silence), (7, 0));
        assert_eq!((level.rms_db, level.crest_db), (None, None));
    }

    #[test]
    fn nothing_at_all_is_nothing() {
        let level = level(&[&[]]);
        assert_eq!(
            (level.rms_db, level.zero_crossing_rate, level.dc_offset),
            (None, None, 0.0)
        );
    }
}
