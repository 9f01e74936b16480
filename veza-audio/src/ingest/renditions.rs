//! The second pass: every rung of the ladder from the sound that was put aside.

use super::fanout::feed;
use super::settings::{Delivery, IngestSettings};
use crate::container::MeasuredLoudness;
use crate::dynamics::Gain;
use crate::encode::{AacEncoder, AacSettings, Packet, PacketEncoder};
use crate::hls::{Rendition, RenditionSettings, RenditionWriter, SegmentFormat};
use crate::resample::{self, Resampler};
use crate::{AudioBuffer, AudioSink, AudioSource, AudioSpec, Observer, Output, Result};

pub(super) fn make(
    sound: impl AudioSource,
    sound_frames: u64,
    gain_db: f64,
    loudness: Option<MeasuredLoudness>,
    settings: &IngestSettings,
    output: &dyn Output,
    observer: &mut dyn Observer,
) -> Result<(Delivery, Vec<Rendition>)> {
    let from = sound.spec().sample_rate;
    let rate = delivery_rate(from);
    let frames = resample::converted(sound_frames, from, rate);
    let resampled = Resampler::new(sound, rate)?;
    let mut source = Gain::new(resampled, gain_db)?;
    let spec = source.spec();
    let mut rungs = sorted(&settings.ladder)
        .into_iter()
        .map(|kbps| Rung::new(kbps, spec, frames, loudness, settings, output))
        .collect::<Result<Vec<_>>>()?;
    let mut sinks: Vec<&mut (dyn AudioSink + Send)> = rungs
        .iter_mut()
        .map(|rung| rung as &mut (dyn AudioSink + Send))
        .collect();
    let mut done = 0_u64;
    feed(&mut source, &mut sinks, |block| {
        done += block.frames() as u64;
        crate::progress::report(observer, done as f32 / frames.max(1) as f32)
    })?;
    let renditions = rungs
        .into_iter()
        .map(Rung::finish)
        .collect::<Result<Vec<_>>>()?;
    let delivery = Delivery {
        sample_rate: spec.sample_rate,
        channels: spec.channels(),
        frames,
        duration_seconds: spec.seconds(frames),
    };
    Ok((delivery, renditions))
}

/// 44.1 kHz for the rates of its family, 48 kHz for all others.
fn delivery_rate(source: u32) -> u32 {
    if source.is_multiple_of(11_025) {
        44_100
    } else {
        48_000
    }
}

fn sorted(ladder: &[u32]) -> Vec<u32> {
    let mut rungs = ladder.to_vec();
    rungs.sort_unstable();
    rungs
}

/// One rung: its encoder and what packages the packets.
struct Rung<'a> {
    encoder: AacEncoder,
    writer: RenditionWriter<'a>,
    packets: Vec<Packet>,
}

impl<'a> Rung<'a> {
    fn new(
        kbps: u32,
        spec: AudioSpec,
        frames: u64,
        loudness: Option<MeasuredLoudness>,
        settings: &IngestSettings,
        output: &'a dyn Output,
    ) -> Result<Self> {
        let bit_rate = AacSettings {
            bit_rate: kbps * 1_000,
        };
        let encoder = match settings.segments {
            SegmentFormat::Fmp4 => AacEncoder::for_length(bit_rate, spec, frames)?,
            SegmentFormat::Ts | SegmentFormat::Packed => AacEncoder::new(bit_rate, spec)?,
        };
        let mut writer = RenditionWriter::new(
            output,
            &format!("{kbps}k"),
            encoder.info().clone(),
            RenditionSettings {
                format: settings.segments,
                segment_seconds: settings.segment_seconds,
                total_frames: frames,
            },
        )?;
        if let Some(loudness) = loudness {
            writer.set_loudness(loudness);
        }
        Ok(Self {
            encoder,
            writer,
            packets: Vec::new(),
        })
    }

    fn finish(mut self) -> Result<Rendition> {
        self.encoder.finish(&mut self.packets)?;
        self.writer.write(&self.packets)?;
        self.writer.finish()
    }
}

impl AudioSink for Rung<'_> {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        self.encoder.encode(block, &mut self.packets)?;
        self.writer.write(&self.packets)?;
        self.packets.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_one_family_meet_at_one_delivery_rate() {
        for rate in [11_025, 22_050, 44_100, 88_200, 176_400] {
            assert_eq!(delivery_rate(rate), 44_100);
        }
        for rate in [8_000, 16_000, 32_000, 48_000, 96_000, 192_000] {
            assert_eq!(delivery_rate(rate), 48_000);
        }
    }
}
