//! The first pass: decode once, measure everything, put the sound aside.

use super::fanout::feed;
use super::settings::IngestSettings;
use super::spool::{Sample, Spool, SpoolWriter};
use crate::analysis::{FeatureExtractor, Features};
use crate::decode::{Damage, Decoder, Probe};
use crate::loudness::{Loudness, LoudnessMeter};
use crate::remix::Remix;
use crate::waveform::{Waveform, WaveformBuilder, WaveformSettings};
use crate::{AudioBuffer, AudioSink, AudioSource, ChannelLayout, Observer, Result};

/// What the first pass knows at its end.
pub(super) struct Measured<S> {
    pub(super) probe: Probe,
    pub(super) damage: Damage,
    pub(super) loudness: Loudness,
    pub(super) waveform: Waveform,
    pub(super) features: Features,
    pub(super) sound: SpoolWriter<S>,
}

pub(super) fn measure<S: Spool>(
    decoder: &mut Decoder,
    spool: S,
    settings: &IngestSettings,
    observer: &mut dyn Observer,
) -> Result<Measured<S>> {
    let info = decoder.info().clone();
    let source_spec = decoder.spec();
    let total = decoder.frames();
    let many = decoder.spec().channels() > 2;
    let mut source: Box<dyn AudioSource + '_> = if many {
        Box::new(Remix::new(&mut *decoder, ChannelLayout::Stereo)?)
    } else {
        Box::new(&mut *decoder)
    };
    let spec = source.spec();
    let mut sound = SpoolWriter::new(spool, spec, sample_for(info.bits_per_sample, many));
    let mut loudness = LoudnessMeter::new(spec)?;
    let mut picture = Picture {
        waveform: WaveformBuilder::new(
            spec,
            WaveformSettings {
                samples_per_pixel: settings.samples_per_pixel,
                split_channels: false,
                rms: false,
            },
        )?,
        features: FeatureExtractor::new(spec)?,
    };
    feed(&mut source, &mut [&mut loudness, &mut picture], |block| {
        sound.write(block)?;
        match total {
            Some(total) => {
                crate::progress::report(observer, sound.frames() as f32 / total.max(1) as f32)
            }
            None => crate::progress::report(observer, 0.0),
        }
    })?;
    drop(source);
    Ok(Measured {
        probe: Probe::new(info, source_spec, sound.frames()),
        damage: decoder.damage().clone(),
        loudness: loudness.finish(),
        waveform: picture.waveform.finish(),
        features: picture.features.finish(),
        sound,
    })
}

/// Sixteen bits are enough for sources which have no more, unless channels were mixed.
fn sample_for(bits_per_sample: Option<u32>, mixed: bool) -> Sample {
    match bits_per_sample {
        Some(bits) if bits <= 16 && !mixed => Sample::Int16,
        _ => Sample::Float32,
    }
}

/// The two light measurements, which share a thread.
struct Picture {
    waveform: WaveformBuilder,
    features: FeatureExtractor,
}

impl AudioSink for Picture {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        self.waveform.write(block)?;
        self.features.write(block)
    }
}
