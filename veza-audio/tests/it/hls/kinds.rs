//! Every kind of segment, read back by FFmpeg.

use veza_audio::MemoryOutput;
use veza_audio::hls::Packager;
use veza_audio::hls::{PackageSettings, PlaylistKind, SegmentFormat, Storage, TimedMetadata};
use veza_audio::tags::Tags;

use super::tools::{Encoded, aac, flac, mp3, opus, package, stereo};
use crate::sound::{lag, noise_db};
use crate::support::ffmpeg;

const FRAMES: usize = 800_000;

fn settings(format: SegmentFormat) -> PackageSettings {
    PackageSettings {
        format,
        ..PackageSettings::default()
    }
}

/// How many frames more than the source FFmpeg plays, and by how many they lag.
fn played(source: &Encoded, settings: PackageSettings) -> (i64, i64) {
    let decoded = package(&[source], settings, None).play(&[]);
    let over = decoded.frames() as i64 - source.sound.frames() as i64;
    let shift = lag(source.sound.plane(0), decoded.plane(0), 300_000);
    let end = decoded.frames().min(source.sound.frames()) - 4_000;
    assert_eq!(
        lag(source.sound.plane(0), decoded.plane(0), end - 9_000),
        shift,
        "at the end"
    );
    (over, shift)
}

#[test]
fn flac_in_mpeg4_comes_back_bit_for_bit() {
    let source = flac(stereo(44_100), FRAMES);
    let decoded = package(&[&source], settings(SegmentFormat::Fmp4), None).play(&[]);
    assert_eq!(decoded.frames(), FRAMES);
    let rounded = |sample: f32| (sample * 32_768.0).round_ties_even();
    for (wanted, got) in source.sound.planes().iter().zip(decoded.planes()) {
        let differing = wanted
            .iter()
            .zip(got)
            .filter(|(a, b)| rounded(**a) != rounded(**b));
        // What lies in the middle of two steps may go to either.
        assert!(differing.count() < 5);
        assert!(noise_db(wanted, got, 0..FRAMES) < -80.0);
    }
}

#[test]
fn opus_in_mpeg4_comes_back_in_its_place() {
    let source = opus(FRAMES);
    let (over, shift) = played(&source, settings(SegmentFormat::Fmp4));
    assert_eq!(shift, 0);
    // FFmpeg drops no part of the last packet.
    assert!((0..960).contains(&over), "{over} over");
}

#[test]
fn packed_audio_and_mp3_play_less_than_a_packet_more() {
    for (source, format) in [
        (aac(stereo(44_100), FRAMES), SegmentFormat::Packed),
        (mp3(stereo(44_100), FRAMES), SegmentFormat::Packed),
        (mp3(stereo(44_100), FRAMES), SegmentFormat::Ts),
    ] {
        let (over, shift) = played(&source, settings(format));
        let packet = i64::from(source.info.packet_frames);
        assert!((1..=packet).contains(&over), "{format:?}: {over} over");
        // The encoder's lead-in that is left, of which a decoder of MP3 has 1,057 at most.
        assert!((0..=1_152).contains(&shift), "{format:?}: {shift} late");
    }
}

#[test]
fn one_file_with_ranges_plays_like_many() {
    for (source, format) in [
        (aac(stereo(44_100), FRAMES), SegmentFormat::Ts),
        (aac(stereo(44_100), FRAMES), SegmentFormat::Packed),
        (aac(stereo(44_100), FRAMES), SegmentFormat::Fmp4),
        (flac(stereo(48_000), FRAMES), SegmentFormat::Fmp4),
    ] {
        let many = package(&[&source], settings(format), None);
        let one = PackageSettings {
            storage: Storage::OneFile,
            expected_frames: Some(source.frames()),
            ..settings(format)
        };
        let one = package(&[&source], one, None);
        assert_eq!(one.files.len(), 2, "the file and the playlist");
        assert_eq!(many.segments(), one.segments());
        let media = one.media();
        assert!(media.version.unwrap() >= 4);
        assert_eq!(one.play(&[]), many.play(&[]), "{format:?}");
        if format == SegmentFormat::Fmp4 {
            // The file is one that can be played as it is.
            let folder = one.on_disk(&[]);
            let path = folder.path().join("media.mp4");
            let raw = ffmpeg(&["-i", path.to_str().unwrap(), "-f", "f32le", "-"]);
            assert!((FRAMES..FRAMES + 1_024).contains(&(raw.len() / 8)));
        }
    }
}

#[test]
fn several_sources_follow_each_other() {
    let (first, second) = (aac(stereo(44_100), 500_000), aac(stereo(48_000), 400_000));
    for format in [
        SegmentFormat::Ts,
        SegmentFormat::Fmp4,
        SegmentFormat::Packed,
    ] {
        let settings = PackageSettings {
            start_time: Some(1_735_689_600_000),
            ..settings(format)
        };
        let made = package(&[&first, &second], settings, None);
        let media = made.media();
        let breaks: Vec<usize> = (0..media.segments.len())
            .filter(|index| media.segments[*index].discontinuity)
            .collect();
        assert_eq!(breaks, [2], "after 11.3 s in two segments");
        let seconds = 500_000.0 / 44_100.0 + 400_000.0 / 48_000.0;
        assert!((made.rendition.duration - seconds).abs() < 2e-6);
        // The date of the second source is that of the first's end.
        let date = media.segments[2]
            .program_date_time
            .unwrap()
            .timestamp_millis();
        assert_eq!(date, 1_735_689_600_000 + 500_000 * 1000 / 44_100);
        if format == SegmentFormat::Fmp4 {
            let maps = media
                .segments
                .iter()
                .filter_map(|segment| segment.map.as_ref());
            let maps: Vec<&str> = maps.map(|map| map.uri.as_str()).collect();
            assert_eq!(maps.first(), Some(&"init.mp4"));
            assert!(maps.contains(&"init1.mp4") && made.files.contains_key("init1.mp4"));
        } else {
            // The clock runs on from one to the other, within a packet.
            let starts: Vec<f64> = made
                .segments()
                .iter()
                .map(|s| first_time(s, format))
                .collect();
            for (pair, segment) in starts.windows(2).zip(&media.segments) {
                let step = pair[1] - pair[0] - f64::from(segment.duration);
                assert!(step.abs() < 0.05, "{format:?}: {step} s");
            }
            let decoded = made.play(&[]);
            assert!(decoded.frames() > 860_000);
        }
    }
}

/// The time stamp at which a segment begins, in seconds.
fn first_time(segment: &[u8], format: SegmentFormat) -> f64 {
    let ticks = match format {
        SegmentFormat::Packed => {
            let owner = b"com.apple.streaming.transportStreamTimestamp\0";
            let at = segment
                .windows(owner.len())
                .position(|bytes| bytes == owner)
                .unwrap();
            let bytes = &segment[at + owner.len()..][..8];
            u64::from_be_bytes(bytes.try_into().unwrap())
        }
        _ => {
            use mpeg2ts::ts::{ReadTsPacket, TsPacketReader, TsPayload};
            let mut reader = TsPacketReader::new(segment);
            loop {
                let packet = reader.read_ts_packet().unwrap().unwrap();
                if let Some(TsPayload::PesStart(pes)) = packet.payload {
                    break pes.header.pts.unwrap().as_u64();
                }
            }
        }
    };
    ticks as f64 / 90_000.0
}

#[test]
fn tags_come_at_their_moments() {
    let source = aac(stereo(44_100), FRAMES);
    let tags = |title: &str| Tags::from([("title".to_owned(), title.to_owned())]);
    for format in [SegmentFormat::Ts, SegmentFormat::Fmp4] {
        let output = MemoryOutput::new();
        let settings = PackageSettings {
            timed_metadata: true,
            ..settings(format)
        };
        let mut packager = Packager::new(&output, "", source.info.clone(), settings).unwrap();
        // Not in their order, and one in the last segment.
        for (frame, title) in [(441_000, "ten"), (0, "zero"), (750_000, "late")] {
            let metadata = TimedMetadata::tags(frame, &tags(title)).unwrap();
            packager.add_metadata(metadata).unwrap();
        }
        packager.write(&source.packets).unwrap();
        let past = TimedMetadata::tags(1, &tags("past")).unwrap();
        assert_eq!(
            packager.add_metadata(past).unwrap_err().code(),
            "audio.invalid_parameter"
        );
        packager.finish(source.frames()).unwrap();
        let files = output.files();
        let extension = if format == SegmentFormat::Ts {
            "ts"
        } else {
            "m4s"
        };
        for (title, segment) in [("zero", 0), ("ten", 1), ("late", 2)] {
            let bytes = &files[&format!("segment{segment}.{extension}")];
            let found = bytes.windows(title.len()).any(|w| w == title.as_bytes());
            assert!(found, "{format:?}: {title}");
        }
        if format == SegmentFormat::Ts {
            let stream = [0, 1, 2]
                .map(|n| files[&format!("segment{n}.ts")].as_slice())
                .concat();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("all.ts");
            std::fs::write(&path, stream).unwrap();
            assert_eq!(id3_times(path.to_str().unwrap()), [0, 10_000, 17_007]);
        } else {
            use mp4_atom::{Any, ReadFrom};
            let mut bytes = files["segment1.m4s"].as_slice();
            let messages: Vec<_> = std::iter::from_fn(|| {
                (!bytes.is_empty()).then(|| Any::read_from(&mut bytes).unwrap())
            })
            .filter_map(|any| match any {
                Any::Emsg(message) => Some(message),
                _ => None,
            })
            .collect();
            assert_eq!(messages.len(), 1);
            let text = format!("{:?}", messages[0]);
            assert!(
                text.contains("441000") && text.contains("aomedia.org/emsg/ID3"),
                "{text}"
            );
        }
    }
}

/// When FFmpeg finds ID3 tags, in milliseconds after the first frame of the sound.
fn id3_times(path: &str) -> Vec<i64> {
    let output = std::process::Command::new("ffprobe")
        .args(["-v", "error", "-show_packets", "-of", "json", path])
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packets = json["packets"].as_array().unwrap();
    let time = |packet: &serde_json::Value| -> f64 {
        packet["pts_time"].as_str().unwrap().parse().unwrap()
    };
    let start = packets
        .iter()
        .find(|p| p["codec_type"] == "audio")
        .map(time)
        .unwrap();
    // Half a packet of lead-in comes before the sound.
    let sound = start + 512.0 / 44_100.0;
    let tags = packets
        .iter()
        .filter(|packet| packet["codec_type"] == "data");
    tags.map(|packet| ((time(packet) - sound) * 1000.0).round() as i64)
        .collect()
}

#[test]
fn what_does_not_go_together_is_refused() {
    let source = aac(stereo(44_100), 50_000);
    let opus = opus(50_000);
    let output = MemoryOutput::new();
    let refused = |info: &veza_audio::encode::StreamInfo, settings: PackageSettings| {
        Packager::new(&output, "", info.clone(), settings)
            .err()
            .unwrap()
    };
    let error = refused(&opus.info, settings(SegmentFormat::Ts));
    assert_eq!(
        error.to_string(),
        "MPEG-TS holds Opus, which is not supported"
    );
    let metadata = PackageSettings {
        timed_metadata: true,
        ..settings(SegmentFormat::Packed)
    };
    assert!(
        refused(&source.info, metadata)
            .to_string()
            .contains("timed_metadata")
    );
    let live = PackageSettings {
        playlist: PlaylistKind::Live { segments: 2 },
        ..settings(SegmentFormat::Ts)
    };
    assert!(
        refused(&source.info, live)
            .to_string()
            .starts_with("playlist: ")
    );
    let mut packager = Packager::new(
        &output,
        "",
        source.info.clone(),
        settings(SegmentFormat::Fmp4),
    )
    .unwrap();
    let error = packager.next_source(1, opus.info.clone()).unwrap_err();
    assert!(
        error.to_string().contains("cannot go on with Opus"),
        "{error}"
    );
    let error = packager.finish(50_000).err().unwrap();
    assert!(
        error.to_string().contains("ends after 0 packets"),
        "{error}"
    );
}
