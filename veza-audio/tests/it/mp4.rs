//! `.m4a` files, read back by `ffmpeg` and by a parser of MPEG-4.

use std::io::Cursor;

use mp4_atom::{DecodeMaybe, Header, Moov, ReadFrom};
use veza_audio::container::mp4::M4aWriter;
use veza_audio::encode::{AacEncoder, AacSettings, FileEncoder, PacketEncoder};
use veza_audio::tags::Tags;
use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout};

use crate::peers::{ffmpeg_decode, ffprobe};
use crate::sound::{lag, music, noise_db, planes};

fn m4a(
    sound: &AudioBuffer,
    encoder: AacEncoder,
    tags: &Tags,
    expected_frames: Option<u64>,
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = Box::new(
        M4aWriter::new(
            Cursor::new(&mut file),
            Box::new(encoder),
            tags,
            expected_frames,
        )
        .unwrap(),
    );
    let mut start = 0;
    while start < sound.frames() {
        let mut block = AudioBuffer::new(sound.channels());
        block.extend_from(sound, start, (sound.frames() - start).min(10_000));
        writer.write(&block).unwrap();
        start += block.frames();
    }
    writer.finish().unwrap();
    file
}

const STEREO_48000: AudioSpec = AudioSpec {
    sample_rate: 48_000,
    layout: ChannelLayout::Stereo,
};
const BIT_RATE: AacSettings = AacSettings { bit_rate: 128_000 };

/// The names of the boxes at the top of a file, in their order.
fn top_boxes(mut file: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    while let Some(header) = Header::decode_maybe(&mut file).unwrap() {
        names.push(header.kind.to_string());
        file = &file[header.size.unwrap()..];
    }
    names
}

fn movie(file: &[u8]) -> Moov {
    let mut rest = Cursor::new(file);
    loop {
        match mp4_atom::Any::read_from(&mut rest).unwrap() {
            mp4_atom::Any::Moov(movie) => return movie,
            _ => continue,
        }
    }
}

#[test]
fn a_player_gets_back_exactly_the_frames_of_the_source_where_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (44_100, ChannelLayout::Stereo, 128_000, 220_500),
        (44_100, ChannelLayout::Mono, 96_000, 61_300),
        (48_000, ChannelLayout::Stereo, 320_000, 100_001),
        (96_000, ChannelLayout::Stereo, 256_000, 200_000),
        (22_050, ChannelLayout::Mono, 48_000, 50_000),
        (48_000, ChannelLayout::Stereo, 128_000, 600),
        (8_000, ChannelLayout::Mono, 16_000, 20_001),
        (11_025, ChannelLayout::Stereo, 32_000, 20_002),
        (32_000, ChannelLayout::Stereo, 96_000, 20_003),
        (88_200, ChannelLayout::Mono, 128_000, 20_004),
        (48_000, ChannelLayout::Surround51, 384_000, 29_999),
    ];
    for (sample_rate, layout, bit_rate, frames) in cases {
        let spec = AudioSpec::new(sample_rate, layout);
        let sound = music(spec, frames);
        let path = folder.path().join("sound.m4a");
        let settings = AacSettings { bit_rate };
        let encoder = AacEncoder::for_length(settings, spec, frames as u64).unwrap();
        let made = m4a(&sound, encoder, &Tags::new(), Some(frames as u64));
        std::fs::write(&path, made).unwrap();
        let probed = ffprobe(&path);
        let stream = &probed["streams"][0];
        assert_eq!(
            (&stream["codec_name"], &stream["profile"]),
            (&"aac".into(), &"LC".into())
        );
        assert_eq!(stream["sample_rate"], sample_rate.to_string());
        assert_eq!(stream["channels"], spec.channels());
        let decoded = planes(&ffmpeg_decode(&path), spec.channels());
        assert_eq!(decoded[0].len(), frames, "{spec:?}");
        if frames > 30_000 {
            for (source, decoded) in sound.planes().iter().zip(&decoded) {
                assert_eq!(lag(source, decoded, 10_000), 0, "{spec:?}");
                let noise = noise_db(source, decoded, 0..frames);
                assert!(noise < -20.0, "{spec:?}: {noise} dB");
            }
        }
    }
}

#[test]
fn where_the_length_was_not_known_only_the_padding_is_left_to_the_player() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sound.m4a");
    let sound = music(STEREO_48000, 100_000);
    let encoder = AacEncoder::new(BIT_RATE, STEREO_48000).unwrap();
    std::fs::write(&path, m4a(&sound, encoder, &Tags::new(), None)).unwrap();
    let decoded = planes(&ffmpeg_decode(&path), 2);
    assert_eq!(lag(sound.plane(0), &decoded[0], 10_000), 0);
    // ffmpeg drops packets after the end, and no part of a packet.
    assert!((0..1024).contains(&(decoded[0].len() - 100_000)));
}

#[test]
fn the_boxes_say_how_long_the_sound_is() {
    for frames in [1, 1024, 33_333] {
        let sound = music(STEREO_48000, frames);
        let encoder = AacEncoder::new(BIT_RATE, STEREO_48000).unwrap();
        let priming = u64::from(encoder.info().priming);
        let file = m4a(&sound, encoder, &Tags::new(), None);
        let movie = movie(&file);
        let track = &movie.trak[0];
        let edit = &track.edts.as_ref().unwrap().elst.as_ref().unwrap().entries[0];
        assert_eq!(
            (edit.media_time, edit.segment_duration),
            (Some(priming), frames as u64)
        );
        assert_eq!(movie.mvhd.duration, frames as u64);
        assert_eq!(track.mdia.mdhd.duration, frames as u64 + priming);
        let table = &track.mdia.minf.stbl;
        let timed = table.stts.entries.iter();
        let media: u64 = timed
            .map(|run| u64::from(run.sample_count) * u64::from(run.sample_delta))
            .sum();
        assert_eq!(media, frames as u64 + priming);
        // The packets lie in mdat from its first byte to its last.
        let mp4_atom::StszSamples::Different { sizes } = &table.stsz.samples else {
            panic!("{:?}", table.stsz);
        };
        let offsets = &table.stco.as_ref().unwrap().entries;
        let mdat = file.windows(4).position(|name| name == b"mdat").unwrap();
        assert_eq!(offsets[0] as usize, mdat + 4);
        let length = u32::from_be_bytes(file[mdat - 4..mdat].try_into().unwrap());
        assert_eq!(sizes.iter().sum::<u32>(), length - 8);
    }
}

#[test]
fn the_movie_comes_first_where_the_length_was_known() {
    let sound = music(STEREO_48000, 100_000);
    let tags = Tags::from([("title".to_owned(), "One".to_owned())]);
    let boxes = |expected| {
        let encoder = AacEncoder::new(BIT_RATE, STEREO_48000).unwrap();
        top_boxes(&m4a(&sound, encoder, &tags, expected))
    };
    assert_eq!(boxes(Some(100_000)), ["ftyp", "moov", "free", "mdat"]);
    assert_eq!(boxes(None), ["ftyp", "free", "mdat", "moov"]);
    // A length that did not come true costs its room and nothing else.
    assert_eq!(boxes(Some(5_000)), ["ftyp", "free", "free", "mdat", "moov"]);
}

#[test]
fn tags_are_read_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sound.m4a");
    let tags = [
        ("title", "Été"),
        ("artist", "A & B"),
        ("album", "Album"),
        ("ALBUM_ARTIST", "Various"),
        ("tracknumber", "7/12"),
        ("disc", "1"),
        ("date", "2024"),
        ("replaygain_track_gain", "-7.03 dB"),
    ];
    let tags = tags
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    let encoder = AacEncoder::new(BIT_RATE, STEREO_48000).unwrap();
    std::fs::write(
        &path,
        m4a(&music(STEREO_48000, 48_000), encoder, &tags, None),
    )
    .unwrap();
    let read = &ffprobe(&path)["format"]["tags"];
    for (key, value) in [
        ("title", "Été"),
        ("artist", "A & B"),
        ("album", "Album"),
        ("album_artist", "Various"),
        ("track", "7/12"),
        ("disc", "1"),
        ("date", "2024"),
        ("REPLAYGAIN_TRACK_GAIN", "-7.03 dB"),
    ] {
        assert_eq!(read[key], value);
    }
}

#[test]
fn a_file_without_sound_is_refused() {
    let encoder = AacEncoder::new(BIT_RATE, STEREO_48000).unwrap();
    let writer = M4aWriter::new(
        Cursor::new(Vec::new()),
        Box::new(encoder),
        &Tags::new(),
        None,
    )
    .unwrap();
    assert_eq!(Box::new(writer).finish().unwrap_err().code(), "audio.empty");
}
