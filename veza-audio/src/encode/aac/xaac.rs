//! libxaac behind [`super::AacEncoder`].

use veza_xaac::{DELAY, Encoder, Settings};

use super::{AAC_PACKET_FRAMES, config};
use crate::encode::{Packet, StreamInfo, sane};
use crate::{AudioBuffer, AudioSpec, Error, Result};

/// Silence which makes the sound begin in the middle of a packet; see [`super::AacEncoder`].
const LEAD_IN: u32 = 960;

const _: () = assert!((DELAY + LEAD_IN) % AAC_PACKET_FRAMES == AAC_PACKET_FRAMES / 2);

pub(super) struct XaacEncoder {
    encoder: Encoder,
    info: StreamInfo,
    /// Interleaved samples of the next packet; what is not filled yet holds anything.
    block: Vec<f32>,
    /// Frames of `block` which are filled.
    filled: usize,
    /// Frames of sound taken so far.
    frames: u64,
    /// Packets put out so far.
    packets: u64,
}

impl XaacEncoder {
    /// `spec` and `bit_rate` are ones that AAC has; `frames` is how long the sound will be, where
    /// it shall end with a packet.
    pub(super) fn new(bit_rate: u32, spec: AudioSpec, frames: Option<u64>) -> Result<Self> {
        let channels = spec.channels();
        let encoder = Encoder::new(Settings {
            sample_rate: spec.sample_rate,
            channels: channels as u32,
            bit_rate,
        })
        .map_err(failed)?;
        let packet = u64::from(AAC_PACKET_FRAMES);
        let filling = frames.map_or(u64::from(LEAD_IN), |frames| {
            (packet - (frames % packet + u64::from(DELAY)) % packet) % packet
        }) as usize;
        Ok(Self {
            encoder,
            info: StreamInfo {
                spec,
                codec: "mp4a.40.2",
                packet_frames: AAC_PACKET_FRAMES,
                priming: DELAY + filling as u32,
                bit_rate: Some(bit_rate),
                config: config::audio_specific_config(spec)?,
            },
            block: vec![0.0; AAC_PACKET_FRAMES as usize * channels],
            filled: filling,
            frames: 0,
            packets: 0,
        })
    }

    pub(super) fn info(&self) -> &StreamInfo {
        &self.info
    }

    pub(super) fn encode(&mut self, block: &AudioBuffer, out: &mut Vec<Packet>) -> Result<()> {
        let channels = self.info.spec.channels();
        if block.channels() != channels {
            return Err(Error::invalid(
                "block",
                format!(
                    "{} channels given to an encoder of {channels}",
                    block.channels()
                ),
            ));
        }
        self.frames += block.frames() as u64;
        let mut start = 0;
        while start < block.frames() {
            let taken = (AAC_PACKET_FRAMES as usize - self.filled).min(block.frames() - start);
            let place = &mut self.block[self.filled * channels..][..taken * channels];
            for (channel, plane) in block.planes().iter().enumerate() {
                let samples = plane[start..start + taken].iter();
                for (to, sample) in place[channel..].iter_mut().step_by(channels).zip(samples) {
                    *to = sane(*sample);
                }
            }
            self.filled += taken;
            start += taken;
            if self.filled == AAC_PACKET_FRAMES as usize {
                self.put_out_a_packet(out)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        let due = self.info.packets_for(self.frames);
        while self.packets < due {
            self.block[self.filled * self.info.spec.channels()..].fill(0.0);
            self.put_out_a_packet(out)?;
        }
        Ok(())
    }

    fn put_out_a_packet(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        self.filled = 0;
        let data = self.encoder.encode(&self.block).map_err(failed)?.to_vec();
        self.packets += 1;
        out.push(Packet {
            data,
            frames: AAC_PACKET_FRAMES,
        });
        Ok(())
    }
}

fn failed(error: veza_xaac::Error) -> Error {
    Error::Encoder {
        codec: "AAC",
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    #[test]
    fn packets_do_not_depend_on_how_the_sound_is_cut_into_blocks() {
        let spec = AudioSpec::new(44_100, ChannelLayout::Stereo);
        let wave = |n: usize| (n as f32 * 0.05).sin() * 0.5;
        let sound =
            AudioBuffer::from_planes(vec![(0..5_000).map(wave).collect(), vec![0.1; 5_000]]);
        let packets = |block_frames: usize| {
            let mut encoder = XaacEncoder::new(128_000, spec, None).unwrap();
            let mut out = Vec::new();
            for start in (0..5_000).step_by(block_frames) {
                let mut block = AudioBuffer::new(2);
                block.extend_from(&sound, start, block_frames.min(5_000 - start));
                encoder.encode(&block, &mut out).unwrap();
            }
            encoder.finish(&mut out).unwrap();
            out
        };
        let whole = packets(5_000);
        assert_eq!(whole.len() as u64, (5_000 + 2_560u64).div_ceil(1024));
        assert_eq!(packets(1), whole);
        assert_eq!(packets(777), whole);
    }

    #[test]
    fn a_sound_of_known_length_ends_with_a_packet() {
        let spec = AudioSpec::new(48_000, ChannelLayout::Mono);
        for frames in [1, 447, 448, 449, 1_023, 1_024, 100_000] {
            let encoder = XaacEncoder::new(64_000, spec, Some(frames)).unwrap();
            assert_eq!(encoder.info().padding(frames), 0, "{frames}");
            assert!(encoder.info().priming >= DELAY);
        }
    }

    #[test]
    fn what_is_no_number_is_silence_and_what_is_too_loud_is_clipped() {
        let spec = AudioSpec::new(48_000, ChannelLayout::Mono);
        let wild = [
            f32::NAN,
            f32::INFINITY,
            -f32::INFINITY,
            1e30,
            f32::MIN_POSITIVE,
        ];
        let sound = wild.iter().cycle().take(10_000).copied().collect();
        let mut encoder = XaacEncoder::new(64_000, spec, None).unwrap();
        let mut out = Vec::new();
        encoder
            .encode(&AudioBuffer::from_planes(vec![sound]), &mut out)
            .unwrap();
        encoder.finish(&mut out).unwrap();
        assert_eq!(out.len(), 13);
    }
}
