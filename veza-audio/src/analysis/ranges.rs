//! Where a sound is silent, and where it is clipped.

use serde::{Deserialize, Serialize};

use super::level::FULL_SCALE;
use crate::samples;
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

/// Ranges kept; where there are more, those nearest to one another become one.
const MAX_RANGES: usize = 4_096;

/// A stretch of a sound, in frames: from `start` up to, but without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FrameRange {
    /// The first frame.
    pub start: u64,
    /// The frame after the last.
    pub end: u64,
}

impl FrameRange {
    /// The number of frames.
    pub fn frames(&self) -> u64 {
        self.end - self.start
    }
}

/// What counts as silence and as clipping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeSettings {
    /// Silence is below this level on every channel, in dBFS.
    pub silence_dbfs: f64,
    /// Shorter silences are left out, in seconds.
    pub least_silence_seconds: f64,
    /// Samples at 16-bit full scale or beyond, in a row on one channel, that are clipping.
    pub clipped_samples: u32,
    /// Clipped stretches that are nearer to one another are one, in seconds.
    pub clipping_gap_seconds: f64,
}

impl Default for RangeSettings {
    /// Below -60 dBFS for half a second; three samples in a row, 10 ms apart.
    fn default() -> Self {
        Self {
            silence_dbfs: -60.0,
            least_silence_seconds: 0.5,
            clipped_samples: 3,
            clipping_gap_seconds: 0.01,
        }
    }
}

/// What a [`RangeMeter`] found, in order. There are at most 4,096 ranges of a kind: where more
/// would be, the gap within which stretches are one is made larger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoundRanges {
    /// Where all channels are silent.
    pub silences: Vec<FrameRange>,
    /// Where a channel is clipped.
    pub clipping: Vec<FrameRange>,
}

/// Lists silent and clipped stretches of a stream.
///
/// ```
/// use veza_audio::analysis::{FrameRange, RangeMeter, RangeSettings};
/// use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout};
///
/// let mut plane = vec![0.5; 48_000];
/// plane.extend(vec![0.0; 48_000]);
/// plane.extend(vec![1.0; 100]);
/// let spec = AudioSpec::new(48_000, ChannelLayout::Mono);
/// let mut meter = RangeMeter::new(spec, RangeSettings::default())?;
/// meter.write(&AudioBuffer::from_planes(vec![plane]))?;
/// let ranges = meter.finish();
/// assert_eq!(ranges.silences, [FrameRange { start: 48_000, end: 96_000 }]);
/// assert_eq!(ranges.clipping, [FrameRange { start: 96_000, end: 96_100 }]);
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Debug)]
pub struct RangeMeter {
    spec: AudioSpec,
    /// What is as loud is no silence.
    threshold: f32,
    least_silence: u64,
    clipped_run: u64,
    frames: u64,
    /// The frame after the last that was loud.
    after_loud: u64,
    /// Samples at full scale up to now, of each channel.
    runs: Vec<u64>,
    silences: Merged,
    clipping: Merged,
}

impl RangeMeter {
    /// A meter for a stream.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate of 0 or no channels, and settings that are negative
    /// or no numbers.
    pub fn new(spec: AudioSpec, settings: RangeSettings) -> Result<Self> {
        if spec.sample_rate == 0 || spec.channels() == 0 {
            return Err(Error::invalid("spec", "it has a rate of 0 or no channels"));
        }
        let frames = |name, seconds: f64| -> Result<u64> {
            if !(0.0..=1e6).contains(&seconds) {
                return Err(Error::invalid(name, format!("{seconds} seconds")));
            }
            Ok((seconds * f64::from(spec.sample_rate)).round() as u64)
        };
        if !(-200.0..=0.0).contains(&settings.silence_dbfs) {
            let reason = format!("{} dBFS; -200 to 0 can be", settings.silence_dbfs);
            return Err(Error::invalid("silence", reason));
        }
        if settings.clipped_samples == 0 {
            return Err(Error::invalid(
                "clipped samples",
                "0 in a row are everywhere",
            ));
        }
        Ok(Self {
            spec,
            threshold: 10_f64.powf(settings.silence_dbfs / 20.0) as f32,
            least_silence: frames("least silence", settings.least_silence_seconds)?.max(1),
            clipped_run: settings.clipped_samples.into(),
            frames: 0,
            after_loud: 0,
            runs: vec![0; spec.channels()],
            silences: Merged::new(0),
            clipping: Merged::new(frames("clipping gap", settings.clipping_gap_seconds)?),
        })
    }

    /// What was found.
    pub fn finish(mut self) -> SoundRanges {
        self.loud_at(self.frames);
        SoundRanges {
            silences: self.silences.ranges,
            clipping: self.clipping.ranges,
        }
    }

    /// Ends the silence before a loud frame, or the end.
    fn loud_at(&mut self, frame: u64) {
        if frame.saturating_sub(self.after_loud) >= self.least_silence {
            self.silences.add(self.after_loud, frame);
        }
        self.after_loud = frame + 1;
    }

    /// Follows one part of a block, in which something is loud.
    fn write_loud(&mut self, block: &AudioBuffer, from: usize, to: usize) {
        for index in from..to {
            let frame = self.frames + index as u64;
            let loud = |plane: &Vec<f32>| plane[index].abs() >= self.threshold;
            if block.planes().iter().any(loud) {
                self.loud_at(frame);
            }
        }
    }

    fn write_clipping(&mut self, plane: &[f32], channel: usize, from: u64) {
        let mut run = self.runs[channel];
        for (index, sample) in plane.iter().enumerate() {
            // What is no number clips nothing.
            if sample.abs() >= FULL_SCALE && sample.is_finite() {
                run += 1;
                if run >= self.clipped_run {
                    let end = from + index as u64 + 1;
                    self.clipping.add(end - run, end);
                }
            } else {
                run = 0;
            }
        }
        self.runs[channel] = run;
    }
}

impl AudioSink for RangeMeter {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        samples::check_channels(self.spec, block)?;
        /// Frames that are skipped at once where nothing is to be found.
        const PART: usize = 256;
        let frames = block.frames();
        for from in (0..frames).step_by(PART) {
            let to = (from + PART).min(frames);
            let loudest = block
                .planes()
                .iter()
                .map(|plane| samples::peak(&plane[from..to]))
                .fold(0.0_f32, |high, peak| if peak <= high { high } else { peak });
            if loudest >= self.threshold || loudest.is_nan() {
                self.write_loud(block, from, to);
            }
            for (channel, plane) in block.planes().iter().enumerate() {
                let part = &plane[from..to];
                let peak = samples::peak(part);
                if peak >= FULL_SCALE || peak.is_nan() {
                    self.write_clipping(part, channel, self.frames + from as u64);
                } else {
                    self.runs[channel] = 0;
                }
            }
        }
        self.frames += frames as u64;
        Ok(())
    }
}

/// Ranges in order, which become one where they are near.
#[derive(Debug)]
struct Merged {
    ranges: Vec<FrameRange>,
    gap: u64,
}

impl Merged {
    fn new(gap: u64) -> Self {
        Self {
            ranges: Vec::new(),
            gap,
        }
    }

    /// Adds a range, which mostly is the last one.
    fn add(&mut self, start: u64, end: u64) {
        let gap = self.gap;
        let before = |range: &FrameRange| range.end.saturating_add(gap) < start;
        let from = self.ranges.partition_point(before);
        let near = |range: &&FrameRange| range.start <= end.saturating_add(gap);
        let count = self.ranges[from..].iter().take_while(near).count();
        let joined = &self.ranges[from..from + count];
        let one = FrameRange {
            start: joined.first().map_or(start, |first| first.start.min(start)),
            end: joined.last().map_or(end, |last| last.end.max(end)),
        };
        self.ranges.splice(from..from + count, [one]);
        if self.ranges.len() > MAX_RANGES {
            self.widen();
        }
    }

    /// Makes the gap so large that a quarter of the ranges go.
    fn widen(&mut self) {
        let gaps = self
            .ranges
            .windows(2)
            .map(|pair| pair[1].start - pair[0].end);
        let mut gaps: Vec<u64> = gaps.collect();
        let quarter = gaps.len() / 4;
        self.gap = self.gap.max(*gaps.select_nth_unstable(quarter).1);
        let ranges = std::mem::take(&mut self.ranges);
        for range in ranges {
            match self.ranges.last_mut() {
                Some(last) if last.end.saturating_add(self.gap) >= range.start => {
                    last.end = last.end.max(range.end);
                }
                _ => self.ranges.push(range),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    fn ranges(planes: &[Vec<f32>], block: usize) -> SoundRanges {
        let layout = ChannelLayout::from_channels(planes.len() as u16);
        let spec = AudioSpec::new(1_000, layout);
        let mut meter = RangeMeter::new(spec, RangeSettings::default()).unwrap();
        for from in (0..planes[0].len()).step_by(block) {
            let to = (from + block).min(planes[0].len());
            let part = planes
                .iter()
                .map(|plane| plane[from..to].to_vec())
                .collect();
            meter.write(&AudioBuffer::from_planes(part)).unwrap();
        }
        meter.finish()
    }

    fn range(start: u64, end: u64) -> FrameRange {
        FrameRange { start, end }
    }

    #[test]
    fn silence_is_where_every_channel_is_silent() {
        let mut left = vec![0.0; 5_000];
        let mut right = left.clone();
        left[1_000] = 0.5;
        right[1_400] = 0.5;
        right[3_000] = 0.000_9;
        for block in [1, 77, 256, 5_000] {
            let found = ranges(&[left.clone(), right.clone()], block);
            assert_eq!(found.silences, [range(0, 1_000), range(1_401, 5_000)]);
            assert!(found.clipping.is_empty());
        }
    }

    #[test]
    fn clipping_is_some_samples_at_full_scale() {
        let mut left = vec![0.1; 3_000];
        let mut right = left.clone();
        left[100..103].fill(1.0);
        left[200..202].fill(-1.0);
        left[220..224].fill(-1.0);
        right[105..110].fill(-1.5);
        right[255..258].fill(1.0);
        right[2_000..2_003].fill(f32::NAN);
        for block in [1, 100, 256, 3_000] {
            let found = ranges(&[left.clone(), right.clone()], block);
            assert_eq!(
                found.clipping,
                [range(100, 110), range(220, 224), range(255, 258)],
                "{block}"
            );
        }
    }

    #[test]
    fn endless_clipping_keeps_a_bounded_list() {
        let plane: Vec<f32> = (0..400_000)
            .map(|n| if n % 40 < 4 { 1.0 } else { 0.1 })
            .collect();
        let found = ranges(&[plane], 5_000);
        assert!(found.clipping.len() <= MAX_RANGES && !found.clipping.is_empty());
        assert_eq!(
            (found.clipping[0].start, found.clipping.last().unwrap().end),
            (0, 399_964)
        );
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        let spec = AudioSpec::new(1_000, ChannelLayout::Mono);
        let good = RangeSettings::default();
        for settings in [
            RangeSettings {
                silence_dbfs: 1.0,
                ..good
            },
            RangeSettings {
                silence_dbfs: f64::NAN,
                ..good
            },
            RangeSettings {
                least_silence_seconds: -1.0,
                ..good
            },
            RangeSettings {
                clipped_samples: 0,
                ..good
            },
            RangeSettings {
                clipping_gap_seconds: f64::INFINITY,
                ..good
            },
        ] {
            assert!(RangeMeter::new(spec, settings).is_err());
        }
    }
}
