//! MP3 as frames which stand alone: what segments of HLS are made of.

use rusty_mp3::encode::lametag::{DECODER_DELAY, ENCODER_DELAY};
use rusty_mp3::header::FrameHeader;
use rusty_mp3::{Mp3Encode, encoder_header};

use super::{EncodeSettings, Packet, PacketEncoder, StreamInfo};
use crate::{AudioBuffer, AudioSpec, Error, Result};

/// Encodes MP3 frames at a constant bit rate.
///
/// No frame borrows bits from another (there is no bit reservoir), so that a stream can be cut
/// at any of them. That costs quality at low bit rates; a file is better made by
/// [`super::Mp3Writer`].
pub struct Mp3Encoder {
    info: StreamInfo,
    header: FrameHeader,
    codec: Mp3Encode,
    /// Sound which does not fill a frame yet.
    pending: AudioBuffer,
    frames: u64,
    packets: u64,
}

impl Mp3Encoder {
    /// An encoder of `spec` at `kbps` kbit/s.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a rate, a number of channels or a bit rate MP3 does not
    /// have.
    pub fn new(spec: AudioSpec, kbps: u32) -> Result<Self> {
        EncodeSettings::Mp3 { kbps }.check(spec)?;
        let header = encoder_header(spec.sample_rate, spec.channels() as u16, kbps)
            .map_err(|error| Error::invalid("sampleRate", error.to_string()))?;
        Ok(Self {
            info: StreamInfo {
                spec,
                codec: "mp4a.40.34",
                packet_frames: header.version.samples_per_frame() as u32,
                // A decoder puts its own delay on top of the encoder's.
                priming: (ENCODER_DELAY + DECODER_DELAY) as u32,
                bit_rate: Some(kbps * 1000),
                config: Vec::new(),
            },
            header,
            codec: Mp3Encode::new(),
            pending: AudioBuffer::new(spec.channels()),
            frames: 0,
            packets: 0,
        })
    }

    fn encode_pending(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        let length = self.info.packet_frames as usize;
        let mut start = 0;
        while self.pending.frames() - start >= length {
            let planes = self.pending.planes().iter();
            let planes: Vec<&[f32]> = planes.map(|plane| &plane[start..start + length]).collect();
            let data = self
                .codec
                .encode_frame(&self.header, &planes, None)
                .map_err(|error| Error::Encoder {
                    codec: "MP3",
                    reason: error.to_string(),
                })?;
            out.push(Packet {
                data,
                frames: self.info.packet_frames,
            });
            self.packets += 1;
            start += length;
        }
        self.pending.drop_front(start);
        Ok(())
    }
}

impl PacketEncoder for Mp3Encoder {
    /// `config` is empty: every frame has a header.
    fn info(&self) -> &StreamInfo {
        &self.info
    }

    fn encode(&mut self, block: &AudioBuffer, out: &mut Vec<Packet>) -> Result<()> {
        super::same_channels(self.info.spec, block)?;
        let length = self.info.packet_frames as usize;
        let mut start = 0;
        while start < block.frames() {
            // A frame's worth at a time, so that a long block is not held twice.
            let taken = length.min(block.frames() - start);
            let before = self.pending.frames();
            self.pending.extend_from(block, start, taken);
            for plane in self.pending.planes_mut() {
                super::sanitise(&mut plane[before..]);
            }
            self.encode_pending(out)?;
            start += taken;
        }
        self.frames += block.frames() as u64;
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        if self.frames == 0 {
            return Ok(());
        }
        while self.packets < self.info.packets_for(self.frames) {
            let whole = self.info.packet_frames as usize;
            self.pending.resize(whole.max(self.pending.frames()));
            self.encode_pending(out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    #[test]
    fn every_frame_stands_alone() {
        let spec = AudioSpec::new(44_100, ChannelLayout::Stereo);
        let mut encoder = Mp3Encoder::new(spec, 128).unwrap();
        let tone: Vec<f32> = (0..50_000).map(|n| (n as f32 * 0.05).sin()).collect();
        let mut packets = Vec::new();
        let block = AudioBuffer::from_planes(vec![tone.clone(), tone]);
        encoder.encode(&block, &mut packets).unwrap();
        encoder.finish(&mut packets).unwrap();
        assert_eq!(packets.len() as u64, encoder.info().packets_for(50_000));
        for packet in &packets {
            assert_eq!(packet.data[..2], [0xFF, 0xFB]);
            // The first nine bits after the header: how far back the frame's data begins.
            assert_eq!((packet.data[4], packet.data[5] >> 7), (0, 0));
        }
    }

    #[test]
    fn nothing_in_gives_nothing() {
        let spec = AudioSpec::new(48_000, ChannelLayout::Mono);
        let mut packets = Vec::new();
        Mp3Encoder::new(spec, 64)
            .unwrap()
            .finish(&mut packets)
            .unwrap();
        assert!(packets.is_empty());
    }
}
