//! The features, and the sink which extracts them.

use serde::{Deserialize, Serialize};

use super::level::LevelMeter;
use super::spectrum::SpectrumMeter;
use crate::samples::{self, Scrubber};
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

/// Descriptors of a whole sound. A value is absent where there is nothing to measure.
///
/// The spectral ones are means over frames of 2,048 samples under a Hann window, half overlapping,
/// of the mean of all channels; frames wholly below -60 dBFS have no part in them. With `m(k)` the
/// magnitude and `f(k)` the frequency of bin `k` of 1,025:
/// - centroid `c = Σ f m / Σ m`, and bandwidth `√(Σ (f - c)² m / Σ m)` (Peeters, *A large set of
///   audio features for sound description*, 2004, 6.1.1 and 6.1.2);
/// - roll-off: the lowest frequency up to which 85 % of `Σ m` lies (Tzanetakis and Cook, *Musical
///   genre classification of audio signals*, 2002);
/// - flatness: geometric over arithmetic mean of `m²`, without the bin at 0 Hz (MPEG-7, ISO/IEC
///   15938-4), each bin being taken as at most 120 dB below the strongest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Features {
    /// Root of the mean square of all samples of all channels, in dB below a full-scale square
    /// wave.
    pub rms_dbfs: Option<f64>,
    /// Highest absolute sample over the root mean square, in dB.
    pub crest_factor_db: Option<f64>,
    /// Mean of the channel whose mean is farthest from 0; full scale is 1.
    pub dc_offset: f64,
    /// Samples, of all channels, in runs of three or more at 16-bit full scale or beyond.
    pub clipped_samples: u64,
    /// Time before the first sample at -60 dBFS or more; all of a silent sound.
    pub leading_silence_seconds: f64,
    /// Time after the last sample at -60 dBFS or more; none of a silent sound.
    pub trailing_silence_seconds: f64,
    /// Changes of sign of the mean of all channels, for each pair of neighbours: 0 to 1.
    pub zero_crossing_rate: Option<f64>,
    /// Where the spectrum has its centre of gravity, in Hz.
    pub spectral_centroid_hz: Option<f64>,
    /// Below which 85 % of the spectrum lies, in Hz.
    pub spectral_rolloff_hz: Option<f64>,
    /// From near 0 for a tone to near 1 for evenly spread noise.
    pub spectral_flatness: Option<f64>,
    /// How far the spectrum spreads about its centroid, in Hz.
    pub spectral_bandwidth_hz: Option<f64>,
}

/// Extracts [`Features`] while the sound passes by. Samples that are not finite count as silence.
#[derive(Debug)]
pub struct FeatureExtractor {
    spec: AudioSpec,
    level: LevelMeter,
    spectrum: SpectrumMeter,
    scrubber: Scrubber,
    mix: Vec<f32>,
}

impl FeatureExtractor {
    /// An extractor for a stream.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate of 0 or no channels.
    pub fn new(spec: AudioSpec) -> Result<Self> {
        if spec.sample_rate == 0 {
            return Err(Error::invalid("sample rate", "it is 0"));
        }
        if spec.channels() == 0 {
            return Err(Error::invalid("channels", "there is none"));
        }
        Ok(Self {
            spec,
            level: LevelMeter::new(spec.channels()),
            spectrum: SpectrumMeter::new(),
            scrubber: Scrubber::default(),
            mix: Vec::new(),
        })
    }

    /// The mean of all channels of the last block, finite throughout.
    pub(super) fn mix(&self) -> &[f32] {
        &self.mix
    }

    /// What was found.
    pub fn finish(self) -> Features {
        let rate = f64::from(self.spec.sample_rate);
        let level = self.level.finish();
        let spectrum = self.spectrum.finish(rate);
        Features {
            rms_dbfs: level.rms_db,
            crest_factor_db: level.crest_db,
            dc_offset: level.dc_offset,
            clipped_samples: level.clipped,
            leading_silence_seconds: level.leading_silence as f64 / rate,
            trailing_silence_seconds: level.trailing_silence as f64 / rate,
            zero_crossing_rate: level.zero_crossing_rate,
            spectral_centroid_hz: spectrum.map(|means| means.centroid),
            spectral_rolloff_hz: spectrum.map(|means| means.rolloff),
            spectral_flatness: spectrum.map(|means| means.flatness),
            spectral_bandwidth_hz: spectrum.map(|means| means.bandwidth),
        }
    }
}

impl AudioSink for FeatureExtractor {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        samples::check_channels(self.spec, block)?;
        let block = self.scrubber.scrub(block);
        let scale = 1.0 / block.channels() as f32;
        self.mix.clear();
        self.mix.resize(block.frames(), 0.0);
        for plane in block.planes() {
            for (sum, sample) in self.mix.iter_mut().zip(plane) {
                *sum += sample * scale;
            }
        }
        self.level.write(block, &self.mix);
        self.spectrum.write(&self.mix);
        Ok(())
    }
}
