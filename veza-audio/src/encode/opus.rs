//! Opus: packets of 20 ms, and Ogg files of them (RFC 6716, RFC 7845).

use std::io::Write;

use opus_pure::{
    Application, MAX_PACKET_BYTES, OggOpusWriter, OpusEncoder as Codec, OpusHead, OpusMSEncoder,
    OpusTags, RateControl,
};

use super::{FileEncoder, Packet, PacketEncoder, SeekWrite, StreamInfo, comments, xiph};
use crate::tags::{OpusGain, Tags};
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

/// The one sample rate, in Hz.
const SAMPLE_RATE: u32 = 48_000;
/// Samples of each channel in a packet: 20 ms.
const PACKET: usize = 960;

/// Encodes sound of 48 kHz, one to eight channels, as Opus packets of 20 ms at a variable bit
/// rate.
pub struct OpusEncoder {
    info: StreamInfo,
    head: OpusHead,
    codec: Streams,
    /// Which of the source's channels each of Opus's is.
    order: &'static [usize],
    /// Interleaved samples which do not fill a packet yet.
    pending: Vec<f32>,
    packet: Vec<u8>,
    /// Frames taken, and packets given.
    frames: u64,
    packets: u64,
}

/// Mono and stereo are one Opus stream; more channels are several.
enum Streams {
    One(Box<Codec>),
    Several(Box<OpusMSEncoder>),
}

impl OpusEncoder {
    /// An encoder that aims at `kbps` kbit/s in all.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for another rate than 48 kHz, more than eight channels, or a
    /// bit rate out of Opus's range.
    pub fn new(spec: AudioSpec, kbps: u32) -> Result<Self> {
        super::EncodeSettings::Opus {
            kbps,
            gain: OpusGain::default(),
        }
        .check(spec)?;
        let (rate, channels, bit_rate) = (SAMPLE_RATE as i32, spec.channels(), kbps * 1000);
        let (codec, head) = if channels <= 2 {
            let mut codec = Codec::new(rate, channels, Application::Audio).map_err(failed)?;
            codec.bitrate_bps = bit_rate as i32;
            codec.rate_control = RateControl::Vbr;
            let head = OpusHead::for_encoder(&codec, SAMPLE_RATE);
            (Streams::One(Box::new(codec)), head)
        } else {
            let mut codec =
                OpusMSEncoder::new(rate, channels, 1, Application::Audio).map_err(failed)?;
            codec.set_bitrate(bit_rate as i32);
            for stream in codec.streams_mut() {
                stream.rate_control = RateControl::Vbr;
            }
            let head = OpusHead::for_ms_encoder(&codec, SAMPLE_RATE);
            (Streams::Several(Box::new(codec)), head)
        };
        let info = StreamInfo {
            spec,
            codec: "Opus",
            packet_frames: PACKET as u32,
            priming: head.pre_skip.into(),
            bit_rate: Some(bit_rate),
            config: head_bytes(&head),
        };
        let order = xiph::channel_order(channels);
        let packet = vec![0; MAX_PACKET_BYTES * head.stream_count.max(1) as usize];
        let pending = Vec::with_capacity(PACKET * channels);
        Ok(Self {
            info,
            head,
            codec,
            order,
            pending,
            packet,
            frames: 0,
            packets: 0,
        })
    }

    fn encode_pending(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        let size = match &mut self.codec {
            Streams::One(codec) => codec.encode(&self.pending, PACKET, &mut self.packet),
            Streams::Several(codec) => codec.encode(&self.pending, PACKET, &mut self.packet),
        };
        let data = self.packet[..size.map_err(failed)?].to_vec();
        out.push(Packet {
            data,
            frames: PACKET as u32,
        });
        self.packets += 1;
        self.pending.clear();
        Ok(())
    }
}

impl PacketEncoder for OpusEncoder {
    /// `config` is the OpusHead packet.
    fn info(&self) -> &StreamInfo {
        &self.info
    }

    fn encode(&mut self, block: &AudioBuffer, out: &mut Vec<Packet>) -> Result<()> {
        super::same_channels(self.info.spec, block)?;
        let whole = PACKET * self.order.len();
        for n in 0..block.frames() {
            let frame = self
                .order
                .iter()
                .map(|channel| super::sane(block.plane(*channel)[n]));
            self.pending.extend(frame);
            if self.pending.len() == whole {
                self.encode_pending(out)?;
            }
        }
        self.frames += block.frames() as u64;
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        if self.frames == 0 {
            return Ok(());
        }
        // The last sound is still inside the codec: silence drives it out.
        while self.packets * (PACKET as u64) < self.frames + u64::from(self.info.priming) {
            self.pending.resize(PACKET * self.order.len(), 0.0);
            self.encode_pending(out)?;
        }
        Ok(())
    }
}

/// Writes an Ogg Opus file whose last page states the exact length.
pub struct OpusWriter {
    encoder: OpusEncoder,
    pages: OggOpusWriter<Box<dyn SeekWrite>>,
    packets: Vec<Packet>,
}

impl OpusWriter {
    /// Begins a file. `serial` identifies the stream within the file: the same one gives the same
    /// file again. `gain` is where the file says what the tags know of its loudness.
    ///
    /// # Errors
    /// Those of [`OpusEncoder::new`] and of the output.
    pub fn new(
        spec: AudioSpec,
        kbps: u32,
        serial: u32,
        gain: OpusGain,
        tags: &Tags,
        output: Box<dyn SeekWrite>,
    ) -> Result<Self> {
        let mut encoder = OpusEncoder::new(spec, kbps)?;
        let (tags, header_gain) = tags.for_opus(gain);
        encoder.head.output_gain_q8 = header_gain;
        let comments = OpusTags {
            vendor: comments::VENDOR.to_owned(),
            comments: comments::fields(&tags)
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        };
        let pages = OggOpusWriter::with_serial(output, encoder.head.clone(), comments, serial)
            .map_err(failed)?;
        Ok(Self {
            encoder,
            pages,
            packets: Vec::new(),
        })
    }
}

impl AudioSink for OpusWriter {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        self.encoder.encode(block, &mut self.packets)?;
        for packet in self.packets.drain(..) {
            self.pages
                .write_packet_with_duration(&packet.data, packet.frames)
                .map_err(failed)?;
        }
        Ok(())
    }
}

impl FileEncoder for OpusWriter {
    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.encoder.frames == 0 {
            return Err(Error::Empty);
        }
        self.encoder.finish(&mut self.packets)?;
        // The last page ends where the sound does, so that players drop the silence after it.
        let end = self.encoder.frames + u64::from(self.encoder.info.priming);
        for packet in self.packets.drain(..) {
            let left = end.saturating_sub(self.pages.granule().max(0) as u64);
            let frames = left.min(packet.frames.into()) as u32;
            self.pages
                .write_packet_with_duration(&packet.data, frames)
                .map_err(failed)?;
        }
        self.pages.finish().map_err(failed)?.flush()?;
        Ok(())
    }
}

/// The OpusHead packet (RFC 7845, 5.1).
fn head_bytes(head: &OpusHead) -> Vec<u8> {
    let mut bytes = b"OpusHead\x01".to_vec();
    bytes.push(head.channel_count);
    bytes.extend_from_slice(&head.pre_skip.to_le_bytes());
    bytes.extend_from_slice(&head.input_sample_rate.to_le_bytes());
    bytes.extend_from_slice(&head.output_gain_q8.to_le_bytes());
    bytes.push(head.mapping_family);
    if head.mapping_family != 0 {
        bytes.extend_from_slice(&[head.stream_count, head.coupled_count]);
        bytes.extend_from_slice(&head.channel_mapping);
    }
    bytes
}

fn failed(error: opus_pure::Error) -> Error {
    match error {
        opus_pure::Error::Io(error) => Error::Io(error),
        other => Error::Encoder {
            codec: "Opus",
            reason: other.to_string(),
        },
    }
}
