//! FLAC (RFC 9639): its metadata read here, its frames found and decoded by symphonia.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_FLAC;
use symphonia::core::errors::Error as Cause;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::units::Timestamp;
use symphonia::default::formats::FlacReader;

use super::Input;
use super::bytes::{Bytes, Fields};
use super::codec::Codec;
use super::decoder::Opened;
use super::packets::{Demuxer, Unit, Window};
use super::probe::{Container, Info};
use super::tags::{self, TagSink};
use crate::tags::Picture;
use crate::{AudioSpec, ChannelLayout, Error, Limits, Result};

/// Bytes of the STREAMINFO block.
pub(super) const STREAMINFO_BYTES: usize = 34;

/// Metadata blocks read: a file of empty blocks must not cost time.
const MAX_BLOCKS: usize = 1_000;

/// Most seconds of silence put in place of lost frames.
const MAX_GAP_SECONDS: u64 = 10;

/// The STREAMINFO block (RFC 9639, 8.2).
pub(super) struct StreamInfo {
    pub(super) sample_rate: u32,
    pub(super) channels: u16,
    pub(super) bits: u32,
    /// 0 where it is not known.
    pub(super) frames: u64,
}

impl StreamInfo {
    pub(super) fn parse(block: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(block);
        fields.take(10)?;
        let packed = fields.u64_be()?;
        Some(Self {
            sample_rate: (packed >> 44) as u32,
            channels: ((packed >> 41) & 7) as u16 + 1,
            bits: ((packed >> 36) & 31) as u32 + 1,
            frames: packed & 0xf_ffff_ffff,
        })
    }

    pub(super) fn spec(&self) -> AudioSpec {
        AudioSpec::new(
            self.sample_rate,
            ChannelLayout::from_channels(self.channels),
        )
    }

    pub(super) fn codec(&self, block: &[u8], container: &'static str) -> Result<Codec> {
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_FLAC)
            .with_sample_rate(self.sample_rate)
            .with_extra_data(block.to_vec().into_boxed_slice());
        Codec::symphonia(&params, container, "FLAC")
    }
}

/// Opens a file whose input stands at `fLaC`.
pub(super) fn open(mut bytes: Bytes, limits: &Limits) -> Result<Opened> {
    bytes.seek(bytes.position() + 4)?;
    let mut sink = TagSink::new(limits);
    let mut info_block = None;
    for _ in 0..MAX_BLOCKS {
        let Some([kind, size @ ..]) = bytes.array::<4>()? else {
            break;
        };
        let size = u64::from(u32::from_be_bytes([0, size[0], size[1], size[2]]));
        let at = bytes.position();
        match kind & 0x7f {
            0 if info_block.is_none() => {
                info_block = Some(bytes.take(STREAMINFO_BYTES, "the FLAC stream information")?);
            }
            4 if size <= limits.max_tag_bytes as u64 => {
                let block = bytes.take(size as usize, "the FLAC comments")?;
                tags::read_vorbis_comment(&block, &mut sink);
            }
            6 if size <= limits.max_picture_bytes as u64 => {
                let block = bytes.take(size as usize, "a picture of the FLAC file")?;
                sink.add_picture(Picture::from_block(&block));
            }
            _ => {}
        }
        bytes.seek(at + size)?;
        if kind & 0x80 != 0 {
            break;
        }
    }
    let block = info_block
        .ok_or_else(|| Error::malformed("the FLAC file has no stream information block"))?;
    let stream = StreamInfo::parse(&block)
        .ok_or_else(|| Error::malformed("the FLAC stream information is too short"))?;
    limits.check_spec(stream.spec())?;
    let codec = stream.codec(&block, "flac")?;
    let frames_at = bytes.position();
    if bytes.remaining() == 0 {
        return Err(Error::Empty);
    }
    let reader = reader(&block, bytes.into_input()?, frames_at)?;
    Ok(Opened {
        info: Info {
            container: Container::Flac,
            codec: "flac",
            bits_per_sample: Some(stream.bits),
            tags: sink.finish(),
        },
        spec: stream.spec(),
        window: Window {
            start: 0,
            end: (stream.frames > 0).then_some(stream.frames),
        },
        exact: false,
        missing: 0,
        cut_short: false,
        demuxer: Box::new(Flac {
            reader,
            at: 0,
            max_gap: MAX_GAP_SECONDS * u64::from(stream.sample_rate),
            failures: 0,
            max_failures: limits.max_bad_packets,
        }),
        codec,
    })
}

fn reader(block: &[u8], input: Box<dyn Input>, frames_at: u64) -> Result<FlacReader<'static>> {
    // Symphonia keeps whatever metadata it meets in memory; it is shown a file which has none.
    let mut head = b"fLaC\x80\0\0\x22".to_vec();
    head.extend_from_slice(block);
    let spliced = Spliced::new(head, input, frames_at)?;
    let stream = MediaSourceStream::new(Box::new(spliced), Default::default());
    FlacReader::try_new(stream, FormatOptions::default()).map_err(|cause| match cause {
        Cause::IoError(e) if e.kind() != io::ErrorKind::UnexpectedEof => Error::Io(e),
        Cause::IoError(_) => Error::malformed_at("no FLAC frame follows the header", frames_at),
        other => Error::malformed(format!("the FLAC stream cannot be read: {other}")),
    })
}

struct Flac {
    reader: FlacReader<'static>,
    at: u64,
    max_gap: u64,
    failures: u64,
    max_failures: u64,
}

impl Demuxer for Flac {
    fn next(&mut self, data: &mut Vec<u8>) -> Result<Option<Unit>> {
        let mut after_damage = false;
        loop {
            let packet = match self.reader.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Ok(None),
                Err(Cause::IoError(e)) if e.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(None);
                }
                Err(Cause::IoError(e)) => return Err(e.into()),
                Err(cause) => {
                    self.failures += 1;
                    if self.failures > self.max_failures {
                        let what = format!("too many FLAC frames are damaged; the last: {cause}");
                        return Err(Error::malformed(what));
                    }
                    after_damage = true;
                    continue;
                }
            };
            let frames = packet.block_dur().get();
            let starts = u64::try_from(packet.pts.get()).unwrap_or(0);
            // Frames carry their own place, so that a hole is known to the frame. A place behind
            // this one, or very far ahead, is damage of another kind: the frame is played here.
            let gap = starts
                .checked_sub(self.at)
                .filter(|&gap| gap <= self.max_gap)
                .unwrap_or(0);
            self.at += gap + frames;
            *data = packet.data.into_vec();
            return Ok(Some(Unit {
                gap,
                after_damage: after_damage || gap > 0,
                ..Unit::of(frames)
            }));
        }
    }

    /// A binary search by the places that frames carry.
    fn seek(&mut self, to: u64) -> Result<u64> {
        let ts = Timestamp::new(i64::try_from(to).unwrap_or(i64::MAX));
        let to = SeekTo::Timestamp { ts, track_id: 0 };
        match self.reader.seek(SeekMode::Accurate, to) {
            Ok(found) => {
                self.at = u64::try_from(found.actual_ts.get()).unwrap_or(0);
                Ok(self.at)
            }
            Err(Cause::IoError(e)) if e.kind() != io::ErrorKind::UnexpectedEof => Err(e.into()),
            Err(cause) => Err(Error::malformed(format!(
                "a place in the FLAC stream cannot be found: {cause}"
            ))),
        }
    }
}

/// A header in memory, then a file from some byte on, as one input.
struct Spliced {
    head: Cursor<Vec<u8>>,
    input: Box<dyn Input>,
    /// The byte of `input` which follows the header.
    skip: u64,
    position: u64,
    len: u64,
}

impl Spliced {
    fn new(head: Vec<u8>, mut input: Box<dyn Input>, skip: u64) -> io::Result<Self> {
        let len = head.len() as u64 + input.seek(SeekFrom::End(0))?.saturating_sub(skip);
        input.seek(SeekFrom::Start(skip))?;
        Ok(Self {
            head: Cursor::new(head),
            input,
            skip,
            position: 0,
            len,
        })
    }
}

impl Read for Spliced {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let head = self.head.get_ref().len() as u64;
        let n = if self.position < head {
            self.head.read(out)?
        } else {
            self.input.read(out)?
        };
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for Spliced {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(to) => Some(to),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
        };
        let to = to.ok_or(io::ErrorKind::InvalidInput)?;
        let head = self.head.get_ref().len() as u64;
        self.head.set_position(to.min(head));
        let beyond = to.saturating_sub(head).checked_add(self.skip);
        self.input
            .seek(SeekFrom::Start(beyond.ok_or(io::ErrorKind::InvalidInput)?))?;
        self.position = to;
        Ok(to)
    }
}

impl MediaSource for Spliced {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spliced_input_reads_as_one() {
        let input = Box::new(Cursor::new(b"xxxxDEFGH".to_vec()));
        let mut spliced = Spliced::new(b"ABC".to_vec(), input, 4).unwrap();
        let mut all = String::new();
        spliced.read_to_string(&mut all).unwrap();
        assert_eq!(all, "ABCDEFGH");
        for (to, rest) in [(0, "ABCDEFGH"), (2, "CDEFGH"), (3, "DEFGH"), (6, "GH")] {
            spliced.seek(SeekFrom::Start(to)).unwrap();
            let mut tail = String::new();
            spliced.read_to_string(&mut tail).unwrap();
            assert_eq!(tail, rest);
        }
        assert_eq!(spliced.seek(SeekFrom::End(-1)).unwrap(), 7);
        assert!(spliced.seek(SeekFrom::Current(-8)).is_err());
    }
}
