//! MP4 and M4A (ISO/IEC 14496-12 and 14496-14), whole or in fragments: the first track of sound.

mod boxes;
mod edit;
mod entry;
mod ilst;
mod samples;

use std::collections::VecDeque;

use boxes::{child, children, descend, top_box};
use edit::{Edit, Scales};
use entry::PacketFrames;
use samples::{Fragments, Position, Sample, SampleTable};

use super::aac::LOOKED_AT;
use super::bytes::{Bytes, Fields};
use super::decoder::Opened;
use super::ogg::opus_frames;
use super::packets::{Demuxer, Unit};
use super::probe::{Container, Info};
use super::tags::TagSink;
use crate::{Error, Limits, Result};

/// Bytes a `moov` may have beside its tags and pictures: the tables of a day of AAC are 20 MiB.
const MAX_TABLE_BYTES: u64 = 32 << 20;

/// Boxes looked at in search of the `moov`.
const MAX_BOXES: usize = 1_000;

/// A sample of sound is far smaller; more is damage.
const MAX_SAMPLE_BYTES: u32 = 4 << 20;

/// Opens a file whose first box is `ftyp`.
pub(super) fn open(mut bytes: Bytes, limits: &Limits) -> Result<Opened> {
    let (moov, after) = read_moov(&mut bytes, limits)?;
    let (_, trak) = children(&moov)
        .find(entry::is_sound)
        .ok_or_else(|| Error::malformed("the MP4 file has no track of sound"))?;
    let broken = |what: &str| Error::malformed(format!("the MP4 file's {what} cannot be read"));
    let stbl =
        descend(trak, &[b"mdia", b"minf", b"stbl"]).ok_or_else(|| broken("sample tables"))?;
    let stsd = child(stbl, b"stsd").ok_or_else(|| broken("sample description"))?;
    let mut entry = entry::read(stsd)?;
    limits.check_spec(entry.spec)?;
    let id = child(trak, b"tkhd")
        .and_then(after_times)
        .ok_or_else(|| broken("track header"))?;
    let media = descend(trak, &[b"mdia", b"mdhd"]).and_then(after_times);
    let media = media
        .filter(|&media| media > 0)
        .ok_or_else(|| broken("time scale"))?;
    let movie = child(&moov, b"mvhd").and_then(after_times).unwrap_or(media);
    let table = SampleTable::parse(stbl).ok_or_else(|| broken("sample tables"))?;
    let fragments = Fragments::parse(&moov, id, after);
    let total = fragments.is_none().then(|| table.duration());
    let mut demuxer = Mp4 {
        bytes,
        beginning: (table.position(), fragments.clone()),
        table,
        fragments,
        queue: VecDeque::new(),
        frames: entry.frames,
        sample_rate: entry.spec.sample_rate,
        media,
        time: 0,
    };
    if entry.to_complete.is_some() {
        let packets = demuxer.first_packets(LOOKED_AT)?;
        demuxer.seek(0)?;
        entry = entry.completed(&packets)?;
        limits.check_spec(entry.spec)?;
        demuxer.frames = entry.frames;
        demuxer.sample_rate = entry.spec.sample_rate;
    }

    let mut sink = TagSink::new(limits);
    let smpb = ilst::read(&moov, &mut sink);
    let sample_rate = entry.spec.sample_rate;
    let scales = Scales {
        sample_rate,
        media,
        movie,
    };
    let window = edit::window(&scales, Edit::parse(trak), smpb, total);
    if window.start > u64::from(sample_rate) * limits.max_seconds {
        return Err(Error::malformed(
            "the edit list begins after the longest sound allowed",
        ));
    }
    Ok(Opened {
        info: Info {
            container: Container::Mp4,
            codec: entry.name,
            bits_per_sample: entry.bits,
            tags: sink.finish(),
        },
        spec: entry.spec,
        window,
        exact: false,
        missing: 0,
        cut_short: false,
        demuxer: Box::new(demuxer),
        codec: entry.codec,
    })
}

/// The body of the `moov`, and the byte after it.
fn read_moov(bytes: &mut Bytes, limits: &Limits) -> Result<(Vec<u8>, u64)> {
    let mut at = 0;
    for _ in 0..MAX_BOXES {
        let Some(found) = top_box(bytes, at)? else {
            break;
        };
        at = found.end;
        if found.kind == *b"moov" {
            let len = found.end - bytes.position();
            let max = (limits.max_tag_bytes as u64)
                .saturating_add(limits.max_picture_bytes as u64)
                .saturating_add(MAX_TABLE_BYTES);
            if len > max {
                let what = "number of bytes in the MP4 index";
                return Err(Error::LimitExceeded {
                    what,
                    value: len,
                    max,
                });
            }
            return Ok((bytes.take(len as usize, "the MP4 index")?, at));
        }
    }
    Err(Error::malformed(
        "the MP4 file has no index (moov): it may be cut short",
    ))
}

/// What stands after the version, flags and two times: the number of the track in `tkhd`, the time
/// scale in `mdhd` and `mvhd`.
fn after_times(body: &[u8]) -> Option<u32> {
    let mut fields = Fields::new(body);
    let version = fields.u32_be()? >> 24;
    fields.take(if version == 1 { 16 } else { 8 })?;
    fields.u32_be()
}

struct Mp4 {
    bytes: Bytes,
    table: SampleTable,
    fragments: Option<Fragments>,
    queue: VecDeque<Sample>,
    frames: PacketFrames,
    sample_rate: u32,
    media: u32,
    /// The end of the last sample, in units of the media's time scale.
    time: u64,
    /// Where the tables and the fragments begin.
    beginning: (Position, Option<Fragments>),
}

impl Mp4 {
    /// The next sample, and whether it is the last one.
    fn next_sample(&mut self) -> Result<Option<(Sample, bool)>> {
        while self.queue.len() < 2 {
            if let Some(sample) = self.table.next() {
                self.queue.push_back(sample);
            } else if let Some(fragments) = &mut self.fragments {
                if !fragments.load(&mut self.bytes, &mut self.queue)? {
                    self.fragments = None;
                }
            } else {
                break;
            }
        }
        Ok(self
            .queue
            .pop_front()
            .map(|sample| (sample, self.queue.is_empty())))
    }

    /// Goes past a sample; answers how many frames its duration is.
    fn pass(&mut self, sample: Sample) -> u64 {
        let begins = self.to_frames(self.time);
        self.time = self.time.saturating_add(sample.duration.into());
        self.to_frames(self.time).saturating_sub(begins)
    }

    /// As many packets from the beginning, or all there are.
    fn first_packets(&mut self, most: usize) -> Result<Vec<Vec<u8>>> {
        let mut packets = Vec::new();
        let mut data = Vec::new();
        while packets.len() < most && self.next(&mut data)?.is_some() {
            packets.push(std::mem::take(&mut data));
        }
        Ok(packets)
    }

    fn to_frames(&self, time: u64) -> u64 {
        let frames = u128::from(time) * u128::from(self.sample_rate) / u128::from(self.media);
        u64::try_from(frames).unwrap_or(u64::MAX)
    }
}

impl Demuxer for Mp4 {
    fn next(&mut self, data: &mut Vec<u8>) -> Result<Option<Unit>> {
        let Some((sample, last)) = self.next_sample()? else {
            return Ok(None);
        };
        self.bytes.seek(sample.offset)?;
        let there = self.bytes.position() == sample.offset;
        if !there || u64::from(sample.size) > self.bytes.remaining() {
            // The file is cut short: what follows is not there either.
            return Ok(None);
        }
        if sample.size > MAX_SAMPLE_BYTES {
            data.clear();
        } else {
            self.bytes.read_into(data, sample.size as usize)?;
        }
        let timed = self.pass(sample);
        let frames = match self.frames {
            PacketFrames::Fixed(frames) => frames,
            PacketFrames::Timed(most) => timed.min(most),
            PacketFrames::Opus => opus_frames(data).unwrap_or(timed.min(960)),
        };
        // Only the last sample may be played in part; other short ones are inexact time scales.
        let trim_end = if last {
            frames.saturating_sub(timed)
        } else {
            0
        };
        Ok(Some(Unit {
            trim_end,
            ..Unit::of(frames)
        }))
    }

    /// The tables say how long each sample is: none is read on the way.
    fn seek(&mut self, to: u64) -> Result<u64> {
        let wanted = to.saturating_sub(self.frames.preroll());
        let (table, fragments) = &self.beginning;
        self.table.go_to(*table);
        self.fragments = fragments.clone();
        self.queue.clear();
        self.time = 0;
        let mut at = 0;
        while let Some((sample, last)) = self.next_sample()? {
            let before = self.time;
            let timed = self.pass(sample);
            let frames = match self.frames {
                PacketFrames::Fixed(frames) => frames,
                PacketFrames::Timed(most) => timed.min(most),
                PacketFrames::Opus => timed,
            };
            if last || at + frames > wanted {
                self.queue.push_front(sample);
                self.time = before;
                break;
            }
            at += frames;
        }
        Ok(at)
    }
}
