//! The first packets of Opus (RFC 7845, 5.1) and of Vorbis (Vorbis I, 4.2).

use crate::decode::bytes::Fields;
use crate::{Error, Result};

/// The identification header of Opus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::decode) struct OpusHead {
    pub(in crate::decode) channels: u8,
    pub(in crate::decode) pre_skip: u16,
    /// In dB, times 256.
    pub(in crate::decode) gain_q8: i16,
    pub(in crate::decode) family: u8,
    pub(in crate::decode) streams: u8,
    pub(in crate::decode) coupled: u8,
    pub(in crate::decode) mapping: Vec<u8>,
}

impl OpusHead {
    /// Reads a whole `OpusHead` packet.
    pub(in crate::decode) fn parse(packet: &[u8]) -> Result<Self> {
        let short = || Error::malformed("the Opus header is too short");
        let mut fields = Fields::new(packet);
        fields.take(8).ok_or_else(short)?;
        let version = fields.u8().ok_or_else(short)?;
        if version >> 4 != 0 {
            let codec = format!("Opus with a header of version {version}");
            return Err(Error::UnsupportedCodec {
                container: "ogg",
                codec,
            });
        }
        let channels = fields.u8().ok_or_else(short)?;
        let pre_skip = fields.u16_le().ok_or_else(short)?;
        fields.take(4).ok_or_else(short)?;
        let gain_q8 = fields.u16_le().ok_or_else(short)? as i16;
        Self::with_mapping(channels, pre_skip, gain_q8, fields).ok_or_else(short)?
    }

    /// Reads a `dOps` box (Opus in ISOBMFF, 4.3.2): the same fields, big-endian.
    pub(in crate::decode) fn parse_mp4(body: &[u8]) -> Result<Self> {
        let short = || Error::malformed("the Opus header is too short");
        let mut fields = Fields::new(body);
        fields.take(1).ok_or_else(short)?;
        let channels = fields.u8().ok_or_else(short)?;
        let pre_skip = fields.u16_be().ok_or_else(short)?;
        fields.take(4).ok_or_else(short)?;
        let gain_q8 = fields.u16_be().ok_or_else(short)? as i16;
        Self::with_mapping(channels, pre_skip, gain_q8, fields).ok_or_else(short)?
    }

    fn with_mapping(
        channels: u8,
        pre_skip: u16,
        gain_q8: i16,
        mut fields: Fields<'_>,
    ) -> Option<Result<Self>> {
        let family = fields.u8()?;
        if channels == 0 || (family == 0 && channels > 2) {
            let what = format!("the Opus header names {channels} channels");
            return Some(Err(Error::malformed(what)));
        }
        let (streams, coupled, mapping) = if family == 0 {
            (1, channels - 1, (0..channels).collect())
        } else {
            (
                fields.u8()?,
                fields.u8()?,
                fields.take(channels.into())?.to_vec(),
            )
        };
        Some(Ok(Self {
            channels,
            pre_skip,
            gain_q8,
            family,
            streams,
            coupled,
            mapping,
        }))
    }
}

/// Frames at 48 kHz in an Opus packet, by its first bytes (RFC 6716, 3.1); `None` for none.
pub(in crate::decode) fn opus_frames(packet: &[u8]) -> Option<u64> {
    let frames = opus_pure::packet::samples_48k(packet).ok()?;
    (1..=crate::decode::codec::OPUS_MAX_FRAMES)
        .contains(&frames)
        .then_some(frames as u64)
}

/// What the headers of Vorbis say about time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VorbisHead {
    pub(super) channels: u8,
    pub(super) sample_rate: u32,
    /// Short and long block, in frames.
    blocks: [u64; 2],
    /// For each mode, whether its block is the long one.
    long: Vec<bool>,
    last: Option<u64>,
}

impl VorbisHead {
    /// Reads the identification and the setup packet.
    pub(super) fn parse(identification: &[u8], setup: &[u8]) -> Result<Self> {
        let short = || Error::malformed("the Vorbis identification header is too short");
        let mut fields = Fields::new(identification);
        fields.take(11).ok_or_else(short)?;
        let channels = fields.u8().ok_or_else(short)?;
        let sample_rate = fields.u32_le().ok_or_else(short)?;
        fields.take(12).ok_or_else(short)?;
        let sizes = fields.u8().ok_or_else(short)?;
        let (small, large) = (sizes & 15, sizes >> 4);
        if !(6..=13).contains(&small) || !(small..=13).contains(&large) {
            let what = format!("the Vorbis header names blocks of 2^{small} and 2^{large} frames");
            return Err(Error::malformed(what));
        }
        let long = modes(setup)
            .ok_or_else(|| Error::malformed("the Vorbis setup header states no modes"))?;
        Ok(Self {
            channels,
            sample_rate,
            blocks: [1 << small, 1 << large],
            long,
            last: None,
        })
    }

    /// The next packet has none before it.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    /// Frames which an audio packet adds: a quarter of its block and of the one before, since they
    /// overlap by half (Vorbis I, 1.3.2). The first gives none.
    pub(super) fn frames(&mut self, packet: &[u8]) -> u64 {
        let Some(&byte) = packet.first() else {
            return 0;
        };
        if byte & 1 != 0 {
            return 0;
        }
        let bits = usize::BITS - (self.long.len() - 1).leading_zeros();
        let mode = usize::from(byte >> 1) & ((1 << bits) - 1);
        let Some(&long) = self.long.get(mode) else {
            return 0;
        };
        let block = self.blocks[usize::from(long)];
        self.last
            .replace(block)
            .map_or(0, |last| (last + block) / 4)
    }
}

/// The modes stand at the end of the setup header, behind what only a whole decoder can read: read
/// from the end, each is a flag, 32 zeros and a mapping; before the first stands their count.
fn modes(setup: &[u8]) -> Option<Vec<bool>> {
    let bit = |at: usize| setup[at / 8] >> (at % 8) & 1 == 1;
    let number = |at: usize, len: usize| (0..len).fold(0, |n, i| n | usize::from(bit(at + i)) << i);
    // The framing bit is the last one which is set.
    let framing = (0..setup.len() * 8).rev().find(|&at| bit(at))?;
    let mut flags = Vec::new();
    let mut found = None;
    let mut at = framing;
    while flags.len() < 64 && at >= 41 + 6 {
        at -= 41;
        if number(at + 1, 32) != 0 {
            break;
        }
        flags.push(bit(at));
        // Several counts may fit by chance; the longest run of modes is the true one.
        if number(at - 6, 6) + 1 == flags.len() {
            found = Some(flags.len());
        }
    }
    flags.truncate(found?);
    flags.reverse();
    Some(flags)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stereo_head_is_read() {
        let head = OpusHead::parse(b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\xff\0").unwrap();
        assert_eq!((head.channels, head.pre_skip, head.gain_q8), (2, 312, -256));
        assert_eq!(
            (head.streams, head.coupled, head.mapping),
            (1, 1, vec![0, 1])
        );
    }

    #[test]
    fn the_modes_are_read_from_the_end() {
        // Six bits 000001 (two modes), short with mapping 0, long with mapping 1, framing.
        let mut bits = vec![false; 64];
        bits.extend([true, false, false, false, false, false]);
        bits.extend([false; 41]);
        bits.push(true);
        bits.extend([false; 32]);
        bits.extend([true, false, false, false, false, false, false, false]);
        bits.push(true);
        let bytes: Vec<u8> = bits
            .chunks(8)
            .map(|chunk| {
                chunk
                    .iter()
                    .enumerate()
                    .fold(0, |b, (i, &set)| b | u8::from(set) << i)
            })
            .collect();
        assert_eq!(modes(&bytes).unwrap(), [false, true]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(first: Vec<u8>, second: Vec<u8>, packets: Vec<Vec<u8>>) {
            let _ = OpusHead::parse(&first);
            let _ = OpusHead::parse_mp4(&first);
            if let Ok(mut head) = VorbisHead::parse(&first, &second) {
                for packet in &packets {
                    prop_assert!(head.frames(packet) <= 4_096);
                }
            }
            for packet in &packets {
                let _ = opus_frames(packet);
            }
        }
    }
}
