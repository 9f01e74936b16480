//! What files say of themselves, carried over from one format to the others.

use std::io::Cursor;

use veza_audio::decode;
use veza_audio::tags::{Gain, Picture, PictureKind, ReplayGain, Tags};
use veza_audio::{Error, Limits};

use super::tools::{Saved, encode, music, spec, tags};

fn formats() -> Vec<&'static str> {
    let mut all = vec!["wav", "flac", "mp3:128", "opus:64"];
    if cfg!(feature = "vorbis") {
        all.push("vorbis:128");
    }
    if cfg!(feature = "aac") {
        all.push("aac:128");
    }
    all
}

/// A PNG of one pixel, black.
fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0]).unwrap();
    writer.finish().unwrap();
    bytes
}

fn written(settings: &str, tags: &Tags) -> Vec<u8> {
    let spec = spec(48_000, 2);
    encode(settings, spec, &music(spec, 9_600), tags).unwrap()
}

fn read(bytes: Vec<u8>, limits: &Limits) -> Result<Tags, Error> {
    Ok(decode::probe(Box::new(Cursor::new(bytes)), limits)?.tags)
}

#[test]
fn everything_comes_back_from_every_format() {
    let mut original = tags();
    original.insert("trackTotal", "12");
    original.insert("comment", "with care");
    original.set_replay_gain(ReplayGain {
        track: Some(Gain {
            gain_db: -3.25,
            peak: 0.944_061,
        }),
        album: Some(Gain {
            gain_db: 1.5,
            peak: 1.0,
        }),
    });
    original.add_picture(Picture::cover(png()));
    for settings in formats() {
        let mut back = read(written(settings, &original), &Limits::default()).unwrap();
        back.remove("encoder");
        // Opus has no place for peaks but in ReplayGain.
        let loudness = back.replay_gain();
        assert_eq!(loudness.track.unwrap().gain_db, -3.25, "{settings}");
        assert_eq!(loudness.album.unwrap().gain_db, 1.5, "{settings}");
        if settings.starts_with("opus") {
            assert_eq!(back["r128TrackGain"], "-2112");
            assert_eq!(back.get("replaygainTrackGain"), None);
            back.set_replay_gain(original.replay_gain());
        }
        assert_eq!(back, original, "{settings}");
    }
}

#[test]
fn covers_and_gains_are_seen_by_others() {
    let mut original = Tags::new();
    original.add_picture(Picture::cover(png()));
    original.set_replay_gain(ReplayGain {
        track: Some(Gain {
            gain_db: -3.25,
            peak: 1.0,
        }),
        album: None,
    });
    for settings in formats() {
        let file = Saved::new(settings, &written(settings, &original));
        if settings != "wav" {
            let seen = file.probe("stream=codec_name:stream_disposition=attached_pic");
            assert!(seen.contains("codec_name=png"), "{settings}: {seen}");
            assert!(seen.contains("attached_pic=1"), "{settings}: {seen}");
        }
        let told = file.probe("format_tags:stream_tags").to_lowercase();
        let gain = if settings.starts_with("opus") {
            "r128_track_gain=-2112"
        } else {
            "replaygain_track_gain=-3.25 db"
        };
        assert!(told.contains(gain), "{settings}: {told}");
    }
}

#[test]
fn opus_files_play_at_the_loudness_that_their_header_states() {
    let spec = spec(48_000, 2);
    let sound = music(spec, 48_000);
    let mut tags = Tags::new();
    tags.set_replay_gain(ReplayGain {
        track: Some(Gain {
            gain_db: -1.0,
            peak: 1.0,
        }),
        album: None,
    });
    let loudest = |settings: &str| {
        let bytes = encode(settings, spec, &sound, &tags).unwrap();
        let mut decoder = decode::open(Box::new(Cursor::new(bytes)), &Limits::default()).unwrap();
        let sound = veza_audio::read_all(&mut decoder).unwrap();
        let peak = sound
            .plane(0)
            .iter()
            .fold(0.0_f32, |peak, x| peak.max(x.abs()));
        (peak, decoder.info().tags.clone())
    };
    let (plain, _) = loudest("opus:128:both");
    let (turned, tags) = loudest("opus:128:header");
    let decibels = 20.0 * (turned / plain).log10();
    assert!((decibels + 6.0).abs() < 0.01, "{decibels}");
    assert_eq!(tags["r128TrackGain"], "0");
}

#[test]
fn pictures_over_the_limit_are_left_out_and_the_sound_is_read() {
    let mut original = tags();
    let mut large = png();
    large.resize(5_000, 0);
    original.add_picture(Picture {
        kind: PictureKind::BackCover,
        ..Picture::cover(large)
    });
    original.add_picture(Picture::cover(png()));
    let limits = Limits {
        max_picture_bytes: 1_000,
        ..Limits::default()
    };
    for settings in formats() {
        let back = read(written(settings, &original), &limits).unwrap();
        assert_eq!(back["title"], original["title"], "{settings}");
        let kept: Vec<usize> = back.pictures().iter().map(|p| p.data.len()).collect();
        // An ID3 tag is read up to the limit; what comes after it is lost with it.
        assert!(
            kept.iter().all(|bytes| *bytes == png().len()),
            "{settings}: {kept:?}"
        );
    }
}
