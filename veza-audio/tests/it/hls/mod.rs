//! Ladders of renditions, read back by `ffmpeg` and by parsers of playlists and transport streams.

mod check;
mod encryption;
mod faults;
mod kinds;
mod live;
mod low_latency;
mod tools;

use m3u8_rs::{MasterPlaylist, MediaPlaylist, MediaPlaylistType, Playlist};
use mpeg2ts::ts::{ReadTsPacket, TsPacketReader, TsPayload};
use veza_audio::container::MeasuredLoudness;
use veza_audio::encode::{AacEncoder, AacSettings, PacketEncoder};
use veza_audio::hls::{
    Rendition, RenditionSettings, RenditionWriter, SegmentFormat, master_playlist,
};
use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout, MemoryOutput, Output};

use crate::peers::{ffmpeg_decode, ffmpeg_decode_short, ffprobe, real_music};
use crate::sound::{lag, music, noise_db, planes};

const STEREO_44100: AudioSpec = AudioSpec {
    sample_rate: 44_100,
    layout: ChannelLayout::Stereo,
};

/// A ladder in a folder on disk.
struct Ladder {
    folder: tempfile::TempDir,
    renditions: Vec<Rendition>,
    channels: usize,
}

impl Ladder {
    fn new(sound: &AudioBuffer, spec: AudioSpec, format: SegmentFormat, rungs: &[u32]) -> Self {
        let output = MemoryOutput::new();
        let renditions: Vec<Rendition> = rungs
            .iter()
            .map(|kbps| write_rendition(sound, spec, format, *kbps, &output))
            .collect();
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in output.files() {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        std::fs::write(
            folder.path().join("master.m3u8"),
            master_playlist(&renditions),
        )
        .unwrap();
        Self {
            folder,
            renditions,
            channels: spec.channels(),
        }
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    fn master(&self) -> MasterPlaylist {
        match m3u8_rs::parse_playlist_res(&self.read("master.m3u8")) {
            Ok(Playlist::MasterPlaylist(master)) => master,
            other => panic!("{other:?}"),
        }
    }

    fn media(&self, rung: usize) -> MediaPlaylist {
        match m3u8_rs::parse_playlist_res(&self.read(&self.renditions[rung].uri)) {
            Ok(Playlist::MediaPlaylist(media)) => media,
            other => panic!("{other:?}"),
        }
    }

    /// The files of a rung's segments, in their order.
    fn segments(&self, rung: usize) -> Vec<Vec<u8>> {
        let folder = self.renditions[rung].uri.rsplit_once('/').unwrap().0;
        let segments = self.media(rung).segments;
        segments
            .iter()
            .map(|segment| self.read(&format!("{folder}/{}", segment.uri)))
            .collect()
    }

    /// What a player gets, by channel.
    fn play(&self) -> Vec<Vec<f32>> {
        planes(&ffmpeg_decode(&self.path("master.m3u8")), self.channels)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

fn write_rendition(
    sound: &AudioBuffer,
    spec: AudioSpec,
    format: SegmentFormat,
    kbps: u32,
    output: &dyn Output,
) -> Rendition {
    let settings = AacSettings {
        bit_rate: kbps * 1000,
    };
    let total_frames = sound.frames() as u64;
    let mut encoder = match format {
        SegmentFormat::Ts | SegmentFormat::Packed => AacEncoder::new(settings, spec),
        SegmentFormat::Fmp4 => AacEncoder::for_length(settings, spec, total_frames),
    }
    .unwrap();
    let settings = RenditionSettings {
        format,
        segment_seconds: 6.0,
        total_frames,
    };
    let info = encoder.info().clone();
    let mut writer = RenditionWriter::new(output, &format!("{kbps}k"), info, settings).unwrap();
    let mut packets = Vec::new();
    let mut start = 0;
    while start < sound.frames() {
        let mut block = AudioBuffer::new(sound.channels());
        block.extend_from(sound, start, (sound.frames() - start).min(16_384));
        start += block.frames();
        encoder.encode(&block, &mut packets).unwrap();
        writer.write(&packets).unwrap();
        packets.clear();
    }
    encoder.finish(&mut packets).unwrap();
    writer.write(&packets).unwrap();
    writer.finish().unwrap()
}

/// Five seconds, a whole number of segments, a sixth of a second more, and a minute.
const LENGTHS: [usize; 4] = [220_500, 264_600, 272_000, 2_703_330];

#[test]
fn fragmented_mpeg4_plays_exactly_the_frames_of_the_source_where_they_were() {
    for frames in LENGTHS {
        let sound = music(STEREO_44100, frames);
        let decoded = Ladder::new(&sound, STEREO_44100, SegmentFormat::Fmp4, &[128]).play();
        assert_eq!(decoded[0].len(), frames);
        for (source, decoded) in sound.planes().iter().zip(&decoded) {
            assert_eq!(lag(source, decoded, 10_000), 0, "{frames} frames");
            assert_eq!(
                lag(source, decoded, frames - 12_000),
                0,
                "{frames} frames, at the end"
            );
            let noise = noise_db(source, decoded, 0..frames);
            assert!(noise < -20.0, "{frames} frames: {noise} dB");
        }
    }
}

#[test]
fn a_transport_stream_plays_all_of_the_sound_and_less_than_a_packet_more() {
    for frames in LENGTHS {
        let sound = music(STEREO_44100, frames);
        let decoded = Ladder::new(&sound, STEREO_44100, SegmentFormat::Ts, &[128]).play();
        let over = decoded[0].len() as i64 - frames as i64;
        assert!((1..=1024).contains(&over), "{frames} frames: {over} over");
        for (source, decoded) in sound.planes().iter().zip(&decoded) {
            assert_eq!(lag(source, decoded, 10_000), 512, "{frames} frames");
            // Once the fade over the first half packet is past, and to where the last packet ends.
            let end = frames.min(decoded.len() - 512);
            let noise = noise_db(source, &decoded[512..], 512..end);
            assert!(noise < -20.0, "{frames} frames: {noise} dB");
        }
    }
}

#[test]
fn mono_and_other_rates_play_as_long() {
    for (sample_rate, layout) in [
        (48_000, ChannelLayout::Mono),
        (96_000, ChannelLayout::Stereo),
    ] {
        let spec = AudioSpec::new(sample_rate, layout);
        let sound = music(spec, 500_001);
        let fmp4 = Ladder::new(&sound, spec, SegmentFormat::Fmp4, &[128]).play();
        assert_eq!((fmp4.len(), fmp4[0].len()), (spec.channels(), 500_001));
        assert_eq!(lag(sound.plane(0), &fmp4[0], 400_000), 0);
        let ts = Ladder::new(&sound, spec, SegmentFormat::Ts, &[128]).play();
        assert!((1..=1024).contains(&(ts[0].len() - 500_001)));
        assert_eq!(lag(sound.plane(0), &ts[0], 400_000), 512);
    }
}

#[test]
fn a_sound_of_one_frame_is_one_segment() {
    let sound = music(STEREO_44100, 1);
    for (format, longest) in [(SegmentFormat::Fmp4, 1), (SegmentFormat::Ts, 1024)] {
        let ladder = Ladder::new(&sound, STEREO_44100, format, &[128]);
        let decoded = ffmpeg_decode_short(&ladder.path("master.m3u8")).len() / 2;
        assert!(
            (1..=longest).contains(&decoded),
            "{format:?}: {decoded} frames"
        );
        let media = ladder.media(0);
        assert_eq!((media.segments.len(), media.target_duration), (1, 1));
        assert!(ladder.renditions[0].bandwidth < 500_000);
    }
}

#[test]
fn real_music_stays_in_place() {
    let mut sound = AudioBuffer::new(2);
    sound.extend_interleaved(&real_music());
    let frames = sound.frames();
    let decoded = Ladder::new(&sound, STEREO_44100, SegmentFormat::Fmp4, &[192]).play();
    assert_eq!(decoded[0].len(), frames);
    assert_eq!(lag(sound.plane(0), &decoded[0], frames / 2), 0);
    let noise = noise_db(sound.plane(0), &decoded[0], 0..frames);
    assert!(noise < -15.0, "{noise} dB");
}

#[test]
fn playlists_say_what_there_is() {
    let sound = music(STEREO_44100, 2_703_330);
    for format in [SegmentFormat::Ts, SegmentFormat::Fmp4] {
        let ladder = Ladder::new(&sound, STEREO_44100, format, &[128, 192, 320]);
        let version = if format == SegmentFormat::Ts { 3 } else { 7 };
        let master = ladder.master();
        assert_eq!(
            (master.version, master.independent_segments),
            (Some(version), true)
        );
        let uris: Vec<&str> = master
            .variants
            .iter()
            .map(|variant| variant.uri.as_str())
            .collect();
        assert_eq!(
            uris,
            [
                "128k/playlist.m3u8",
                "192k/playlist.m3u8",
                "320k/playlist.m3u8"
            ]
        );
        let durations = |media: &MediaPlaylist| -> Vec<f32> {
            media
                .segments
                .iter()
                .map(|segment| segment.duration)
                .collect()
        };
        let first = durations(&ladder.media(0));
        assert_eq!(first.len(), 11);
        for (rung, variant) in master.variants.iter().enumerate() {
            assert_eq!(variant.codecs.as_deref(), Some("mp4a.40.2"));
            let media = ladder.media(rung);
            assert_eq!(
                durations(&media),
                first,
                "every rung is cut at the same times"
            );
            assert_eq!((media.version, media.media_sequence), (Some(version), 0));
            assert_eq!(media.target_duration, 6);
            assert_eq!(media.playlist_type, Some(MediaPlaylistType::Vod));
            assert!(media.end_list && media.independent_segments);
            let map = media.segments[0].map.as_ref().map(|map| map.uri.as_str());
            assert_eq!(map, (format == SegmentFormat::Fmp4).then_some("init.mp4"));

            // What is measured, by the segments as they lie there.
            let sizes = ladder
                .segments(rung)
                .into_iter()
                .map(|segment| segment.len() as f64 * 8.0);
            let sizes: Vec<f64> = sizes.collect();
            let peak = sizes
                .iter()
                .zip(&first)
                .map(|(bits, time)| bits / f64::from(*time));
            let peak = peak.fold(0.0, f64::max);
            let average = sizes.iter().sum::<f64>() / 61.3;
            assert!((variant.bandwidth as f64 / peak - 1.0).abs() < 1e-3);
            let stated = variant.average_bandwidth.unwrap() as f64;
            assert!((stated / average - 1.0).abs() < 1e-3);
            assert!(peak < 2.0 * average);
        }
        let text = String::from_utf8(ladder.read("128k/playlist.m3u8")).unwrap();
        let microseconds = |line: &str| line.replace('.', "").parse::<u64>().unwrap();
        let stated = text
            .lines()
            .filter_map(|line| line.strip_prefix("#EXTINF:")?.strip_suffix(','));
        assert_eq!(stated.map(microseconds).sum::<u64>(), 61_300_000);
        let probed = ffprobe(&ladder.path("master.m3u8"));
        assert_eq!(probed["streams"].as_array().unwrap().len(), 3);
    }
}

#[test]
fn every_segment_can_be_played_alone() {
    let sound = music(STEREO_44100, 800_000);
    for format in [SegmentFormat::Ts, SegmentFormat::Fmp4] {
        let ladder = Ladder::new(&sound, STEREO_44100, format, &[128]);
        let init = match format {
            SegmentFormat::Ts | SegmentFormat::Packed => Vec::new(),
            SegmentFormat::Fmp4 => ladder.read("128k/init.mp4"),
        };
        let segments = ladder.media(0).segments;
        for (segment, bytes) in segments.iter().zip(ladder.segments(0)).skip(1) {
            let path = ladder.path(&format!("alone-{}", segment.uri));
            std::fs::write(&path, [init.as_slice(), &bytes].concat()).unwrap();
            let decoded = ffmpeg_decode(&path).len() as f64 / 2.0;
            let stated = f64::from(segment.duration) * 44_100.0;
            // ffmpeg drops the priming of the init segment from whatever comes first.
            let dropped = if init.is_empty() {
                0.0
            } else {
                2_048.0 + 1_536.0
            };
            assert!(
                (stated - dropped - 1_024.0..=stated + 1_024.0).contains(&decoded),
                "{}: {decoded} of {stated} frames",
                segment.uri
            );
        }
    }
}

#[test]
fn a_player_may_change_the_rung_at_any_segment() {
    let frames = 1_500_000;
    let sound = music(STEREO_44100, frames);
    let ladder = Ladder::new(&sound, STEREO_44100, SegmentFormat::Fmp4, &[96, 256]);
    // ffmpeg warns of a second init segment; one does, since they differ in bit rates alone.
    let mut text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n\
                    #EXT-X-MAP:URI=\"96k/init.mp4\"\n"
        .to_owned();
    for (index, segment) in ladder.media(0).segments.iter().enumerate() {
        let rung = ["96k", "256k"][index % 2];
        let (duration, name) = (segment.duration, &segment.uri);
        text += &format!("#EXTINF:{duration},\n{rung}/{name}\n");
    }
    std::fs::write(ladder.path("mixed.m3u8"), text + "#EXT-X-ENDLIST\n").unwrap();
    let decoded = planes(&ffmpeg_decode(&ladder.path("mixed.m3u8")), 2);
    assert_eq!(decoded[0].len(), frames);
    // Around every border, 6 s apart, as well as elsewhere.
    for border in (1..5).map(|border| border * 6 * 44_100) {
        let around = border - 3_000..border + 3_000;
        assert_eq!(lag(sound.plane(0), &decoded[0], around.start), 0);
        let noise = noise_db(sound.plane(0), &decoded[0], around);
        assert!(noise < -20.0, "{noise} dB");
    }
}

#[test]
fn a_transport_stream_runs_on_from_segment_to_segment() {
    let sound = music(STEREO_44100, 800_000);
    let ladder = Ladder::new(&sound, STEREO_44100, SegmentFormat::Ts, &[128]);
    let mut counters = std::collections::BTreeMap::new();
    let (mut heard, mut clocks) = (Vec::new(), Vec::new());
    for segment in ladder.segments(0) {
        let mut reader = TsPacketReader::new(segment.as_slice());
        let mut opening = Vec::new();
        while let Some(packet) = reader.read_ts_packet().unwrap() {
            let counter = packet.header.continuity_counter.as_u8();
            if let Some(last) = counters.insert(packet.header.pid, counter) {
                assert_eq!(counter, (last + 1) % 16, "{:?}", packet.header.pid);
            }
            let field = packet.adaptation_field;
            let random_access = field
                .as_ref()
                .is_some_and(|field| field.random_access_indicator);
            let clock = field
                .and_then(|field| field.pcr)
                .map(|clock| clock.as_u64() / 300);
            clocks.extend(clock);
            match packet.payload.unwrap() {
                TsPayload::Pat(_) => opening.push("PAT"),
                TsPayload::Pmt(map) => {
                    opening.push("PMT");
                    assert_eq!(map.es_info.len(), 1);
                    assert_eq!(map.es_info[0].stream_type as u8, 0x0F);
                }
                TsPayload::PesStart(pes) => {
                    opening.push("PES");
                    assert!(random_access);
                    let time = pes.header.pts.unwrap().as_u64();
                    assert!((0..90_000).contains(&(time - clock.unwrap())));
                    heard.push(time);
                }
                _ => assert!(!random_access),
            }
        }
        assert_eq!(opening[..3], ["PAT", "PMT", "PES"]);
        assert_eq!(opening.iter().filter(|kind| **kind == "PAT").count(), 1);
    }
    // No gap between any two PES packets: 8 packets of 1,024 frames, at the end of a segment fewer.
    for pair in heard.windows(2) {
        let frames = (pair[1] - pair[0]) as f64 * 44_100.0 / 90_000.0 / 1024.0;
        assert!((frames - frames.round()).abs() < 0.001, "{frames}");
        assert!((0.99..8.01).contains(&frames), "{frames}");
    }
    let gaps = clocks.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(
        gaps.max().unwrap() <= 9_000,
        "a clock reference every 100 ms"
    );
}

#[test]
fn fragments_run_on_and_end_with_the_sound() {
    use mp4_atom::{Any, ReadFrom};
    let frames = 800_000;
    let output = MemoryOutput::new();
    // An encoder which was not told the length, so that there is padding.
    let mut encoder = AacEncoder::new(AacSettings { bit_rate: 128_000 }, STEREO_44100).unwrap();
    let info = encoder.info().clone();
    let settings = RenditionSettings {
        format: SegmentFormat::Fmp4,
        segment_seconds: 6.0,
        total_frames: frames as u64,
    };
    let mut writer = RenditionWriter::new(&output, "a/", info.clone(), settings).unwrap();
    writer.set_loudness(MeasuredLoudness {
        integrated: -14.0,
        true_peak: -1.0,
    });
    let mut packets = Vec::new();
    encoder
        .encode(&music(STEREO_44100, frames), &mut packets)
        .unwrap();
    encoder.finish(&mut packets).unwrap();
    writer.write(&packets).unwrap();
    let rendition = writer.finish().unwrap();
    let files = output.files();

    let boxes = |name: &str| -> Vec<Any> {
        let mut bytes = files[name].as_slice();
        let mut boxes = Vec::new();
        while !bytes.is_empty() {
            boxes.push(Any::read_from(&mut bytes).unwrap());
        }
        boxes
    };
    let init = boxes("a/init.mp4");
    let Any::Moov(movie) = &init[1] else {
        panic!("{init:?}")
    };
    let edits = &movie.trak[0]
        .edts
        .as_ref()
        .unwrap()
        .elst
        .as_ref()
        .unwrap()
        .entries;
    assert_eq!(
        (edits.len(), edits[0].media_time),
        (1, Some(u64::from(info.priming)))
    );
    // Program loudness in quarters from -57.75, the true peak in 32nds down from 20.
    let init = &files["a/init.mp4"];
    let loudness = init.windows(4).position(|name| name == b"tlou").unwrap();
    let stated = &init[loudness + 8..loudness + 18];
    assert_eq!(stated, [0, 0, 0, 0x02, 0xA0, 0x23, 1, 1, 175, 0x23]);

    let mut decode_time = 0;
    for segment in 0..rendition.segments {
        let boxes = boxes(&format!("a/segment{segment}.m4s"));
        let Any::Moof(fragment) = &boxes[1] else {
            panic!("{boxes:?}")
        };
        assert_eq!(fragment.mfhd.sequence_number as usize, segment + 1);
        let track = &fragment.traf[0];
        let time = track.tfdt.as_ref().unwrap().base_media_decode_time;
        assert_eq!(time, decode_time);
        for sample in track.trun[0].samples.iter() {
            decode_time += u64::from(sample.duration.unwrap_or(1024));
        }
    }
    assert_eq!(decode_time, frames as u64 + u64::from(info.priming));
}
