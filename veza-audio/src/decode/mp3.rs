//! MP3: a run of MPEG frames, with tags around them and a Xing or VBRI header within.

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_MP3;

use super::bytes::{Bytes, Fields};
use super::codec::Codec;
use super::decoder::Opened;
use super::packets::{Demuxer, Unit, Window};
use super::probe::{Container, Info};
use super::tags::{self, TagSink};
use crate::{AudioSpec, ChannelLayout, Error, Limits, Result};

/// How far the first frame may be from where the tags end.
const MAX_JUNK: u64 = 64 << 10;

/// Frames by which an MP3 decoder lags behind: 528 of its filters, and 1.
const DECODER_DELAY: u64 = 529;

/// The header of a frame (ISO/IEC 11172-3, 2.4.1.3, and 13818-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    version: Version,
    layer: u8,
    sample_rate: u32,
    channels: u16,
    /// Bytes of the frame, with this header.
    bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    Mpeg1,
    Mpeg2,
    Mpeg25,
}

impl Header {
    fn parse([a, b, c, d]: [u8; 4]) -> Option<Self> {
        if a != 0xff || b & 0xe0 != 0xe0 {
            return None;
        }
        let (version, divisor) = match (b >> 3) & 3 {
            0 => (Version::Mpeg25, 4),
            2 => (Version::Mpeg2, 2),
            3 => (Version::Mpeg1, 1),
            _ => return None,
        };
        let layer = 4 - ((b >> 1) & 3);
        let rate: u32 = match (c >> 2) & 3 {
            0 => 44_100,
            1 => 48_000,
            2 => 32_000,
            _ => return None,
        };
        let sample_rate = rate / divisor;
        let index = usize::from(c >> 4);
        let kbits: u32 = match (version, layer) {
            (_, 4) => return None,
            (Version::Mpeg1, 1) => [
                0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0,
            ][index],
            (Version::Mpeg1, 2) => [
                0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0,
            ][index],
            (Version::Mpeg1, _) => [
                0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0,
            ][index],
            (_, 1) => [
                0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0,
            ][index],
            _ => [
                0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0,
            ][index],
        };
        if kbits == 0 || d & 3 == 2 {
            return None;
        }
        let padding = u32::from((c >> 1) & 1);
        let bytes = match layer {
            1 => (12_000 * kbits / sample_rate + padding) * 4,
            2 => 144_000 * kbits / sample_rate + padding,
            _ if version == Version::Mpeg1 => 144_000 * kbits / sample_rate + padding,
            _ => 72_000 * kbits / sample_rate + padding,
        };
        let channels = if d >> 6 == 3 { 1 } else { 2 };
        Some(Self {
            version,
            layer,
            sample_rate,
            channels,
            bytes: bytes as usize,
        })
    }

    /// Whether `other` may follow in the same stream.
    fn agrees(&self, other: &Self) -> bool {
        (self.version, self.layer, self.sample_rate, self.channels)
            == (
                other.version,
                other.layer,
                other.sample_rate,
                other.channels,
            )
    }

    /// Frames of sound in one MPEG frame of layer III.
    fn frames(&self) -> u64 {
        if self.version == Version::Mpeg1 {
            1_152
        } else {
            576
        }
    }

    fn side_info_bytes(&self) -> usize {
        match (self.version, self.channels) {
            (Version::Mpeg1, 1) => 17,
            (Version::Mpeg1, _) => 32,
            (_, 1) => 9,
            _ => 17,
        }
    }
}

struct Mp3 {
    bytes: Bytes,
    first: Header,
    end: u64,
    /// Bytes of the last frame.
    last: u64,
    /// MPEG frames and frames of sound given so far.
    count: u64,
    at: u64,
    /// Where some of the frames are: every 64th, as far as the file has been read.
    index: Vec<Place>,
}

/// Where an MPEG frame is.
#[derive(Clone, Copy)]
struct Place {
    byte: u64,
    /// What came before it: bytes of the last frame, MPEG frames, frames of sound.
    last: u64,
    count: u64,
    at: u64,
}

/// MPEG frames from one place of the index to the next.
const INDEX_EVERY: u64 = 64;

/// MPEG frames that are decoded before the one that is wanted: the bit reservoir reaches back 511
/// bytes, five of the smallest frames, and the filters two frames more.
const PREROLL: u64 = 10;

/// Most MPEG frames of silence put in place of bytes which make no sense.
const MAX_LOST: u64 = 4;

impl Mp3 {
    /// Frames of sound which `skipped` bytes from `at` on once held, by the size of the frame before
    /// them. What is longer, or is a tag, was no sound.
    fn lost(&mut self, at: u64, skipped: u64) -> Result<u64> {
        let count = (skipped + self.last / 2) / self.last;
        self.bytes.seek(at)?;
        let tag = matches!(
            self.bytes.array::<3>()?,
            Some([b'I', b'D', b'3'] | [b'T', b'A', b'G'] | [b'A', b'P', b'E'])
        );
        Ok(if tag || count > MAX_LOST {
            0
        } else {
            count * self.first.frames()
        })
    }
}

impl Demuxer for Mp3 {
    fn next(&mut self, data: &mut Vec<u8>) -> Result<Option<Unit>> {
        let place = Place {
            byte: self.bytes.position(),
            last: self.last,
            count: self.count,
            at: self.at,
        };
        if self.count.is_multiple_of(INDEX_EVERY)
            && self.index.len() as u64 == self.count / INDEX_EVERY
        {
            self.index.push(place);
        }
        let unit = self.read(data)?;
        self.count += u64::from(unit.is_some());
        self.at += unit.map_or(0, |unit| unit.advance());
        Ok(unit)
    }

    /// Frames do not say where they are: they are counted, once.
    fn seek(&mut self, to: u64) -> Result<u64> {
        let wanted = to.saturating_sub(PREROLL * self.first.frames());
        if self.index.is_empty() {
            self.next(&mut Vec::new())?;
        }
        let after = self.index.partition_point(|place| place.at <= wanted);
        let place = self.index[after.saturating_sub(1)];
        self.bytes.seek(place.byte)?;
        (self.last, self.count, self.at) = (place.last, place.count, place.at);
        let mut passed = Vec::new();
        while self.at + self.first.frames() <= wanted {
            if self.next(&mut passed)?.is_none() {
                break;
            }
        }
        Ok(self.at)
    }
}

impl Mp3 {
    fn read(&mut self, data: &mut Vec<u8>) -> Result<Option<Unit>> {
        let (mut after_damage, mut gap) = (false, 0);
        loop {
            let at = self.bytes.position();
            if at >= self.end {
                return Ok(None);
            }
            match header_at(&mut self.bytes, at)?.filter(|header| header.agrees(&self.first)) {
                Some(header) if at + header.bytes as u64 <= self.end => {
                    self.bytes.seek(at)?;
                    self.bytes.read_into(data, header.bytes)?;
                    self.last = header.bytes as u64;
                    return Ok(Some(Unit {
                        gap,
                        after_damage,
                        ..Unit::of(header.frames())
                    }));
                }
                // The last frame is cut short.
                Some(_) if !after_damage => return Ok(None),
                _ => {
                    let found = find(&mut self.bytes, at + 1, self.end, Some(&self.first))?;
                    let Some((next, _)) = found else {
                        return Ok(None);
                    };
                    gap = self.lost(at, next - at)?;
                    self.bytes.seek(next)?;
                    after_damage = true;
                }
            }
        }
    }
}

fn header_at(bytes: &mut Bytes, at: u64) -> Result<Option<Header>> {
    bytes.seek(at)?;
    Ok(bytes.array()?.and_then(Header::parse))
}

/// The first frame from byte `at` on, before `end`, which another one follows (or the end).
fn find(
    bytes: &mut Bytes,
    at: u64,
    end: u64,
    like: Option<&Header>,
) -> Result<Option<(u64, Header)>> {
    let mut chunk = vec![0; 4 << 10];
    let mut at = at;
    while at + 4 <= end {
        bytes.seek(at)?;
        let have = bytes.read_up_to(&mut chunk)?;
        if have < 4 {
            break;
        }
        for (offset, word) in chunk[..have].windows(4).enumerate() {
            let place = at + offset as u64;
            let Some(header) = word.first_chunk().copied().and_then(Header::parse) else {
                continue;
            };
            if place >= end || like.is_some_and(|like| !like.agrees(&header)) {
                continue;
            }
            let next = place + header.bytes as u64;
            let followed = match header_at(bytes, next)? {
                Some(second) if next + 4 <= end => header.agrees(&second),
                _ => next == end,
            };
            if followed {
                return Ok(Some((place, header)));
            }
        }
        at += have as u64 - 3;
    }
    Ok(None)
}

/// What a Xing, Info or VBRI header says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct LengthHeader {
    mpeg_frames: Option<u64>,
    /// The encoder's delay and padding, in frames of sound.
    gaps: Option<(u64, u64)>,
}

fn length_header(frame: &[u8], header: &Header) -> Option<LengthHeader> {
    let xing = frame.get(4 + header.side_info_bytes()..)?;
    if matches!(xing.get(..4)?, b"Xing" | b"Info") {
        let mut fields = Fields::new(&xing[4..]);
        let flags = fields.u32_be()?;
        let mpeg_frames = if flags & 1 != 0 {
            Some(u64::from(fields.u32_be()?))
        } else {
            None
        };
        fields.take(if flags & 2 != 0 { 4 } else { 0 })?;
        fields.take(if flags & 4 != 0 { 100 } else { 0 })?;
        fields.take(if flags & 8 != 0 { 4 } else { 0 })?;
        return Some(LengthHeader {
            mpeg_frames,
            gaps: lame_gaps(fields),
        });
    }
    let mut vbri = Fields::new(frame.get(4 + 32..)?);
    if vbri.take(4)? == b"VBRI" {
        vbri.take(10)?;
        return Some(LengthHeader {
            mpeg_frames: Some(vbri.u32_be()?.into()),
            gaps: None,
        });
    }
    None
}

/// Delay and padding of LAME's extension: 12 bits each, 21 bytes after it begins.
fn lame_gaps(mut fields: Fields<'_>) -> Option<(u64, u64)> {
    let encoder = fields.take(9)?;
    if !encoder[..4].iter().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    fields.take(12)?;
    let [a, b, c] = fields.array()?;
    let bits = u32::from_be_bytes([0, a, b, c]);
    Some((u64::from(bits >> 12), u64::from(bits & 0xfff)))
}

/// Where the sound ends: before an ID3v1 tag, an APE tag, or both.
fn end_of_sound(bytes: &mut Bytes) -> Result<u64> {
    let mut end = bytes.len();
    for _ in 0..2 {
        if end >= 128 {
            bytes.seek(end - 128)?;
            if bytes.array::<3>()? == Some(*b"TAG") {
                end -= 128;
            }
        }
        if end >= 32 {
            bytes.seek(end - 32)?;
            if let Some(
                [
                    b'A',
                    b'P',
                    b'E',
                    b'T',
                    b'A',
                    b'G',
                    b'E',
                    b'X',
                    _,
                    _,
                    _,
                    _,
                    size @ ..,
                    _,
                    _,
                    _,
                    _,
                    _,
                    _,
                    _,
                    flags,
                ],
            ) = bytes.array::<24>()?
            {
                let header = if flags & 0x80 != 0 { 32 } else { 0 };
                end = end.saturating_sub(u64::from(u32::from_le_bytes(size)) + header);
            }
        }
    }
    Ok(end)
}

/// Opens an MP3; `None` for what is not one.
pub(super) fn open(mut bytes: Bytes, limits: &Limits) -> Result<Option<Opened>> {
    let start = tags::after_id3(&mut bytes)?;
    let end = end_of_sound(&mut bytes)?;
    // Content without a tag must begin with a frame, lest anything at all be taken for an MP3.
    // Behind a tag there may be zeros or other junk.
    let found = if start == 0 {
        find(&mut bytes, 0, end, None)?.filter(|(at, _)| *at == 0)
    } else {
        find(&mut bytes, start, end.min(start + MAX_JUNK), None)?
    };
    let Some((at, first)) = found else {
        return if start > 0 && end <= start {
            Err(Error::Empty)
        } else {
            Ok(None)
        };
    };
    if first.layer != 3 {
        let codec = format!("MPEG layer {}", first.layer);
        return Err(Error::UnsupportedCodec {
            container: "mp3",
            codec,
        });
    }
    let mut frame = Vec::new();
    bytes.seek(at)?;
    bytes.read_into(&mut frame, first.bytes)?;
    let stated = length_header(&frame, &first);
    let window = match stated {
        Some(LengthHeader {
            mpeg_frames,
            gaps: Some((delay, padding)),
        }) => Window {
            start: delay + DECODER_DELAY,
            end: mpeg_frames.map(|n| {
                (n * first.frames()).saturating_sub(padding.saturating_sub(DECODER_DELAY))
            }),
        },
        Some(LengthHeader {
            mpeg_frames,
            gaps: None,
        }) => Window {
            start: 0,
            end: mpeg_frames.map(|n| n * first.frames()),
        },
        None => Window::default(),
    };
    let mut sink = TagSink::new(limits);
    bytes.seek(0)?;
    tags::read_id3(&mut bytes, limits, &mut sink)?;
    // A frame which holds the length holds no sound.
    bytes.seek(if stated.is_some() {
        at + first.bytes as u64
    } else {
        at
    })?;
    let mut params = AudioCodecParameters::new();
    params
        .for_codec(CODEC_ID_MP3)
        .with_sample_rate(first.sample_rate);
    Ok(Some(Opened {
        info: Info {
            container: Container::Mp3,
            codec: "mp3",
            bits_per_sample: None,
            tags: sink.finish(),
        },
        spec: AudioSpec::new(
            first.sample_rate,
            ChannelLayout::from_channels(first.channels),
        ),
        window,
        exact: false,
        missing: 0,
        cut_short: false,
        demuxer: Box::new(Mp3 {
            bytes,
            first,
            end,
            last: first.bytes as u64,
            count: 0,
            at: 0,
            index: Vec::new(),
        }),
        codec: Codec::symphonia(&params, "mp3", "MP3")?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_header_gives_the_length_of_its_frame() {
        // MPEG-1 layer III, 128 kbit/s, 44.1 kHz, joint stereo, without and with padding.
        let header = Header::parse([0xff, 0xfb, 0x90, 0x44]).unwrap();
        assert_eq!(
            (header.bytes, header.channels, header.frames()),
            (417, 2, 1_152)
        );
        assert_eq!(Header::parse([0xff, 0xfb, 0x92, 0x44]).unwrap().bytes, 418);
        // MPEG-2 layer III, 64 kbit/s, 22.05 kHz, mono.
        let header = Header::parse([0xff, 0xf3, 0x80, 0xc4]).unwrap();
        assert_eq!(
            (header.bytes, header.channels, header.sample_rate),
            (208, 1, 22_050)
        );
    }

    #[test]
    fn what_is_no_header_is_none() {
        for bytes in [
            [0xff, 0xfb, 0xf0, 0x44],
            [0xff, 0xfb, 0x9c, 0x44],
            [0xff, 0xe9, 0x90, 0x44],
        ] {
            assert_eq!(Header::parse(bytes), None, "{bytes:x?}");
        }
    }

    #[test]
    fn lame_states_delay_and_padding_in_twelve_bits_each() {
        let header = Header::parse([0xff, 0xfb, 0x90, 0x44]).unwrap();
        let mut frame = vec![0; 417];
        let xing = &mut frame[36..];
        xing[..8].copy_from_slice(b"Info\0\0\0\x01");
        xing[8..12].copy_from_slice(&100u32.to_be_bytes());
        xing[12..16].copy_from_slice(b"LAME");
        xing[33..36].copy_from_slice(&[0x24, 0x05, 0x39]);
        let stated = length_header(&frame, &header).unwrap();
        assert_eq!(
            stated,
            LengthHeader {
                mpeg_frames: Some(100),
                gaps: Some((576, 1_337))
            }
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            if let Some(header) = bytes.first_chunk().copied().and_then(Header::parse) {
                prop_assert!(header.bytes >= 4);
                let _ = length_header(&bytes, &header);
            }
            let bytes = Bytes::new(Box::new(std::io::Cursor::new(bytes))).unwrap();
            let _ = open(bytes, &Limits::default());
        }
    }
}
