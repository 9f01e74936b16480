//! Sample descriptions: which codec a track holds, and its configuration.

use rusty_aac::config::StreamConfig;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_ALAC};

use super::boxes::{Child, child, children};
use crate::decode::aac::Aac;
use crate::decode::bytes::Fields;
use crate::decode::codec::{Codec, OPUS_PREROLL, Opus};
use crate::decode::flac::{STREAMINFO_BYTES, StreamInfo};
use crate::decode::ogg::OpusHead;
use crate::{AudioSpec, ChannelLayout, Error, Result};

/// Most frames an ALAC packet may hold.
const ALAC_MAX_FRAMES: u32 = 65_536;

/// How many frames a packet holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PacketFrames {
    /// Always as many.
    Fixed(u64),
    /// As the container times it, at most as many.
    Timed(u64),
    /// As the Opus packet itself says.
    Opus,
}

impl PacketFrames {
    /// Frames that a decoder has to hear before it gives what it would have given.
    pub(super) fn preroll(self) -> u64 {
        match self {
            // Each packet of AAC overlaps with the one before.
            Self::Fixed(frames) => 2 * frames,
            Self::Timed(_) => 0,
            Self::Opus => OPUS_PREROLL,
        }
    }
}

/// What a sample description says.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) bits: Option<u32>,
    pub(super) spec: AudioSpec,
    pub(super) frames: PacketFrames,
    pub(super) codec: Codec,
    /// What an AAC configuration says, where the stream may hold more.
    pub(super) to_complete: Option<StreamConfig>,
}

fn refused(codec: impl Into<String>) -> Error {
    Error::UnsupportedCodec {
        container: "mp4",
        codec: codec.into(),
    }
}

/// Reads the first sample description of `stsd`.
pub(super) fn read(stsd: &[u8]) -> Result<Entry> {
    let short = || Error::malformed("the MP4 sample description is too short");
    let entries = stsd.get(8..).ok_or_else(short)?;
    let (kind, body) = children(entries).next().ok_or_else(short)?;
    let boxes = boxes_of(body).ok_or_else(short)?;
    match &kind {
        b"mp4a" => {
            let esds = child(boxes, b"esds").or_else(|| child(child(boxes, b"wave")?, b"esds"));
            aac(esds.ok_or_else(|| Error::malformed("the AAC track has no configuration"))?)
        }
        b"alac" => {
            let cookie = child(boxes, b"alac").or_else(|| child(child(boxes, b"wave")?, b"alac"));
            alac(cookie.ok_or_else(|| Error::malformed("the ALAC track has no configuration"))?)
        }
        b"fLaC" => {
            let config = child(boxes, b"dfLa").and_then(|body| body.get(8..8 + STREAMINFO_BYTES));
            flac(config.ok_or_else(|| Error::malformed("the FLAC track has no configuration"))?)
        }
        b"Opus" => {
            let config = child(boxes, b"dOps");
            opus(config.ok_or_else(|| Error::malformed("the Opus track has no configuration"))?)
        }
        b"enca" => Err(refused("encrypted audio")),
        other => Err(refused(
            String::from_utf8_lossy(other).escape_debug().to_string(),
        )),
    }
}

/// The boxes in a sample description, behind its fixed part (QuickTime has longer ones).
fn boxes_of(body: &[u8]) -> Option<&[u8]> {
    let version = u16::from_be_bytes(*body.get(8..)?.first_chunk()?);
    body.get(
        match version {
            1 => 44,
            2 => 64,
            _ => 28,
        }..,
    )
}

fn aac(esds: &[u8]) -> Result<Entry> {
    let (object, config) = decoder_config(esds)
        .ok_or_else(|| Error::malformed("the AAC configuration cannot be read"))?;
    match object {
        0x40 | 0x66..=0x68 => {}
        0x69 | 0x6b => return Err(refused("MP3")),
        other => return Err(refused(format!("MPEG object type {other:#04x}"))),
    }
    let stated = Aac::parse(config, "mp4")?;
    if Aac::may_hide_replication(&stated) {
        let mut entry = aac_as_stated(config, &stated)?;
        entry.to_complete = Some(stated);
        return Ok(entry);
    }
    aac_as_stated(config, &stated)
}

fn aac_as_stated(config: &[u8], stated: &StreamConfig) -> Result<Entry> {
    let channels = u16::from(stated.channel_config);
    let plain = stated.object_type == 2
        && !stated.sbr
        && stated.frame_length == 1_024
        && matches!(channels, 1 | 2);
    if !plain {
        return aac_beyond(stated.clone());
    }
    let mut params = AudioCodecParameters::new();
    params
        .for_codec(CODEC_ID_AAC)
        .with_sample_rate(stated.sample_rate)
        .with_extra_data(config.to_vec().into_boxed_slice());
    Ok(Entry {
        name: "aac",
        bits: None,
        spec: AudioSpec::new(stated.sample_rate, ChannelLayout::from_channels(channels)),
        frames: PacketFrames::Fixed(1_024),
        codec: Codec::symphonia(&params, "mp4", "AAC")?,
        to_complete: None,
    })
}

/// An entry for AAC which is not of low complexity in mono or stereo alone.
fn aac_beyond(config: StreamConfig) -> Result<Entry> {
    let decoder = Aac::new(config, "mp4")?;
    Ok(Entry {
        name: "aac",
        bits: None,
        spec: decoder.spec(),
        frames: PacketFrames::Fixed(decoder.packet_frames()),
        codec: Codec::Aac(Box::new(decoder)),
        to_complete: None,
    })
}

impl Entry {
    /// The entry, where the first packets hold more than the description says.
    pub(super) fn completed(self, packets: &[Vec<u8>]) -> Result<Self> {
        let found = self
            .to_complete
            .as_ref()
            .and_then(|config| Aac::with_what_is_in(config, packets));
        match found {
            Some(config) => aac_beyond(config),
            None => Ok(self),
        }
    }
}

/// The object type and the `AudioSpecificConfig` of `esds` (ISO/IEC 14496-1, 7.2.6.6).
fn decoder_config(esds: &[u8]) -> Option<(u8, &[u8])> {
    let mut fields = Fields::new(esds);
    fields.take(4)?;
    let mut es = Fields::new(descriptor(&mut fields, 3)?);
    es.take(2)?;
    let flags = es.u8()?;
    es.take(if flags & 0x80 != 0 { 2 } else { 0 })?;
    if flags & 0x40 != 0 {
        let url = es.u8()?;
        es.take(url.into())?;
    }
    es.take(if flags & 0x20 != 0 { 2 } else { 0 })?;
    let mut config = Fields::new(descriptor(&mut es, 4)?);
    let object = config.u8()?;
    config.take(12)?;
    Some((object, descriptor(&mut config, 5).unwrap_or_default()))
}

/// The body of the next descriptor, which must have the given tag.
fn descriptor<'a>(fields: &mut Fields<'a>, tag: u8) -> Option<&'a [u8]> {
    if fields.u8()? != tag {
        return None;
    }
    let mut len = 0usize;
    for _ in 0..4 {
        let byte = fields.u8()?;
        len = len << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    fields.take(len.min(fields.rest().len()))
}

/// The beginning of an `AudioSpecificConfig` (ISO/IEC 14496-3, 1.6.2.1).
fn alac(cookie: &[u8]) -> Result<Entry> {
    let short = || Error::malformed("the ALAC configuration is too short");
    // A version and flags stand before Apple's ALACSpecificConfig.
    let config = cookie.get(4..).ok_or_else(short)?;
    let mut fields = Fields::new(config);
    let frames = fields.u32_be().ok_or_else(short)?;
    fields.take(1).ok_or_else(short)?;
    let bits = fields.u8().ok_or_else(short)?;
    fields.take(3).ok_or_else(short)?;
    let channels = fields.u8().ok_or_else(short)?;
    fields.take(10).ok_or_else(short)?;
    let sample_rate = fields.u32_be().ok_or_else(short)?;
    if frames == 0 || frames > ALAC_MAX_FRAMES {
        return Err(Error::malformed(format!(
            "the ALAC header names packets of {frames} frames"
        )));
    }
    let mut params = AudioCodecParameters::new();
    params
        .for_codec(CODEC_ID_ALAC)
        .with_sample_rate(sample_rate)
        .with_extra_data(config.to_vec().into_boxed_slice());
    Ok(Entry {
        name: "alac",
        bits: Some(bits.into()),
        spec: AudioSpec::new(sample_rate, ChannelLayout::from_channels(channels.into())),
        frames: PacketFrames::Timed(frames.into()),
        codec: Codec::symphonia(&params, "mp4", "ALAC")?,
        to_complete: None,
    })
}

fn flac(block: &[u8]) -> Result<Entry> {
    let stream = StreamInfo::parse(block)
        .ok_or_else(|| Error::malformed("the FLAC stream information is too short"))?;
    Ok(Entry {
        name: "flac",
        bits: Some(stream.bits),
        spec: stream.spec(),
        frames: PacketFrames::Timed(65_535),
        codec: stream.codec(block, "mp4")?,
        to_complete: None,
    })
}

fn opus(body: &[u8]) -> Result<Entry> {
    let head = OpusHead::parse_mp4(body)?;
    Ok(Entry {
        name: "opus",
        bits: None,
        spec: AudioSpec::new(48_000, ChannelLayout::from_channels(head.channels.into())),
        frames: PacketFrames::Opus,
        codec: Codec::Opus(Box::new(Opus::new(&head, "mp4")?)),
        to_complete: None,
    })
}

/// Whether a `trak` is one of sound.
pub(super) fn is_sound((kind, trak): &Child<'_>) -> bool {
    let handler = super::boxes::descend(trak, &[b"mdia", b"hdlr"]);
    kind == b"trak" && handler.and_then(|body| body.get(8..12)) == Some(b"soun")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = read(&bytes);
            let _ = aac(&bytes);
            let _ = alac(&bytes);
            let _ = flac(&bytes);
            let _ = opus(&bytes);
        }
    }
}
