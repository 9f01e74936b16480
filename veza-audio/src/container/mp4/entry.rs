//! Sample entries: what a decoder has to know of AAC, FLAC and Opus in MPEG-4, clear or
//! encrypted.

use super::boxes::Boxes;
use crate::container::BitRates;
use crate::container::protection::PacketCipher;
use crate::encode::StreamInfo;
use crate::{Error, Result};

/// The length of FLAC's `STREAMINFO` (RFC 9639, 8.2), and the least of Opus's head (RFC 7845, 5.1).
const STREAM_INFO_BYTES: usize = 34;
const OPUS_HEAD_BYTES: usize = 19;

/// The version of the `cbcs` scheme (ISO/IEC 23001-7, 4.2).
const SCHEME_VERSION: u32 = 0x0001_0000;

/// Refuses a stream which has no sample entry here.
pub(in crate::container) fn check(info: &StreamInfo, container: &'static str) -> Result<()> {
    let config = &info.config;
    let whole = match info.codec {
        "mp4a.40.2" => config.len() >= 2,
        "fLaC" => config.len() == STREAM_INFO_BYTES,
        "Opus" => config.len() >= OPUS_HEAD_BYTES && config.starts_with(b"OpusHead"),
        other => {
            return Err(Error::UnsupportedCodec {
                container,
                codec: other.to_owned(),
            });
        }
    };
    if !whole || info.packet_frames == 0 || info.spec.sample_rate == 0 {
        let reason = format!(
            "{} bytes of configuration and {} frames a packet at {} Hz are no stream of {}",
            config.len(),
            info.packet_frames,
            info.spec.sample_rate,
            info.codec,
        );
        return Err(Error::invalid("info", reason));
    }
    Ok(())
}

/// The sample entry of a stream that [`check`] took.
pub(in crate::container) fn write(
    boxes: &mut Boxes,
    info: &StreamInfo,
    bit_rates: Option<BitRates>,
    protection: Option<&PacketCipher>,
) {
    let original: &[u8; 4] = match info.codec {
        "fLaC" => b"fLaC",
        "Opus" => b"Opus",
        _ => b"mp4a",
    };
    let kind = if protection.is_some() {
        b"enca"
    } else {
        original
    };
    boxes.boxed(kind, |boxes| {
        boxes.zeros(6);
        boxes.u16(1); // data reference
        boxes.zeros(8);
        boxes.u16(info.spec.channels() as u16);
        boxes.u16(sample_bits(info));
        boxes.zeros(4);
        // 16.16 bits; a rate beyond them is told by the decoder configuration alone.
        boxes.u32(u16::try_from(info.spec.sample_rate).map_or(0, u32::from) << 16);
        match original {
            b"fLaC" => write_flac(boxes, info),
            b"Opus" => write_opus(boxes, info),
            _ => boxes.full(b"esds", 0, 0, |boxes| {
                write_es_descriptor(boxes, info, bit_rates.unwrap_or_default());
            }),
        }
        if let Some(cipher) = protection {
            write_protection(boxes, original, cipher);
        }
        if let Some(bit_rates) = bit_rates {
            boxes.boxed(b"btrt", |boxes| {
                boxes.u32(0);
                boxes.u32(bit_rates.peak);
                boxes.u32(bit_rates.average);
            });
        }
    });
}

/// FLAC's own depth; 16 for the others, whose samples have none.
fn sample_bits(info: &StreamInfo) -> u16 {
    match (info.codec, info.config.get(12..14)) {
        // Five bits, one less than the depth, across the thirteenth and fourteenth byte.
        ("fLaC", Some(bytes)) => (u16::from(bytes[0] & 1) << 4 | u16::from(bytes[1] >> 4)) + 1,
        _ => 16,
    }
}

/// ES descriptor (ISO/IEC 14496-1, 7.2.6.5) of AAC.
fn write_es_descriptor(boxes: &mut Boxes, info: &StreamInfo, bit_rates: BitRates) {
    // The configurations of AAC-LC are 2 to 5 bytes, so every length fits one byte.
    let config = &info.config[..info.config.len().min(64)];
    let config_length = config.len() as u8;
    boxes.bytes(&[0x03, 3 + 2 + 13 + 2 + config_length + 3, 0, 0, 0]);
    boxes.bytes(&[0x04, 13 + 2 + config_length]);
    boxes.bytes(&[0x40, 0x15, 0, 0, 0]); // MPEG-4 audio, an audio stream, no stated buffer
    boxes.u32(bit_rates.peak);
    boxes.u32(bit_rates.average);
    boxes.bytes(&[0x05, config_length]);
    boxes.bytes(config);
    boxes.bytes(&[0x06, 1, 2]); // the sync layer of MPEG-4 files
}

/// `dfLa` ("Encapsulation of FLAC in ISO Base Media File Format", 3.3.2): the metadata blocks, of
/// which there is one, the last.
fn write_flac(boxes: &mut Boxes, info: &StreamInfo) {
    boxes.full(b"dfLa", 0, 0, |boxes| {
        boxes.u32(0x8000_0000 | STREAM_INFO_BYTES as u32);
        boxes.bytes(&info.config);
    });
}

/// `dOps` ("Encapsulation of Opus in ISO Base Media File Format", 4.3.2): the head in network
/// byte order, version 0.
fn write_opus(boxes: &mut Boxes, info: &StreamInfo) {
    let head = &info.config;
    let swapped =
        |range: std::ops::Range<usize>| head[range].iter().rev().copied().collect::<Vec<_>>();
    boxes.boxed(b"dOps", |boxes| {
        boxes.bytes(&[0, head[9]]);
        boxes.bytes(&swapped(10..12)); // pre-skip
        boxes.bytes(&swapped(12..16)); // rate of the source
        boxes.bytes(&swapped(16..18)); // gain
        boxes.bytes(&head[18..]); // mapping family and table
    });
}

/// `sinf` of the scheme `cbcs`: every whole block of a packet, and one vector for all of them
/// (ISO/IEC 23001-7, 10.4 and 12.2).
fn write_protection(boxes: &mut Boxes, original: &[u8; 4], cipher: &PacketCipher) {
    boxes.boxed(b"sinf", |boxes| {
        boxes.boxed(b"frma", |boxes| boxes.bytes(original));
        boxes.full(b"schm", 0, 0, |boxes| {
            boxes.bytes(b"cbcs");
            boxes.u32(SCHEME_VERSION);
        });
        boxes.boxed(b"schi", |boxes| {
            boxes.full(b"tenc", 1, 0, |boxes| {
                boxes.zeros(1);
                write_protection_values(boxes, cipher);
            });
        });
    });
}

/// What `tenc` and a group of `seig` say alike: no pattern, protected, no vector with each
/// packet, the key's number, the vector of all.
pub(in crate::container) fn write_protection_values(boxes: &mut Boxes, cipher: &PacketCipher) {
    boxes.bytes(&[0, 1, 0]);
    boxes.bytes(cipher.key_id());
    boxes.bytes(&[cipher.iv().len() as u8]);
    boxes.bytes(cipher.iv());
}
