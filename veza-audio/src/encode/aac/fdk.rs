//! FDK AAC behind [`super::AacEncoder`].

use fdk_aac::enc::{
    AudioObjectType, BitRate, ChannelMode, Encoder, EncoderError, EncoderParams, Transport,
};

use super::AAC_PACKET_FRAMES;
use crate::encode::{Packet, StreamInfo};
use crate::{AudioBuffer, AudioSpec, Error, Result};

/// The least silence in front of the sound; see [`super::AacEncoder`].
const MIN_LEAD_IN: u32 = AAC_PACKET_FRAMES / 2;

/// Room for one packet: 6,144 bits for each of two channels, twice over.
const PACKET_BYTES: usize = 4 * 768;

pub(super) struct FdkEncoder {
    encoder: Encoder,
    info: StreamInfo,
    /// Interleaved samples which do not fill a packet yet.
    pending: Vec<i16>,
    /// Frames of sound taken so far.
    frames: u64,
    /// Packets put out so far.
    packets: u64,
    packet: [u8; PACKET_BYTES],
}

impl FdkEncoder {
    /// `spec` is one that AAC has; `frames` is how long the sound will be, where it shall end with
    /// a packet.
    pub(super) fn new(bit_rate: u32, spec: AudioSpec, frames: Option<u64>) -> Result<Self> {
        let channels = spec.channels();
        let encoder = Encoder::new(EncoderParams {
            bit_rate: BitRate::Cbr(bit_rate),
            sample_rate: spec.sample_rate,
            transport: Transport::Raw,
            channels: if channels == 1 {
                ChannelMode::Mono
            } else {
                ChannelMode::Stereo
            },
            audio_object_type: AudioObjectType::Mpeg4LowComplexity,
        })
        .map_err(failed)?;
        let library = encoder.info().map_err(failed)?;
        if library.frameLength != AAC_PACKET_FRAMES {
            return Err(Error::Encoder {
                codec: "AAC",
                reason: format!("packets of {} frames, not 1024", library.frameLength),
            });
        }
        let packet = u64::from(AAC_PACKET_FRAMES);
        let least = u64::from(library.nDelay + MIN_LEAD_IN);
        let filling = frames.map_or(0, |frames| {
            (packet - (frames % packet + least) % packet) % packet
        });
        let lead_in = MIN_LEAD_IN + filling as u32;
        let config = library.confBuf[..(library.confSize as usize).min(64)].to_vec();
        Ok(Self {
            encoder,
            info: StreamInfo {
                spec,
                codec: "mp4a.40.2",
                packet_frames: AAC_PACKET_FRAMES,
                priming: library.nDelay + lead_in,
                bit_rate: Some(bit_rate),
                config,
            },
            pending: vec![0; lead_in as usize * channels],
            frames: 0,
            packets: 0,
            packet: [0; PACKET_BYTES],
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
            let missing =
                (AAC_PACKET_FRAMES as usize).saturating_sub(self.pending.len() / channels);
            let end = (start + missing).min(block.frames());
            for frame in start..end {
                for plane in block.planes() {
                    self.pending.push(to_i16(plane[frame]));
                }
            }
            start = end;
            self.put_out_full_packets(out)?;
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        let due = (self.frames + u64::from(self.info.priming)).div_ceil(AAC_PACKET_FRAMES.into());
        // The library gives a packet for each that it takes; a run of silence without a single
        // one would be a fault of its own.
        let mut silent = 0;
        while self.packets < due {
            let before = self.packets;
            let full = AAC_PACKET_FRAMES as usize * self.info.spec.channels();
            self.pending.resize(self.pending.len().max(full), 0);
            self.put_out_full_packets(out)?;
            silent = if self.packets == before {
                silent + 1
            } else {
                0
            };
            if silent > 16 {
                return Err(Error::Encoder {
                    codec: "AAC",
                    reason: "it keeps its last packets to itself".to_owned(),
                });
            }
        }
        Ok(())
    }

    fn put_out_full_packets(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        let full = AAC_PACKET_FRAMES as usize * self.info.spec.channels();
        while self.pending.len() >= full {
            let mut taken = 0;
            while taken < full {
                let samples = &self.pending[taken..full];
                let done = self
                    .encoder
                    .encode(samples, &mut self.packet)
                    .map_err(failed)?;
                if done.output_size > 0 {
                    self.packets += 1;
                    out.push(Packet {
                        data: self.packet[..done.output_size].to_vec(),
                        frames: AAC_PACKET_FRAMES,
                    });
                }
                if done.input_consumed == 0 {
                    return Err(Error::Encoder {
                        codec: "AAC",
                        reason: "it takes no more sound".to_owned(),
                    });
                }
                taken += done.input_consumed;
            }
            self.pending.drain(..full);
        }
        Ok(())
    }
}

/// To the nearest of 16 bits; clipped at full scale, and 0 for what is not a number (as `as` has
/// it).
fn to_i16(sample: f32) -> i16 {
    (sample * 32_768.0).round_ties_even() as i16
}

fn failed(error: EncoderError) -> Error {
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
    fn samples_are_rounded_and_clipped() {
        let samples = [
            0.0,
            1.0,
            -1.0,
            7.0,
            -7.0,
            1.6 / 32_768.0,
            f32::NAN,
            f32::INFINITY,
        ];
        assert_eq!(
            samples.map(to_i16),
            [0, 32_767, -32_768, 32_767, -32_768, 2, 0, 32_767]
        );
    }

    #[test]
    fn packets_do_not_depend_on_how_the_sound_is_cut_into_blocks() {
        let spec = AudioSpec::new(44_100, ChannelLayout::Stereo);
        let wave = |n: usize| (n as f32 * 0.05).sin() * 0.5;
        let sound =
            AudioBuffer::from_planes(vec![(0..5_000).map(wave).collect(), vec![0.1; 5_000]]);
        let packets = |block_frames: usize| {
            let mut encoder = FdkEncoder::new(128_000, spec, None).unwrap();
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
        assert_eq!(whole.len() as u64, (5_000 + 2_048 + 512u64).div_ceil(1024));
        assert_eq!(packets(1), whole);
        assert_eq!(packets(777), whole);
    }
}
