//! All that is known of a piece, from one pass over its sound.

use serde::Serialize;

use super::features::{FeatureExtractor, Features};
use super::fingerprint::{Fingerprint, FingerprintMeter};
use super::key::{KeyEstimate, KeyMeter, KeyProfile};
use super::mono_rate::MonoRate;
use super::ranges::{RangeMeter, RangeSettings, SoundRanges};
use super::rhythm::{OnsetMeter, Tempo, TempoSettings, beats};
use super::similarity::{SimilarityVector, TimbreMeter};
use crate::samples;
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

/// The rate at which rhythm, key and timbre are told, in Hz.
const RATE: u32 = 22_050;

/// What is expected of a piece.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SongSettings {
    /// Which tempi are expected.
    pub tempo: TempoSettings,
    /// What keys are told by.
    pub key_profile: KeyProfile,
    /// What counts as silence and as clipping.
    pub ranges: RangeSettings,
}

/// What a [`SongAnalyzer`] found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SongAnalysis {
    /// Levels and spectrum.
    pub features: Features,
    /// The tempo, where there is one.
    pub tempo: Option<Tempo>,
    /// When the beats are, in seconds.
    pub beats: Vec<f64>,
    /// When something begins, in seconds.
    pub onsets: Vec<f64>,
    /// The key, where there are pitches.
    pub key: Option<KeyEstimate>,
    /// What it sounds like; nothing for silence.
    pub similarity: Option<SimilarityVector>,
    /// Where it is silent, and where it is clipped.
    pub ranges: SoundRanges,
    /// What it is recognised by; as bytes by [`Fingerprint::to_bytes`].
    #[serde(skip)]
    pub fingerprint: Fingerprint,
}

/// Finds all features of a piece in one pass, a block at a time. It keeps less than a kilobyte for
/// each second of sound (the onset envelope and the fingerprint), whatever its rate and channels.
/// Samples that are not finite count as silence.
///
/// ```
/// use veza_audio::analysis::{SongAnalyzer, SongSettings};
/// use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout};
///
/// // C major, struck twice a second.
/// let sound: Vec<f32> = (0..44_100 * 12)
///     .map(|n| {
///         let t = n as f32 / 44_100.0;
///         let chord: f32 = [261.63, 329.63, 392.0, 523.25].iter()
///             .map(|hz: &f32| (t * hz * std::f32::consts::TAU).sin()).sum();
///         0.2 * chord * (-8.0 * (t % 0.5)).exp()
///     })
///     .collect();
/// let spec = AudioSpec::new(44_100, ChannelLayout::Mono);
/// let mut analyzer = SongAnalyzer::new(spec, SongSettings::default())?;
/// analyzer.write(&AudioBuffer::from_planes(vec![sound]))?;
/// let song = analyzer.finish()?;
/// assert_eq!(song.key.unwrap().key.camelot(), "8B");
/// assert!((song.tempo.unwrap().bpm - 120.0).abs() < 1.0);
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Debug)]
pub struct SongAnalyzer {
    spec: AudioSpec,
    settings: SongSettings,
    features: FeatureExtractor,
    ranges: RangeMeter,
    rate: MonoRate,
    heard: Heard,
}

/// What listens to one channel at the rate of the analysis.
#[derive(Debug)]
struct Heard {
    onsets: OnsetMeter,
    key: KeyMeter,
    timbre: TimbreMeter,
    fingerprint: FingerprintMeter,
}

impl Heard {
    fn push(&mut self, samples: &[f32]) {
        self.onsets.push(samples);
        self.key.push(samples);
        self.timbre.push(samples);
        self.fingerprint.push(samples);
    }
}

impl SongAnalyzer {
    /// An analyzer for a stream.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate below 1 kHz or above 1 MHz, no channels, and
    /// settings that make no sense.
    pub fn new(spec: AudioSpec, settings: SongSettings) -> Result<Self> {
        if !(1_000..=1_000_000).contains(&spec.sample_rate) {
            let reason = format!("{} Hz; 1 kHz to 1 MHz can be analysed", spec.sample_rate);
            return Err(Error::invalid("sample rate", reason));
        }
        Ok(Self {
            spec,
            settings,
            features: FeatureExtractor::new(spec)?,
            ranges: RangeMeter::new(spec, settings.ranges)?,
            rate: MonoRate::new(spec.sample_rate, RATE),
            heard: Heard {
                onsets: OnsetMeter::new(RATE)?,
                key: KeyMeter::new(RATE)?,
                timbre: TimbreMeter::new(RATE)?,
                fingerprint: FingerprintMeter::new(RATE)?,
            },
        })
    }

    /// What was found.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for tempo settings that make no sense.
    pub fn finish(mut self) -> Result<SongAnalysis> {
        let heard = &mut self.heard;
        self.rate.finish(&mut |samples| heard.push(samples));
        let envelope = self.heard.onsets.finish();
        let tempo = envelope.tempo(&self.settings.tempo)?;
        let beats = match tempo {
            Some(tempo) => beats(&envelope, tempo.bpm)?,
            None => Vec::new(),
        };
        let onsets = envelope.onsets();
        let key = self.heard.key.finish(self.settings.key_profile);
        let timbre = self.heard.timbre;
        Ok(SongAnalysis {
            features: self.features.finish(),
            similarity: timbre.finish(&envelope, onsets.len(), tempo.as_ref(), key.as_ref()),
            tempo,
            beats,
            onsets,
            key,
            ranges: self.ranges.finish(),
            fingerprint: self.heard.fingerprint.finish(),
        })
    }
}

impl AudioSink for SongAnalyzer {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        samples::check_channels(self.spec, block)?;
        self.ranges.write(block)?;
        self.features.write(block)?;
        let heard = &mut self.heard;
        self.rate
            .push(self.features.mix(), &mut |samples| heard.push(samples));
        Ok(())
    }
}
