//! WAV: RIFF and RF64 (EBU Tech 3306), with every length checked against the file's own.

use super::bytes::{Bytes, Fields};
use super::codec::Codec;
use super::decoder::Opened;
use super::packets::{Demuxer, Unit, Window};
use super::pcm::Format;
use super::probe::{Container, Info};
use super::tags::{self, TagSink};
use crate::{AudioSpec, ChannelLayout, Error, Limits, Result};

/// Frames read at once.
const PACKET_FRAMES: u64 = 4_096;

/// Chunks looked at after the sound, for tags: a file of empty chunks must not cost time.
const MAX_CHUNKS: usize = 1_000;

/// Raw samples from one byte to another, as packets.
pub(super) struct PcmPackets {
    bytes: Bytes,
    start: u64,
    end: u64,
    frame_bytes: u64,
}

impl PcmPackets {
    /// The samples from where `bytes` stands to byte `end`.
    pub(super) fn new(bytes: Bytes, end: u64, frame_bytes: u64) -> Self {
        Self {
            start: bytes.position(),
            bytes,
            end,
            frame_bytes,
        }
    }
}

impl Demuxer for PcmPackets {
    fn next(&mut self, data: &mut Vec<u8>) -> Result<Option<Unit>> {
        let left = self.end.saturating_sub(self.bytes.position()) / self.frame_bytes;
        let frames = left.min(PACKET_FRAMES);
        let whole = self
            .bytes
            .read_into(data, (frames * self.frame_bytes) as usize)?;
        Ok((frames > 0 && whole).then(|| Unit::of(frames)))
    }

    fn seek(&mut self, to: u64) -> Result<u64> {
        let to = to.min(self.end.saturating_sub(self.start) / self.frame_bytes);
        self.bytes.seek(self.start + to * self.frame_bytes)?;
        Ok(to)
    }
}

#[derive(Clone, Copy)]
struct Fmt {
    format: Format,
    bits: u32,
    channels: u16,
    sample_rate: u32,
    mask: Option<u32>,
}

/// Opens a file which begins with `RIFF....WAVE` or `RF64....WAVE`.
pub(super) fn open(mut bytes: Bytes, limits: &Limits) -> Result<Opened> {
    let head = bytes.array::<12>()?.unwrap_or_default();
    let rf64 = head.starts_with(b"RF64");
    let riff_bytes = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]])) + 8;
    let mut sink = TagSink::new(limits);
    let mut tagged = false;
    let (mut fmt, mut long_data, mut data) = (None, None, None);
    for _ in 0..MAX_CHUNKS {
        let Some(header) = bytes.array::<8>()? else {
            break;
        };
        let [a, b, c, d, size @ ..] = header;
        let (at, size) = (bytes.position(), u64::from(u32::from_le_bytes(size)));
        match &[a, b, c, d] {
            b"ds64" if rf64 => {
                let body = bytes.take(size.min(28) as usize, "the RF64 size chunk")?;
                let mut fields = Fields::new(&body);
                fields.take(8);
                long_data = fields.u64_le();
            }
            b"fmt " if fmt.is_none() => {
                let body = bytes.take(size.min(40) as usize, "the WAV format chunk")?;
                fmt = Some(read_fmt(&body, at)?);
            }
            b"data" if data.is_none() => {
                let rest = bytes.remaining();
                let stated = match (size, long_data) {
                    (0xffff_ffff, Some(long)) if rf64 => long,
                    // Written as a stream, when the length was not known yet: all the rest.
                    (0xffff_ffff, _) => rest,
                    (0, _) if riff_bytes != bytes.len() => rest,
                    _ => size,
                };
                data = Some((at, stated.min(rest), stated));
            }
            b"LIST" => read_list(&mut bytes, size, limits, &mut sink)?,
            b"id3 " | b"ID3 " if !tagged => {
                // One is enough: each states its own size, whatever its chunk says.
                tagged = true;
                tags::read_id3(&mut bytes, limits, &mut sink)?;
            }
            _ => {}
        }
        let len = match data {
            Some((start, len, _)) if start == at => len,
            _ => size,
        };
        // Chunks begin at even bytes.
        bytes.seek(at.saturating_add(len).saturating_add(len & 1))?;
    }
    let fmt = fmt.ok_or_else(|| Error::malformed("the WAV file has no format chunk"))?;
    let Some((start, len, stated)) = data else {
        return Err(Error::malformed("the WAV file has no data chunk"));
    };
    let frame_bytes = fmt.format.bytes() as u64 * u64::from(fmt.channels);
    bytes.seek(start)?;
    Ok(Opened {
        info: Info {
            container: Container::Wav,
            codec: fmt.format.name(),
            bits_per_sample: Some(fmt.bits),
            tags: sink.finish(),
        },
        spec: AudioSpec::new(fmt.sample_rate, layout(fmt.channels, fmt.mask)),
        window: Window {
            start: 0,
            end: Some(len / frame_bytes),
        },
        exact: true,
        missing: stated / frame_bytes - len / frame_bytes,
        cut_short: false,
        demuxer: Box::new(PcmPackets::new(bytes, start + len, frame_bytes)),
        codec: Codec::Pcm(fmt.format),
    })
}

fn read_fmt(body: &[u8], at: u64) -> Result<Fmt> {
    let short = || Error::malformed_at("the WAV format chunk is too short", at);
    let mut fields = Fields::new(body);
    let mut tag = fields.u16_le().ok_or_else(short)?;
    let channels = fields.u16_le().ok_or_else(short)?;
    let sample_rate = fields.u32_le().ok_or_else(short)?;
    fields.take(4).ok_or_else(short)?;
    let block = fields.u16_le().ok_or_else(short)?;
    let container_bits = fields.u16_le().ok_or_else(short)?;
    let (mut bits, mut mask) = (u32::from(container_bits), None);
    if tag == 0xfffe {
        fields.take(2).ok_or_else(short)?;
        let valid = u32::from(fields.u16_le().ok_or_else(short)?);
        if (1..=bits).contains(&valid) {
            bits = valid;
        }
        mask = fields.u32_le().filter(|&mask| mask != 0);
        tag = fields.u16_le().ok_or_else(short)?;
    }
    let format = match (tag, container_bits.div_ceil(8)) {
        (1, 1) => Format::U8,
        (1, 2) => Format::S16Le,
        (1, 3) => Format::S24Le,
        (1, 4) => Format::S32Le,
        (3, 4) => Format::F32Le,
        (3, 8) => Format::F64Le,
        (6, 1) => Format::ALaw,
        (7, 1) => Format::MuLaw,
        (1 | 3 | 6 | 7, _) => {
            return Err(Error::malformed_at(
                format!("the WAV header names {container_bits} bits a sample"),
                at + 14,
            ));
        }
        (tag, _) => {
            let codec = format!("codec {tag:#06x}");
            return Err(Error::UnsupportedCodec {
                container: "wav",
                codec,
            });
        }
    };
    if channels == 0 {
        return Err(Error::malformed_at(
            "the WAV header names 0 channels",
            at + 2,
        ));
    }
    let frame = u64::from(channels) * format.bytes() as u64;
    if block != 0 && u64::from(block) != frame {
        return Err(Error::malformed_at(
            format!("the WAV header names frames of {block} bytes, and its samples make {frame}"),
            at + 12,
        ));
    }
    Ok(Fmt {
        format,
        bits,
        channels,
        sample_rate,
        mask,
    })
}

/// The layout a channel mask states (`WAVEFORMATEXTENSIBLE`); the usual one where there is none.
fn layout(channels: u16, mask: Option<u32>) -> ChannelLayout {
    let usual = ChannelLayout::from_channels(channels);
    // 5.0 and 5.1 are written with side or with back speakers for the same thing.
    let known: &[u32] = match channels {
        1 => &[0x4, 0x1],
        2 => &[0x3],
        3 => &[0x7],
        4 => &[0x33, 0x603],
        5 => &[0x607, 0x37],
        6 => &[0x60f, 0x3f],
        7 => &[0x70f],
        8 => &[0x63f],
        _ => &[],
    };
    match mask {
        Some(mask) if !known.contains(&mask) => ChannelLayout::Discrete(channels),
        _ => usual,
    }
}

/// `LIST` of kind `INFO`: tags of four letters.
fn read_list(bytes: &mut Bytes, size: u64, limits: &Limits, tags: &mut TagSink) -> Result<()> {
    if size > limits.max_tag_bytes as u64 || size > bytes.remaining() {
        return Ok(());
    }
    let body = bytes.take(size as usize, "the tags")?;
    // A tag which is cut short leaves those before it.
    let _ = read_info(&body, tags);
    Ok(())
}

fn read_info(body: &[u8], tags: &mut TagSink) -> Option<()> {
    let mut fields = Fields::new(body);
    if fields.take(4)? != b"INFO" {
        return None;
    }
    loop {
        let id = fields.array::<4>()?;
        let len = fields.u32_le()? as usize;
        let value = fields.take(len)?;
        if len % 2 == 1 {
            fields.take(1);
        }
        let value = String::from_utf8_lossy(value);
        let value = value.trim_end_matches('\0');
        match &id {
            b"INAM" => tags.add("title", value),
            b"IART" => tags.add("artist", value),
            b"IPRD" => tags.add("album", value),
            b"IGNR" => tags.add("genre", value),
            b"ICRD" => tags.add("date", value),
            b"ITRK" | b"IPRT" => tags.add_position("trackNumber", "trackTotal", value),
            b"ICMT" => tags.add("comment", value),
            b"ICOP" => tags.add("copyright", value),
            b"ILNG" => tags.add("language", value),
            b"ISFT" => tags.add("encoder", value),
            _ => {}
        }
    }
}
