//! Packets in, segments and playlists out.

mod cut;
mod muxer;
mod settings;
mod source;
mod store;

use std::sync::Arc;

pub use settings::{PackageSettings, PartSettings, PlaylistKind, Storage};
pub(super) use store::Place;

use super::encryption::{Encryption, EncryptionMethod, KeyRing, PeriodKey};
use super::metadata::TimedMetadata;
use super::plan::microseconds;
use super::playlist::{Entry, LowLatency, MediaList, Part, RenditionReport};
use super::{CutPlan, Rendition, SegmentFormat};
use crate::container::fmp4::Init;
use crate::container::ts::TimedTag;
use crate::container::{BitRates, MeasuredLoudness, bit_rate};
use crate::encode::{Packet, StreamInfo};
use crate::{Error, Output, Result};
use muxer::Muxer;
use source::Source;
use store::Store;

/// The name of every media playlist.
const PLAYLIST: &str = "playlist.m3u8";

/// The most ID3 tags which wait for their moment.
const MAX_WAITING_TAGS: usize = 10_000;

/// Packages one rendition while its packets come in: `DIR/segment0.m4s` and so on (or one file),
/// init segments for fragmented MPEG-4, and at the end `DIR/playlist.m3u8`.
///
/// A playlist that grows is not written here: whenever [`Packager::write`] says that it did,
/// [`Packager::playlist`] is what to serve from then on.
///
/// Renditions of one sound are cut at the same media times if their packets have the same length
/// and priming. Memory is bounded by two segments (and by the list of all segments, a line each).
///
/// ```
/// use veza_audio::encode::{FlacEncoder, PacketEncoder};
/// use veza_audio::hls::{PackageSettings, Packager, PlaylistKind};
/// use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout, MemoryOutput};
///
/// let spec = AudioSpec::new(48_000, ChannelLayout::Mono);
/// let mut encoder = FlacEncoder::new(spec, 16, 5)?;
/// let settings = PackageSettings {
///     playlist: PlaylistKind::Event,
///     segment_seconds: 2.0,
///     ..PackageSettings::default()
/// };
/// let output = MemoryOutput::new();
/// let mut packager = Packager::new(&output, "flac", encoder.info().clone(), settings)?;
/// let mut packets = Vec::new();
/// for _ in 0..10 {
///     encoder.encode(&AudioBuffer::from_planes(vec![vec![0.0; 48_000]]), &mut packets)?;
///     if packager.write(&packets)? {
///         assert!(packager.playlist().contains("#EXTINF:"));
///     }
///     packets.clear();
/// }
/// encoder.finish(&mut packets)?;
/// packager.write(&packets)?;
/// let rendition = packager.finish(480_000)?;
/// assert_eq!((rendition.segments, rendition.codecs.as_str()), (5, "fLaC"));
/// # Ok::<(), veza_audio::Error>(())
/// ```
pub struct Packager<'a> {
    settings: PackageSettings,
    store: Store<'a>,
    muxer: Muxer,
    source: Source,
    keys: Option<KeyRing<'a>>,
    list: MediaList,
    /// ID3 tags which wait, in the order of their times.
    tags: Vec<TimedMetadata>,
    /// The init segment in force, and the key that it names.
    map: Option<Arc<Place>>,
    map_key: Option<Arc<PeriodKey>>,
    /// Segments written so far, and sources begun.
    segments: u64,
    sources: u64,
    /// The segment in the making, and how much of it is in parts already.
    bytes: Vec<u8>,
    totals: Totals,
    longest: u64,
}

/// What the bit rates come from.
#[derive(Default)]
struct Totals {
    bytes: u64,
    microseconds: u64,
    /// Bit/s of the busiest segment.
    peak: u32,
    /// The least that a segment counts for, in seconds.
    least_seconds: f64,
}

impl<'a> Packager<'a> {
    /// A packager into folder `dir` of `output`, for packets of `info`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for settings which do not go together,
    /// [`Error::UnsupportedCodec`] where the format does not take the codec, and those of the
    /// output.
    pub fn new(
        output: &'a dyn Output,
        dir: &str,
        info: StreamInfo,
        settings: PackageSettings,
    ) -> Result<Self> {
        settings.check()?;
        let muxer = Muxer::new(&info, settings.format, settings.timed_metadata)?;
        let source = Source::new(info, &settings)?;
        let one_name = match settings.format {
            SegmentFormat::Fmp4 => "media.mp4".to_owned(),
            format => format!("media.{}", format.extension(source.info.codec)),
        };
        let store = Store::new(output, dir, settings.storage, &one_name)?;
        let mut version = settings.format.playlist_version();
        if settings.storage == Storage::OneFile {
            version = version.max(4);
        }
        let mut list = MediaList::new(settings.playlist, version, source.longest_seconds());
        list.start_time = settings.start_time;
        if let Some(parts) = settings.parts {
            list.low_latency = Some(LowLatency {
                part_target: source.part_target(),
                blocking_reload: parts.blocking_reload,
            });
            list.hint = Some(part_name(&settings, source.info.codec, 0, 0));
        }
        Ok(Self {
            settings,
            store,
            muxer,
            source,
            keys: None,
            list,
            tags: Vec::new(),
            map: None,
            map_key: None,
            segments: 0,
            sources: 0,
            bytes: Vec::new(),
            totals: Totals::default(),
            longest: 0,
        })
    }

    /// Encrypts all segments. To be called before the first packet.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for AES-128 with low-latency parts (a segment is encrypted as
    /// a whole, and its parts would not be pieces of it), for SAMPLE-AES of MP3, and where
    /// packets came already.
    pub fn encrypt(&mut self, encryption: Encryption<'a>) -> Result<()> {
        let keys = KeyRing::new(encryption, self.settings.format);
        if self.segments > 0 || self.source.received > 0 {
            return Err(Error::invalid("encryption", "packets came already"));
        }
        match keys.method() {
            EncryptionMethod::Aes128 if self.settings.parts.is_some() => {
                let reason = "AES-128 takes whole segments, no parts; SAMPLE-AES does";
                return Err(Error::invalid("encryption", reason));
            }
            EncryptionMethod::SampleAes if self.source.info.codec == "mp4a.40.34" => {
                let reason = "SAMPLE-AES is not defined for MP3; AES-128 takes it";
                return Err(Error::invalid("encryption", reason));
            }
            _ => {}
        }
        self.keys = Some(keys);
        Ok(())
    }

    /// States how loud the sound was measured to be, for init segments still to be written.
    pub fn set_loudness(&mut self, loudness: MeasuredLoudness) {
        self.settings.loudness = Some(loudness);
    }

    /// Adds an ID3 tag, at a moment whose segment is still to come.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] where the settings said that there are none or the moment is
    /// past, [`Error::LimitExceeded`] where 10,000 are waiting.
    pub fn add_metadata(&mut self, metadata: TimedMetadata) -> Result<()> {
        if !self.settings.timed_metadata {
            let reason = "the settings said that there is no timed metadata";
            return Err(Error::invalid("metadata", reason));
        }
        if metadata.frame < self.source.frame_of(self.source.cut) {
            let reason = format!("the segment of frame {} is written", metadata.frame);
            return Err(Error::invalid("metadata", reason));
        }
        if self.tags.len() >= MAX_WAITING_TAGS {
            return Err(Error::LimitExceeded {
                what: "number of waiting ID3 tags",
                value: self.tags.len() as u64 + 1,
                max: MAX_WAITING_TAGS as u64,
            });
        }
        let at = self.tags.partition_point(|tag| tag.frame <= metadata.frame);
        self.tags.insert(at, metadata);
        Ok(())
    }

    /// Takes the encoder's next packets; answers whether a playlist which grows did so.
    ///
    /// # Errors
    /// Those of the muxer, of the keys and of the output.
    pub fn write(&mut self, packets: &[Packet]) -> Result<bool> {
        let (parts, segments) = (self.list.open_parts.len(), self.segments);
        for packet in packets {
            self.source.push(packet);
            if self.settings.parts.is_some() {
                self.write_parts(None)?;
            }
            while let Some(border) = self.source.next_cut() {
                self.write_segment(border, None)?;
            }
        }
        let has_grown = (parts, segments) != (self.list.open_parts.len(), self.segments);
        Ok(has_grown && self.settings.playlist != PlaylistKind::Vod)
    }

    /// Ends a source which had `sound_frames` frames and goes on with another: behind an
    /// `EXT-X-DISCONTINUITY`, since rate, codec parameters and priming are its own. Times of
    /// [`TimedMetadata`] count from its start.
    ///
    /// # Errors
    /// Those of [`Packager::finish`]; [`Error::InvalidParameter`] for another codec.
    pub fn next_source(&mut self, sound_frames: u64, info: StreamInfo) -> Result<()> {
        if info.codec != self.source.info.codec {
            let (other, codec) = (info.codec, self.source.info.codec);
            let reason = format!("a rendition of {codec} cannot go on with {other}");
            return Err(Error::invalid("info", reason));
        }
        // Whatever is wrong with it is told before anything is written.
        let next = Source::new(info, &self.settings)?;
        Muxer::new(&next.info, self.settings.format, false)?;
        self.end_source(sound_frames)?;
        self.muxer.change_stream(&next.info)?;
        if let Some(low_latency) = &mut self.list.low_latency {
            low_latency.part_target = low_latency.part_target.max(next.part_target());
        }
        self.source = next;
        self.sources += 1;
        self.map = None;
        Ok(())
    }

    /// The playlist as it stands. One on demand is whole only after [`Packager::finish`], which
    /// writes it.
    pub fn playlist(&self) -> String {
        self.list.text(&[])
    }

    /// The playlist with reports on the other renditions, by which a player of low latency
    /// changes between them.
    pub fn playlist_with(&self, reports: &[RenditionReport]) -> String {
        self.list.text(reports)
    }

    /// What the playlists of other renditions are to say of this one, whose playlist they know
    /// as `uri`.
    pub fn report(&self, uri: &str) -> RenditionReport {
        self.list.report(uri)
    }

    /// Takes the end of the sound, whose (last) source had `sound_frames` frames. Packets beyond
    /// it are left out. Writes what is due and the playlist.
    ///
    /// # Errors
    /// [`Error::Empty`] for no frames, [`Error::InvalidParameter`] when packets are missing or
    /// were written already that come after the end; those of the keys and of the output.
    pub fn finish(mut self, sound_frames: u64) -> Result<Rendition> {
        self.end_source(sound_frames)?;
        self.store.finish()?;
        if self.settings.playlist == PlaylistKind::Vod {
            self.list.target_duration = whole_seconds(self.longest).max(1);
        }
        self.list.has_ended = true;
        let text = self.list.text(&[]);
        self.store.create(PLAYLIST, text.as_bytes())?;
        let rates = self.totals.bit_rates();
        Ok(Rendition {
            uri: self.store.path(PLAYLIST),
            format: self.settings.format,
            bandwidth: rates.peak,
            average_bandwidth: rates.average,
            codecs: self.source.info.codec.to_owned(),
            duration: self.totals.microseconds as f64 / 1e6,
            target_duration: self.list.target_duration,
            segments: self.segments as usize,
        })
    }

    fn end_source(&mut self, sound_frames: u64) -> Result<()> {
        self.source.end(sound_frames)?;
        if self.settings.parts.is_some() {
            // Low latency cuts as it goes: what is left is within one segment.
            self.write_parts(Some(sound_frames))?;
            self.write_segment(self.source.received, Some(sound_frames))?;
        } else {
            let info = &self.source.info;
            let plan = CutPlan::new(sound_frames, info, self.settings.segment_seconds)?;
            let borders = plan.segments().iter().map(|segment| segment.packets.end);
            for border in borders
                .filter(|border| *border > self.source.cut)
                .collect::<Vec<_>>()
            {
                self.write_segment(border, Some(sound_frames))?;
            }
        }
        if self.writes_init_late() {
            self.write_init(Some(sound_frames))?;
        }
        Ok(())
    }

    /// On demand and in files, the init segment can wait until bit rates and length are known.
    fn writes_init_late(&self) -> bool {
        self.settings.format == SegmentFormat::Fmp4
            && self.settings.playlist == PlaylistKind::Vod
            && self.settings.storage == Storage::Files
    }

    /// The init segment of the source, now or promised for later.
    fn begin_map(&mut self, key: Option<&Arc<PeriodKey>>) -> Result<()> {
        if self.settings.format != SegmentFormat::Fmp4 || self.map.is_some() {
            return Ok(());
        }
        self.map_key = key
            .filter(|key| key.method == EncryptionMethod::SampleAes)
            .cloned();
        if self.writes_init_late() {
            let uri = self.init_name();
            self.map = Some(Arc::new(Place { uri, range: None }));
            return Ok(());
        }
        let expected = self.settings.expected_frames.filter(|_| self.sources == 0);
        let place = self.write_init(expected)?;
        self.map = Some(Arc::new(place));
        Ok(())
    }

    fn init_name(&self) -> String {
        match self.sources {
            0 => "init.mp4".to_owned(),
            n => format!("init{n}.mp4"),
        }
    }

    fn write_init(&mut self, sound_frames: Option<u64>) -> Result<Place> {
        let info = &self.source.info;
        let nominal = info.bit_rate.map(|rate| BitRates {
            peak: rate,
            average: rate,
        });
        let measured = (self.totals.bytes > 0).then(|| self.totals.bit_rates());
        let first = self.map_key.as_ref().map(|key| key.packet_cipher(0));
        let init = Init {
            info,
            sound_frames,
            bit_rates: measured.or(nominal),
            loudness: self.settings.loudness,
            protection: first.as_ref(),
        };
        let bytes = init.write()?;
        self.store.write(self.init_name(), &bytes)
    }

    /// Writes the parts that are there: at the end of the sound the one that is left too.
    fn write_parts(&mut self, end: Option<u64>) -> Result<()> {
        while let Some(border) = self.source.next_part(end.is_some()) {
            let start = self.bytes.len();
            let (from, key) = (self.source.parted, self.segment_key()?);
            self.begin_map(key.as_ref())?;
            self.mux(from, border, end, key.as_deref())?;
            let number = self.list.open_parts.len() as u64;
            let uri = part_name(
                &self.settings,
                self.source.info.codec,
                self.segments,
                number,
            );
            self.store.create(&uri, &self.bytes[start..])?;
            self.list.open_parts.push(Part {
                microseconds: self.source.microseconds(from..border, end),
                uri,
            });
            self.source.parted = border;
            if self.list.open.is_none() {
                self.list.open = Some(self.entry(
                    0,
                    Place {
                        uri: String::new(),
                        range: None,
                    },
                    key,
                ));
            }
            let next = match self.source.segment_ends_at(border) {
                true => (self.segments + 1, 0),
                false => (self.segments, number + 1),
            };
            let codec = self.source.info.codec;
            self.list.hint = Some(part_name(&self.settings, codec, next.0, next.1));
        }
        Ok(())
    }

    /// Writes the segment that ends before packet `border`; `end` is the length of the source,
    /// where it is known.
    fn write_segment(&mut self, border: u64, end: Option<u64>) -> Result<()> {
        let from = self.source.cut;
        if border <= from {
            return Ok(());
        }
        let key = self.segment_key()?;
        self.begin_map(key.as_ref())?;
        if self.settings.parts.is_none() {
            self.mux(from, border, end, key.as_deref())?;
        }
        if let Some(key) = key.as_deref()
            && key.method == EncryptionMethod::Aes128
        {
            key.encrypt_segment(self.segments, &mut self.bytes);
        }
        let extension = self.settings.format.extension(self.source.info.codec);
        let name = format!("segment{}.{extension}", self.segments);
        let place = self.store.write(name, &self.bytes)?;
        let duration = self.source.microseconds(from..border, end);
        let least = self
            .source
            .seconds(border - from)
            .min(self.settings.segment_seconds / 2.0);
        self.totals.add(self.bytes.len() as u64, duration, least);
        self.longest = self.longest.max(duration);
        let mut entry = self.entry(duration, place, key);
        entry.parts = std::mem::take(&mut self.list.open_parts);
        self.list.open = None;
        self.list.push(entry);
        self.bytes.clear();
        self.source.advance(border);
        self.segments += 1;
        Ok(())
    }

    /// The key of the segment in the making.
    fn segment_key(&mut self) -> Result<Option<Arc<PeriodKey>>> {
        let Some(keys) = &mut self.keys else {
            return Ok(None);
        };
        let key = keys.key(self.segments)?;
        if key.needs_version_5() {
            self.list.version = self.list.version.max(5);
        }
        Ok(Some(key))
    }

    fn entry(&self, microseconds: u64, place: Place, key: Option<Arc<PeriodKey>>) -> Entry {
        Entry {
            microseconds,
            place,
            parts: Vec::new(),
            is_discontinuous: self.sources > 0 && self.source.cut == 0,
            map: self.map.clone(),
            key,
        }
    }

    /// Appends the packets from `from` to `border` to the segment in the making.
    fn mux(
        &mut self,
        from: u64,
        border: u64,
        end: Option<u64>,
        key: Option<&PeriodKey>,
    ) -> Result<()> {
        let is_last = end.is_some() && border == self.source.received;
        let frame_end = match is_last {
            true => u64::MAX,
            false => self.source.frame_of(border),
        };
        let due = self.tags.partition_point(|tag| tag.frame < frame_end);
        let skipped = self.source.skipped_frames();
        let tags: Vec<TimedTag> = self
            .tags
            .drain(..due)
            .map(|metadata| TimedTag {
                // As the muxer counts, from the first packet that it was given.
                frame: metadata.frame + u64::from(self.source.info.priming) - skipped,
                tag: metadata.tag,
            })
            .collect();
        let by_packet = key.filter(|key| key.method == EncryptionMethod::SampleAes);
        let cipher = by_packet.map(|key| key.packet_cipher(self.segments));
        let other_key = match (by_packet, &self.map_key) {
            (Some(key), Some(named)) => !key.is_same(named),
            _ => false,
        };
        let packets = self.source.packets(from..border, end);
        let bytes = &mut self.bytes;
        self.muxer
            .segment(&packets, &tags, cipher.as_ref(), other_key, bytes)
    }
}

impl Totals {
    fn add(&mut self, bytes: u64, microseconds: u64, least_seconds: f64) {
        let seconds = (microseconds as f64 / 1e6).max(least_seconds);
        self.peak = self.peak.max(bit_rate(bytes, seconds));
        self.bytes += bytes;
        self.microseconds += microseconds;
        self.least_seconds = self.least_seconds.max(least_seconds);
    }

    fn bit_rates(&self) -> BitRates {
        let seconds = (self.microseconds as f64 / 1e6).max(self.least_seconds);
        BitRates {
            peak: self.peak,
            average: bit_rate(self.bytes, seconds),
        }
    }
}

/// To the nearest second, as `EXT-X-TARGETDURATION` counts (RFC 8216, 4.3.3.1).
fn whole_seconds(microseconds: u64) -> u64 {
    (microseconds + 500_000) / 1_000_000
}

fn part_name(settings: &PackageSettings, codec: &str, segment: u64, part: u64) -> String {
    let extension = settings.format.extension(codec);
    format!("segment{segment}.{part}.{extension}")
}
