//! The meter: a sink which measures in one pass.

use ebur128::{Channel, EbuR128, Mode};

use super::true_peak::TruePeakMeter;
use super::windows::Windows;
use super::{Loudness, amplitude_db};
use crate::samples::{self, Scrubber};
use crate::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout, Error, Result, Speaker};

/// The sample rates that are measured, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// Most channels that are measured.
const MAX_CHANNELS: usize = 8;
/// Milliseconds from one value of the momentary and short-term loudness to the next.
const STEP_MS: u32 = 10;

/// Measures loudness and peaks while the sound passes by.
///
/// Channels weigh what ITU-R BS.1770-4 Annex 3 says of their places: 1.41 at the sides, nothing
/// for LFE, 1.0 elsewhere and where no place is stated. Samples that are not finite count as
/// silence. Memory is bounded but for 8 bytes for each 100 ms above -70 LUFS.
#[derive(Debug)]
pub struct LoudnessMeter {
    spec: AudioSpec,
    gated: EbuR128,
    true_peak: TruePeakMeter,
    windows: Windows,
    scrubber: Scrubber,
    step_frames: usize,
    /// Frames of the step that is under way.
    step_filled: usize,
    frames: u64,
}

impl LoudnessMeter {
    /// A meter for 1 to 8 channels at 8 to 192 kHz.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for any other stream.
    pub fn new(spec: AudioSpec) -> Result<Self> {
        if !RATES.contains(&spec.sample_rate) {
            let reason = format!("{} Hz; loudness is measured at 8 to 192 kHz", spec.sample_rate);
            return Err(Error::invalid("sample rate", reason));
        }
        let channels = spec.channels();
        if !(1..=MAX_CHANNELS).contains(&channels) {
            let reason = format!("{channels}; loudness is measured of 1 to {MAX_CHANNELS}");
            return Err(Error::invalid("channels", reason));
        }
        let mut gated = EbuR128::new(channels as u32, spec.sample_rate, Mode::I | Mode::LRA)
            .map_err(|error| Error::invalid("stream", error.to_string()))?;
        let map: Vec<Channel> = (0..channels).map(|index| place(spec.layout, index)).collect();
        gated
            .set_channel_map(&map)
            .map_err(|error| Error::invalid("channels", error.to_string()))?;
        Ok(Self {
            spec,
            gated,
            true_peak: TruePeakMeter::new(spec.sample_rate, channels),
            windows: Windows::default(),
            scrubber: Scrubber::default(),
            step_frames: (spec.sample_rate * STEP_MS / 1_000) as usize,
            step_filled: 0,
            frames: 0,
        })
    }

    /// What was measured.
    pub fn finish(self) -> Loudness {
        let (true_peak, sample_peak) = self.true_peak.finish();
        let integrated = self.gated.loudness_global().ok().filter(|lufs| lufs.is_finite());
        let holds_a_window = self.frames >= 3 * u64::from(self.spec.sample_rate);
        Loudness {
            integrated_lufs: integrated,
            loudness_range_lu: integrated
                .filter(|_| holds_a_window)
                .and_then(|_| self.gated.loudness_range().ok()),
            momentary_max_lufs: lufs(self.windows.momentary_max()),
            short_term_max_lufs: lufs(self.windows.short_term_max()),
            true_peak_dbtp: amplitude_db(true_peak),
            sample_peak_dbfs: amplitude_db(sample_peak),
        }
    }
}

impl AudioSink for LoudnessMeter {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        samples::check_channels(self.spec, block)?;
        let block = self.scrubber.scrub(block);
        for (channel, plane) in block.planes().iter().enumerate() {
            self.true_peak.write(channel, plane, samples::peak(plane));
        }
        let mut start = 0;
        while start < block.frames() {
            let end = block.frames().min(start + self.step_frames - self.step_filled);
            let mut planes = [&[][..]; MAX_CHANNELS];
            for (part, plane) in planes.iter_mut().zip(block.planes()) {
                *part = &plane[start..end];
            }
            self.gated
                .add_frames_planar_f32(&planes[..block.channels()])
                .map_err(|error| Error::invalid("block", error.to_string()))?;
            self.step_filled += end - start;
            if self.step_filled == self.step_frames {
                self.step_filled = 0;
                self.windows.push(self.gated.loudness_window(STEP_MS).map_or(0.0, energy));
            }
            start = end;
        }
        self.frames += block.frames() as u64;
        Ok(())
    }
}

/// Mean energy of the weighted signal in LUFS (BS.1770-4, formula 2).
fn lufs(energy: f64) -> Option<f64> {
    (energy > 0.0).then(|| 10.0 * energy.log10() - 0.691)
}

/// The inverse of [`lufs`]; silence is minus infinity.
fn energy(lufs: f64) -> f64 {
    10_f64.powf((lufs + 0.691) / 10.0)
}

fn place(layout: ChannelLayout, index: usize) -> Channel {
    match layout.speaker(index) {
        Speaker::LowFrequency => Channel::Unused,
        Speaker::FrontLeft => Channel::Left,
        Speaker::FrontRight => Channel::Right,
        Speaker::FrontCentre | Speaker::Unplaced => Channel::Center,
        Speaker::SideLeft => Channel::Mp090,
        Speaker::SideRight => Channel::Mm090,
        // Without side loudspeakers the back ones stand where BS.775 puts the surrounds (110°).
        Speaker::BackLeft if layout == ChannelLayout::Quad => Channel::LeftSurround,
        Speaker::BackRight if layout == ChannelLayout::Quad => Channel::RightSurround,
        Speaker::BackLeft => Channel::Mp135,
        Speaker::BackRight => Channel::Mm135,
        Speaker::BackCentre => Channel::Mp180,
    }
}
