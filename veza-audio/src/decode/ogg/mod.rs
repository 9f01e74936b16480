//! Ogg Vorbis and Ogg Opus: packets put together from pages, and timed by their granules.

mod head;
mod page;

use std::collections::VecDeque;

use head::VorbisHead;
pub(super) use head::{OpusHead, opus_frames};
use page::{Page, Pages};
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_VORBIS;

use super::bytes::Bytes;
use super::codec::{Codec, OPUS_PREROLL, Opus};
use super::decoder::Opened;
use super::packets::{Demuxer, Unit, Window};
use super::probe::{Container, Info};
use super::tags::{self, TagSink};
use crate::{AudioSpec, ChannelLayout, Error, Limits, Result};

/// A packet of sound is far smaller; more is damage.
const MAX_PACKET_BYTES: usize = 1 << 20;

/// Pages read in search of the headers.
const MAX_HEADER_PAGES: usize = 4_096;

/// Most seconds of silence put in place of lost pages.
const MAX_GAP_SECONDS: u64 = 10;

/// A search for a place ends this near to it.
const SEARCH_BYTES: u64 = 16 << 10;

/// How far from the end the last page is looked for.
const TAIL_BYTES: u64 = 256 << 10;

/// Opens a file which begins with `OggS`.
pub(super) fn open(bytes: Bytes, limits: &Limits) -> Result<Opened> {
    let mut pages = Pages::new(bytes);
    let (serial, first) = first_packet(&mut pages)?;
    let mut packets = Packets::new(pages, serial, limits);
    let mut sink = TagSink::new(limits);
    if first.starts_with(b"OpusHead") {
        let head = OpusHead::parse(&first)?;
        let spec = AudioSpec::new(48_000, ChannelLayout::from_channels(head.channels.into()));
        limits.check_spec(spec)?;
        let comments = packets.header()?;
        if let Some(body) = comments.strip_prefix(b"OpusTags") {
            tags::read_vorbis_comment(body, &mut sink);
        }
        let codec = Codec::Opus(Box::new(Opus::new(&head, "ogg")?));
        let timing = Timing::Opus;
        packets.finish("opus", u64::from(head.pre_skip), spec, timing, codec, sink)
    } else {
        let comments = packets.header()?;
        if let Some(body) = comments.strip_prefix(b"\x03vorbis") {
            tags::read_vorbis_comment(body, &mut sink);
        }
        let setup = packets.header()?;
        if !setup.starts_with(b"\x05vorbis") {
            return Err(Error::malformed("the Vorbis stream has no setup header"));
        }
        let head = VorbisHead::parse(&first, &setup)?;
        let layout = ChannelLayout::from_channels(head.channels.into());
        let spec = AudioSpec::new(head.sample_rate, layout);
        limits.check_spec(spec)?;
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_VORBIS)
            .with_sample_rate(head.sample_rate)
            .with_extra_data([&first[..], &setup[..]].concat().into_boxed_slice());
        let codec = Codec::symphonia(&params, "ogg", "Vorbis")?;
        packets.finish("vorbis", 0, spec, Timing::Vorbis(head), codec, sink)
    }
}

/// The first stream of sound which is read here, and its first packet.
fn first_packet(pages: &mut Pages) -> Result<(u32, Vec<u8>)> {
    let mut page = Page::default();
    let mut other = None;
    while pages.next(&mut page)?.is_some() && page.first {
        let Some((packet, true)) = page.parts().next() else {
            continue;
        };
        if packet.starts_with(b"OpusHead") || packet.starts_with(b"\x01vorbis") {
            return Ok((page.serial, packet.to_vec()));
        }
        other.get_or_insert_with(|| packet.to_vec());
    }
    let codec = match other.as_deref() {
        Some([0x7f, b'F', b'L', b'A', b'C', ..]) => "FLAC",
        Some([b'S', b'p', b'e', b'e', b'x', ..]) => "Speex",
        Some([0x80, b't', b'h', ..]) => "Theora",
        Some(_) => "an unknown codec",
        None => return Err(Error::malformed("the Ogg file has no whole page")),
    };
    Err(Error::UnsupportedCodec {
        container: "ogg",
        codec: codec.into(),
    })
}

enum Timing {
    Opus,
    Vorbis(VorbisHead),
}

impl Timing {
    /// Frames that a decoder has to hear before it gives what it would have given.
    fn preroll(&self) -> u64 {
        match self {
            Self::Opus => OPUS_PREROLL,
            // The first packet only makes ready for the second: half of two of the longest blocks.
            Self::Vorbis(_) => 4_096,
        }
    }

    fn forget(&mut self) {
        if let Self::Vorbis(head) = self {
            head.forget();
        }
    }

    fn frames(&mut self, packet: &[u8]) -> u64 {
        match self {
            Self::Opus => opus_frames(packet).unwrap_or(0),
            Self::Vorbis(head) => head.frames(packet),
        }
    }
}

/// The packets of one logical stream.
struct Packets {
    pages: Pages,
    page: Page,
    serial: u32,
    sequence: Option<u32>,
    max_header: usize,
    partial: Vec<u8>,
    /// Whether the packet under way lost its beginning or grew too large.
    broken: bool,
    whole: VecDeque<Vec<u8>>,
    /// Whether pages were damaged or missing before those packets.
    damaged: bool,
    ended: bool,
}

impl Packets {
    fn new(pages: Pages, serial: u32, limits: &Limits) -> Self {
        Self {
            pages,
            page: Page::default(),
            serial,
            sequence: None,
            // Pictures are part of the comments, in base64.
            max_header: limits
                .max_picture_bytes
                .saturating_mul(2)
                .saturating_add(limits.max_tag_bytes),
            partial: Vec::new(),
            broken: false,
            whole: VecDeque::new(),
            damaged: false,
            ended: false,
        }
    }

    /// Reads the next page of the stream, and puts the packets which end in it into `whole`.
    fn next_page(&mut self, max_packet: usize) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        loop {
            let Some(skipped) = self.pages.next(&mut self.page)? else {
                self.ended = true;
                return Ok(false);
            };
            self.damaged |= skipped || self.page.damaged;
            if self.page.serial == self.serial {
                break;
            }
        }
        if self.page.first && self.sequence.is_some() {
            // Another stream under the same number: what is chained behind is not read.
            self.ended = true;
            return Ok(false);
        }
        if self
            .sequence
            .is_some_and(|last| last.wrapping_add(1) != self.page.sequence)
        {
            self.damaged = true;
            self.broken = self.page.continued;
            self.partial.clear();
        } else if self.page.continued != (self.broken || !self.partial.is_empty()) {
            // The end of one packet is lost, or the beginning of the next.
            self.damaged = true;
            self.broken = self.page.continued;
            self.partial.clear();
        }
        self.sequence = Some(self.page.sequence);
        self.pages.expected = Some((self.serial, self.page.sequence.wrapping_add(1)));
        self.ended = self.page.last;
        for (part, ends) in self.page.parts() {
            if self.partial.len() + part.len() > max_packet {
                self.broken = true;
            }
            if !self.broken {
                self.partial.extend_from_slice(part);
            }
            if ends {
                let packet = std::mem::take(&mut self.partial);
                if std::mem::take(&mut self.broken) {
                    self.damaged = true;
                } else {
                    self.whole.push_back(packet);
                }
            }
        }
        Ok(true)
    }

    /// The next packet of the headers.
    fn header(&mut self) -> Result<Vec<u8>> {
        for _ in 0..MAX_HEADER_PAGES {
            if let Some(packet) = self.whole.pop_front() {
                return Ok(packet);
            }
            if !self.next_page(self.max_header)? {
                break;
            }
        }
        Err(Error::malformed("the Ogg stream ends within its headers"))
    }

    fn finish(
        mut self,
        name: &'static str,
        pre_skip: u64,
        spec: AudioSpec,
        timing: Timing,
        codec: Codec,
        tags: TagSink,
    ) -> Result<Opened> {
        // Sound begins on a page of its own (RFC 7845, 3; Vorbis I, A.2).
        self.whole.clear();
        self.partial.clear();
        let resume = self.pages.bytes.position();
        let (last, cut_short) = self.last_granule()?;
        self.pages.bytes.seek(resume)?;
        let beginning = Beginning {
            byte: resume,
            sequence: self.sequence,
            expected: self.pages.expected,
        };
        let mut stream = OggStream {
            packets: self,
            timing,
            beginning,
            queue: VecDeque::new(),
            at: 0,
            base: None,
            drop: 0,
            max_gap: MAX_GAP_SECONDS * u64::from(spec.sample_rate),
        };
        stream.load()?;
        // What stands before time zero is no part of the sound.
        let start = pre_skip.saturating_add(stream.drop);
        let end = match (last, stream.base) {
            (Some(last), Some(base)) => Some(last.saturating_sub(base).saturating_add(stream.drop)),
            _ => None,
        };
        if start > u64::from(spec.sample_rate) * MAX_GAP_SECONDS {
            return Err(Error::malformed(
                "the first page states a time before its beginning",
            ));
        }
        Ok(Opened {
            info: Info {
                container: Container::Ogg,
                codec: name,
                bits_per_sample: None,
                tags: tags.finish(),
            },
            spec,
            window: Window {
                start,
                end: end.map(|end| end.max(start)),
            },
            exact: false,
            missing: 0,
            cut_short,
            demuxer: Box::new(stream),
            codec,
        })
    }

    /// The granule of the last page of the stream, when it is near the end of the file, and
    /// whether that page is not the one which ends the stream.
    fn last_granule(&mut self) -> Result<(Option<u64>, bool)> {
        let from = self.pages.bytes.position();
        let expected = self.pages.expected.take();
        let tail = self.pages.bytes.len().saturating_sub(TAIL_BYTES).max(from);
        self.pages.bytes.seek(tail)?;
        let mut page = Page::default();
        let mut last = None;
        let mut cut_short = true;
        while self.pages.next(&mut page)?.is_some() {
            if page.serial == self.serial {
                last = page.granule.or(last);
                if page.last {
                    cut_short = false;
                    break;
                }
            }
        }
        self.pages.expected = expected;
        Ok((last, cut_short))
    }
}

/// Where the sound begins, and which page it begins with.
#[derive(Clone, Copy)]
struct Beginning {
    byte: u64,
    sequence: Option<u32>,
    expected: Option<(u32, u32)>,
}

struct OggStream {
    packets: Packets,
    timing: Timing,
    beginning: Beginning,
    queue: VecDeque<(Vec<u8>, Unit)>,
    /// Frames decoded up to the end of the queue.
    at: u64,
    /// The granule at which the first packet begins.
    base: Option<u64>,
    /// Frames of the first page which stand before granule 0.
    drop: u64,
    max_gap: u64,
}

impl OggStream {
    /// Loads the packets of the next page in which packets end, and gives them their times.
    fn load(&mut self) -> Result<bool> {
        while self.queue.is_empty() {
            if !self.packets.next_page(MAX_PACKET_BYTES)? {
                return Ok(false);
            }
            let mut total = 0;
            while let Some(packet) = self.packets.whole.pop_front() {
                let frames = self.timing.frames(&packet);
                total += frames;
                self.queue.push_back((packet, Unit::of(frames)));
            }
            if let (Some(granule), false) = (self.packets.page.granule, self.queue.is_empty()) {
                self.place(granule, total);
            }
            if let Some((_, unit)) = self.queue.front_mut() {
                unit.after_damage = std::mem::take(&mut self.packets.damaged);
            }
            self.at += self
                .queue
                .iter()
                .map(|(_, unit)| unit.advance())
                .sum::<u64>();
        }
        Ok(true)
    }

    /// Fits a page whose packets hold `total` frames to the time at its end.
    fn place(&mut self, granule: u64, total: u64) {
        let last = self.packets.page.last;
        let base = *self.base.get_or_insert_with(|| {
            if granule < total && !last {
                self.drop = total - granule;
            }
            granule.saturating_sub(total)
        });
        let ends = granule.saturating_sub(base).saturating_add(self.drop);
        let would_end = self.at + total;
        if ends > would_end {
            let gap = ends - would_end;
            if gap <= self.max_gap {
                if let Some((_, unit)) = self.queue.front_mut() {
                    unit.gap = gap;
                    self.packets.damaged = true;
                }
            } else {
                // No lost pages but another clock: time goes on from here.
                self.base = Some(base + gap);
            }
        } else if last {
            // The last page says how much of its sound is padding (RFC 7845, 4.4).
            let mut over = would_end - ends;
            for (_, unit) in self.queue.iter_mut().rev() {
                unit.trim_end = over.min(unit.frames);
                over -= unit.trim_end;
            }
        }
    }
}

impl OggStream {
    fn begin_at(
        &mut self,
        byte: u64,
        sequence: Option<u32>,
        expected: Option<(u32, u32)>,
    ) -> Result<()> {
        let packets = &mut self.packets;
        packets.pages.bytes.seek(byte)?;
        packets.pages.expected = expected;
        packets.sequence = sequence;
        packets.partial.clear();
        packets.whole.clear();
        (packets.broken, packets.damaged, packets.ended) = (false, false, false);
        self.timing.forget();
        self.queue.clear();
        Ok(())
    }

    fn rewind(&mut self) -> Result<u64> {
        let Beginning {
            byte,
            sequence,
            expected,
        } = self.beginning;
        self.begin_at(byte, sequence, expected)?;
        (self.at, self.base, self.drop) = (0, None, 0);
        Ok(0)
    }

    /// The byte of a page of which the sound ends at or before a granule, and not long before; the
    /// beginning where there is none.
    fn find(&mut self, granule: u64) -> Result<u64> {
        let serial = self.packets.serial;
        let pages = &mut self.packets.pages;
        // A search lands within pages: that says nothing of the file.
        let marks = pages.false_marks;
        pages.expected = None;
        let (mut low, mut high) = (self.beginning.byte, pages.bytes.len());
        let mut page = Page::default();
        while high - low > SEARCH_BYTES {
            let middle = low + (high - low) / 2;
            pages.bytes.seek(middle)?;
            let mut found = None;
            while found.is_none() && pages.next(&mut page)?.is_some() {
                let byte = pages.bytes.position() - page.bytes();
                if byte >= high {
                    break;
                }
                if page.serial == serial {
                    found = page.granule.map(|ends| (byte, ends));
                }
            }
            match found {
                Some((byte, ends)) if ends <= granule && byte > low => low = byte,
                _ => high = middle,
            }
        }
        pages.false_marks = marks;
        Ok(low)
    }
}

impl Demuxer for OggStream {
    fn next(&mut self, data: &mut Vec<u8>) -> Result<Option<Unit>> {
        if !self.load()? {
            return Ok(None);
        }
        let Some((packet, unit)) = self.queue.pop_front() else {
            return Ok(None);
        };
        *data = packet;
        Ok(Some(unit))
    }

    fn seek(&mut self, to: u64) -> Result<u64> {
        let wanted = to.saturating_sub(self.timing.preroll());
        let Some(base) = self.base else {
            return self.rewind();
        };
        let byte = self.find((base + wanted).saturating_sub(self.drop))?;
        if byte <= self.beginning.byte {
            return self.rewind();
        }
        self.begin_at(byte, None, None)?;
        // What ends in the page is passed by; what begins after it is the first to be heard.
        while self.packets.next_page(MAX_PACKET_BYTES)? {
            let mut whole = false;
            while let Some(packet) = self.packets.whole.pop_front() {
                self.timing.frames(&packet);
                whole = true;
            }
            let Some(granule) = self.packets.page.granule.filter(|_| whole) else {
                continue;
            };
            self.at = granule.saturating_sub(base).saturating_add(self.drop);
            if self.at > to {
                break;
            }
            self.packets.damaged = false;
            return Ok(self.at);
        }
        self.rewind()
    }
}
