//! The meter: a sink which measures in one pass.

use super::k_weighting::{KMemory, KWeighting, LANES};
use super::series::{LoudnessPoint, Series};
use super::true_peak::TruePeakMeter;
use super::windows::{GatedWindows, STEPS_PER_SECOND, Windows};
use super::{Loudness, amplitude_db};
use serde::{Deserialize, Serialize};

use crate::samples::{self, Scrubber};
use crate::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout, Error, Result, Speaker};

/// The sample rates that are measured, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// Most channels that are measured.
const MAX_CHANNELS: usize = 8;

/// Measures loudness and peaks while the sound passes by.
///
/// Channels weigh what ITU-R BS.1770-4 Annex 3 says of their places: 1.41 at the sides, nothing
/// for LFE, 1.0 elsewhere and where no place is stated. Samples that are not finite count as
/// silence. Memory is bounded but for at most 160 bytes for each second.
#[derive(Debug)]
pub struct LoudnessMeter {
    spec: AudioSpec,
    weighting: KWeighting,
    pairs: Vec<Pair>,
    true_peak: TruePeakMeter,
    windows: Windows,
    series: Option<Series>,
    scrubber: Scrubber,
    frames: u64,
    steps: u64,
    /// The weighted sum of squares of the step that is under way, and its frames.
    energy: f64,
    step_frames: usize,
}

/// Two channels that are filtered together; an odd one is there twice, once without weight.
#[derive(Debug)]
struct Pair {
    channels: [usize; LANES],
    weights: [f64; LANES],
    memory: KMemory,
}

impl LoudnessMeter {
    /// A meter for 1 to 8 channels at 8 to 192 kHz.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for any other stream.
    pub fn new(spec: AudioSpec) -> Result<Self> {
        if !RATES.contains(&spec.sample_rate) {
            let reason = format!(
                "{} Hz; loudness is measured at 8 to 192 kHz",
                spec.sample_rate
            );
            return Err(Error::invalid("sample rate", reason));
        }
        let channels = spec.channels();
        if !(1..=MAX_CHANNELS).contains(&channels) {
            let reason = format!("{channels}; loudness is measured of 1 to {MAX_CHANNELS}");
            return Err(Error::invalid("channels", reason));
        }
        Ok(Self {
            spec,
            weighting: KWeighting::new(spec.sample_rate),
            pairs: pairs(spec.layout),
            true_peak: TruePeakMeter::new(spec.sample_rate, channels),
            windows: Windows::default(),
            series: None,
            scrubber: Scrubber::default(),
            frames: 0,
            steps: 0,
            energy: 0.0,
            step_frames: 0,
        })
    }

    /// Notes the momentary and the short-term loudness every `every_ms` milliseconds; see
    /// [`Self::take_series`].
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for what is no multiple of 10, or not within 10 to 60,000 ms.
    pub fn with_series(mut self, every_ms: u32) -> Result<Self> {
        self.series = Some(Series::new(every_ms)?);
        Ok(self)
    }

    /// The points noted since the last call, oldest first. Who measures a long sound takes them
    /// now and then, so that they do not pile up.
    pub fn take_series(&mut self) -> Vec<LoudnessPoint> {
        self.series.as_mut().map(Series::take).unwrap_or_default()
    }

    /// What a meter shows at this moment. The integrated loudness is computed anew over all that
    /// was heard: a few microseconds for each minute of it.
    pub fn reading(&self) -> LoudnessReading {
        let [momentary_lufs, short_term_lufs] = self.windows.now();
        LoudnessReading {
            momentary_lufs,
            short_term_lufs,
            integrated_lufs: self.windows.integrated(),
            true_peak_dbtp: amplitude_db(self.true_peak.peak()),
        }
    }

    /// What was measured.
    pub fn finish(self) -> Loudness {
        let (mut loudness, gated) = self.end();
        loudness.loudness_range_lu = gated.range();
        loudness
    }

    /// What was measured but for the range, and the windows that it is computed from.
    pub(super) fn end(self) -> (Loudness, GatedWindows) {
        let (true_peak, sample_peak) = self.true_peak.finish();
        let [momentary_max_lufs, short_term_max_lufs] = self.windows.maxima();
        let gated = self.windows.finish();
        let loudness = Loudness {
            integrated_lufs: gated.integrated(),
            loudness_range_lu: None,
            momentary_max_lufs,
            short_term_max_lufs,
            true_peak_dbtp: amplitude_db(true_peak),
            sample_peak_dbfs: amplitude_db(sample_peak),
        };
        (loudness, gated)
    }
}

/// What a meter shows while it runs (EBU Tech 3341). A value is absent while there is silence, or
/// nothing over the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoudnessReading {
    /// The loudness of the last 400 ms, in LUFS.
    pub momentary_lufs: Option<f64>,
    /// The loudness of the last 3 s, in LUFS.
    pub short_term_lufs: Option<f64>,
    /// The gated loudness of everything so far, in LUFS.
    pub integrated_lufs: Option<f64>,
    /// The highest true peak so far, in dBTP.
    pub true_peak_dbtp: Option<f64>,
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
            // Where 10 ms are no whole number of frames, steps differ by one.
            let step_end = (self.steps + 1) * u64::from(self.spec.sample_rate) / STEPS_PER_SECOND;
            let missing = (step_end - self.frames) as usize;
            let end = block.frames().min(start + missing);
            for pair in &mut self.pairs {
                let planes = pair
                    .channels
                    .map(|channel| &block.plane(channel)[start..end]);
                let sums = self.weighting.energy(&mut pair.memory, planes);
                self.energy += sums
                    .iter()
                    .zip(pair.weights)
                    .map(|(sum, w)| sum * w)
                    .sum::<f64>();
            }
            self.step_frames += end - start;
            self.frames += (end - start) as u64;
            if self.frames == step_end {
                self.windows.push(self.energy / self.step_frames as f64);
                self.steps += 1;
                if let Some(series) = &mut self.series {
                    series.step(self.steps, &self.windows);
                }
                self.energy = 0.0;
                self.step_frames = 0;
            }
            start = end;
        }
        Ok(())
    }
}

fn pairs(layout: ChannelLayout) -> Vec<Pair> {
    let weighted: Vec<(usize, f64)> = (0..layout.channels())
        .map(|channel| (channel, weight(layout, channel)))
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    weighted
        .chunks(LANES)
        .map(|pair| {
            let (first, second) = (pair[0], pair.get(1).copied().unwrap_or((pair[0].0, 0.0)));
            Pair {
                channels: [first.0, second.0],
                weights: [first.1, second.1],
                memory: KMemory::default(),
            }
        })
        .collect()
}

/// What a channel weighs (BS.1770-4 Annex 3, table 4).
fn weight(layout: ChannelLayout, channel: usize) -> f64 {
    match layout.speaker(channel) {
        Speaker::LowFrequency => 0.0,
        Speaker::SideLeft | Speaker::SideRight => 1.41,
        // With no loudspeakers at the sides, the back ones stand where BS.775 puts the surrounds
        // (110°).
        Speaker::BackLeft | Speaker::BackRight if layout == ChannelLayout::Quad => 1.41,
        _ => 1.0,
    }
}
