//! AIFF and AIFF-C (Apple, 1989 and 1991): PCM in either order of bytes, float, A-law and mu-law.

use super::bytes::{Bytes, Fields};
use super::codec::Codec;
use super::decoder::Opened;
use super::packets::Window;
use super::pcm::Format;
use super::probe::{Container, Info};
use super::tags::{self, TagSink};
use super::wav::PcmPackets;
use crate::{AudioSpec, ChannelLayout, Error, Limits, Result};

/// Chunks looked at: a file of empty chunks must not cost time.
const MAX_CHUNKS: usize = 1_000;

struct Common {
    format: Format,
    bits: u32,
    channels: u16,
    frames: u32,
    sample_rate: u32,
}

/// Opens a file which begins with `FORM....AIFF` or `FORM....AIFC`.
pub(super) fn open(mut bytes: Bytes, limits: &Limits) -> Result<Opened> {
    let compressed = bytes
        .array::<12>()?
        .is_some_and(|head| head.ends_with(b"AIFC"));
    let mut sink = TagSink::new(limits);
    let mut tagged = false;
    let (mut common, mut sound) = (None, None);
    for _ in 0..MAX_CHUNKS {
        let Some(header) = bytes.array::<8>()? else {
            break;
        };
        let [a, b, c, d, size @ ..] = header;
        let (at, size) = (bytes.position(), u64::from(u32::from_be_bytes(size)));
        match &[a, b, c, d] {
            b"COMM" if common.is_none() => {
                let body = bytes.take(size.min(22) as usize, "the AIFF common chunk")?;
                common = Some(read_common(&body, compressed, at)?);
            }
            b"SSND" if sound.is_none() => {
                let head = bytes.take(8, "the AIFF sound chunk")?;
                let skip = Fields::new(&head).u32_be().unwrap_or(0);
                let start = (at + 8).saturating_add(u64::from(skip)).min(bytes.len());
                let end = at.saturating_add(size.max(8)).min(bytes.len());
                sound = Some((start, end));
            }
            b"ID3 " | b"id3 " if !tagged => {
                // One is enough: each states its own size, whatever its chunk says.
                tagged = true;
                tags::read_id3(&mut bytes, limits, &mut sink)?;
            }
            b"NAME" => text(&mut bytes, size, "title", limits, &mut sink)?,
            b"AUTH" => text(&mut bytes, size, "artist", limits, &mut sink)?,
            b"(c) " => text(&mut bytes, size, "copyright", limits, &mut sink)?,
            b"ANNO" => text(&mut bytes, size, "comment", limits, &mut sink)?,
            _ => {}
        }
        // Chunks begin at even bytes.
        bytes.seek(at.saturating_add(size).saturating_add(size & 1))?;
    }
    let common = common.ok_or_else(|| Error::malformed("the AIFF file has no common chunk"))?;
    let Some((start, end)) = sound else {
        let none = Error::malformed("the AIFF file has no sound chunk");
        return Err(if common.frames == 0 {
            Error::Empty
        } else {
            none
        });
    };
    let frame_bytes = common.format.bytes() as u64 * u64::from(common.channels);
    let there = end.saturating_sub(start) / frame_bytes;
    bytes.seek(start)?;
    // The sound chunk is believed; the count of the common chunk may cut it.
    let frames = u64::from(common.frames);
    Ok(Opened {
        info: Info {
            container: Container::Aiff,
            codec: common.format.name(),
            bits_per_sample: Some(common.bits),
            tags: sink.finish(),
        },
        spec: AudioSpec::new(
            common.sample_rate,
            ChannelLayout::from_channels(common.channels),
        ),
        window: Window {
            start: 0,
            end: Some(frames.min(there)),
        },
        exact: true,
        missing: frames.saturating_sub(there),
        cut_short: false,
        demuxer: Box::new(PcmPackets::new(bytes, end, frame_bytes)),
        codec: Codec::Pcm(common.format),
    })
}

fn read_common(body: &[u8], compressed: bool, at: u64) -> Result<Common> {
    let short = || Error::malformed_at("the AIFF common chunk is too short", at);
    let mut fields = Fields::new(body);
    let channels = fields.u16_be().ok_or_else(short)?;
    let frames = fields.u32_be().ok_or_else(short)?;
    let bits = fields.u16_be().ok_or_else(short)?;
    let rate = fields.array().ok_or_else(short)?;
    let kind = if compressed {
        fields.array().ok_or_else(short)?
    } else {
        *b"NONE"
    };
    if channels == 0 {
        return Err(Error::malformed_at("the AIFF header names 0 channels", at));
    }
    let bytes = bits.div_ceil(8);
    let format = match (&kind, bytes) {
        (b"NONE" | b"twos", 1) => Format::S8,
        (b"NONE" | b"twos", 2) => Format::S16Be,
        (b"NONE" | b"twos" | b"in24", 3) => Format::S24Be,
        (b"NONE" | b"twos" | b"in32", 4) => Format::S32Be,
        (b"sowt", 1) => Format::S8,
        (b"sowt", 2) => Format::S16Le,
        (b"sowt", 3) => Format::S24Le,
        (b"sowt", 4) => Format::S32Le,
        (b"fl32" | b"FL32", _) => Format::F32Be,
        (b"fl64" | b"FL64", _) => Format::F64Be,
        (b"alaw" | b"ALAW", _) => Format::ALaw,
        (b"ulaw" | b"ULAW", _) => Format::MuLaw,
        (b"NONE" | b"twos" | b"sowt" | b"in24" | b"in32", _) => {
            return Err(Error::malformed_at(
                format!("the AIFF header names {bits} bits a sample"),
                at + 6,
            ));
        }
        _ => {
            let codec = String::from_utf8_lossy(&kind).escape_debug().to_string();
            return Err(Error::UnsupportedCodec {
                container: "aiff",
                codec,
            });
        }
    };
    let bits = match format {
        Format::ALaw | Format::MuLaw => 8,
        Format::F32Be => 32,
        Format::F64Be => 64,
        _ => u32::from(bits),
    };
    Ok(Common {
        format,
        bits,
        channels,
        frames,
        sample_rate: extended(rate),
    })
}

/// The 80-bit extended float of the sample rate, as a whole number of Hz; 0 for what is none.
fn extended([a, b, mantissa @ ..]: [u8; 10]) -> u32 {
    let sign_and_exponent = u16::from_be_bytes([a, b]);
    let mantissa = u64::from_be_bytes(mantissa);
    // 16383 is the bias; 63 places of the mantissa are behind the point.
    let Some(places) = (16_383u16 + 63).checked_sub(sign_and_exponent) else {
        return 0;
    };
    if places >= 64 {
        return 0;
    }
    let half = if places == 0 { 0 } else { 1u64 << (places - 1) };
    u32::try_from(mantissa.saturating_add(half) >> places).unwrap_or(0)
}

fn text(
    bytes: &mut Bytes,
    size: u64,
    name: &'static str,
    limits: &Limits,
    tags: &mut TagSink,
) -> Result<()> {
    if size <= limits.max_tag_bytes as u64 && size <= bytes.remaining() {
        let value = bytes.take(size as usize, "the tags")?;
        tags.add(name, String::from_utf8_lossy(&value).trim_end_matches('\0'));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_sample_rates_are_read() {
        assert_eq!(extended([0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]), 44_100);
        assert_eq!(extended([0x40, 0x0e, 0xbb, 0x80, 0, 0, 0, 0, 0, 0]), 48_000);
        assert_eq!(extended([0x40, 0x0f, 0xbb, 0x80, 0, 0, 0, 0, 0, 0]), 96_000);
    }

    #[test]
    fn rates_which_are_no_rates_are_zero() {
        assert_eq!(extended([0xff; 10]), 0);
        assert_eq!(extended([0; 10]), 0);
        assert_eq!(extended([0x7f, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]), 0);
    }
}
