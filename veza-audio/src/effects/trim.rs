//! Silence at the beginning and at the end, taken away.

use serde::{Deserialize, Serialize};

use super::{Prepare, Processor};
use crate::{
    AudioBuffer, AudioSource, AudioSpec, Error, MAX_BLOCK_FRAMES, Result, parameter, samples,
};

/// The longest silence that is held back until it is known whether sound follows, in seconds.
const MAX_HELD_SECONDS: f64 = 60.0;

/// Takes away the silence at the beginning and at the end. Silence in between stays.
///
/// In one pass and bounded memory: silence is held back until sound follows, a minute of it at
/// most; of a longer silence at the end, the last minute goes. A sound which is all silence
/// becomes empty. It changes the length, so it is no [`Processor`]; [`super::apply`] knows it, and
/// [`TrimmedSource`] does it alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TrimSilence {
    /// The highest sample of what counts as silence, in dBFS, -150 to 0.
    pub threshold_db: f64,
    /// Whether the beginning is trimmed.
    pub start: bool,
    /// Whether the end is trimmed.
    pub end: bool,
    /// How much silence is left at each end that is trimmed, in seconds, 0 to 10.
    pub keep_seconds: f64,
}

impl Default for TrimSilence {
    fn default() -> Self {
        Self {
            threshold_db: -60.0,
            start: true,
            end: true,
            keep_seconds: 0.0,
        }
    }
}

impl Prepare for TrimSilence {
    fn prepare(&self, _: AudioSpec) -> Result<Box<dyn Processor>> {
        let reason = "it changes the length of the sound, which no processor does";
        Err(Error::invalid("trimSilence", reason))
    }
}

/// A source without the silence at its ends; see [`TrimSilence`].
#[derive(Debug)]
pub struct TrimmedSource<S> {
    source: S,
    settings: TrimSilence,
    threshold: f32,
    keep: usize,
    most: usize,
    /// Whether sound has begun, and whether the source has ended.
    begun: bool,
    ended: bool,
    block: AudioBuffer,
    /// What was read and not given, from frame `at` on.
    held: AudioBuffer,
    at: usize,
    /// Up to which frame of `held` it may be given.
    ready: usize,
}

impl<S: AudioSource> TrimmedSource<S> {
    /// Trims `source`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a parameter out of its range.
    pub fn new(source: S, settings: TrimSilence) -> Result<Self> {
        parameter::within("thresholdDb", settings.threshold_db, "dB", -150.0..=0.0)?;
        parameter::within("keepSeconds", settings.keep_seconds, "s", 0.0..=10.0)?;
        let spec = source.spec();
        Ok(Self {
            source,
            settings,
            threshold: parameter::amplitude(settings.threshold_db) as f32,
            keep: parameter::frames(settings.keep_seconds, spec.sample_rate),
            most: parameter::frames(MAX_HELD_SECONDS, spec.sample_rate),
            begun: !settings.start,
            ended: false,
            block: AudioBuffer::default(),
            held: AudioBuffer::new(spec.channels()),
            at: 0,
            ready: 0,
        })
    }

    /// The first and the last frame of the block which are no silence.
    fn loud(&self) -> Option<(usize, usize)> {
        let loud = |sample: &f32| sample.abs() > self.threshold;
        let planes = self.block.planes();
        let first = planes
            .iter()
            .filter_map(|plane| plane.iter().position(loud));
        let last = planes
            .iter()
            .filter_map(|plane| plane.iter().rposition(loud));
        first.min().zip(last.max())
    }

    /// Takes the block that was read; says how much of what is held may be given.
    fn take(&mut self) {
        samples::clean(&mut self.block);
        let loud = self.loud();
        self.held.drop_front(self.at);
        self.at = 0;
        let before = self.held.frames();
        self.held.extend_from(&self.block, 0, self.block.frames());
        if !self.begun {
            let silent = loud.map_or(self.held.frames(), |(first, _)| before + first);
            self.at = silent.saturating_sub(self.keep);
            self.begun = loud.is_some();
        }
        self.ready = match loud {
            _ if !self.begun => self.at,
            _ if !self.settings.end => self.held.frames(),
            Some((_, last)) => before + last + 1,
            None => self.held.frames().saturating_sub(self.most),
        };
    }

    /// At the end of the source, what is left is silence, of which some may be kept.
    fn end(&mut self) {
        self.ended = true;
        self.ready = match self.begun {
            true => self.held.frames().min(self.at + self.keep),
            false => self.at,
        };
    }
}

impl<S: AudioSource> AudioSource for TrimmedSource<S> {
    fn spec(&self) -> AudioSpec {
        self.source.spec()
    }

    fn frames(&self) -> Option<u64> {
        None
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        while self.at >= self.ready && !self.ended {
            if self.source.read(&mut self.block)? {
                self.take();
            } else {
                self.end();
            }
        }
        block.reset(self.source.spec().channels());
        let frames = self.ready.saturating_sub(self.at).min(MAX_BLOCK_FRAMES);
        block.extend_from(&self.held, self.at, frames);
        self.at += frames;
        Ok(frames > 0)
    }
}
