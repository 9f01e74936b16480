//! MP3, Opus and Vorbis: the length is exact, the sound is near.

use super::tools::*;
use veza_audio::tags::Tags;

/// The lossy encoders of this build, with the rates and the lowest signal-to-noise ratio (dB) that
/// music at this bit rate should come back with.
fn lossy() -> Vec<(&'static str, &'static [u32], f64)> {
    let mut all = vec![
        ("mp3:128", &[44_100, 48_000, 32_000][..], 11.0),
        ("mp3:320", &[44_100, 48_000][..], 18.0),
        ("mp3:64", &[22_050, 16_000, 8_000][..], 8.0),
        ("opus:64", &[48_000][..], 5.0),
        ("opus:192", &[48_000][..], 14.0),
    ];
    if cfg!(feature = "vorbis") {
        all.push(("vorbis:128", &[44_100, 48_000][..], 8.0));
        all.push(("vorbis:320", &[44_100, 48_000][..], 14.0));
    }
    all
}

#[test]
fn as_many_frames_come_back_and_they_are_the_same_sound() {
    for (settings, rates, least) in lossy() {
        for rate in rates {
            for (channels, frames) in [(2, 100_000), (1, 61_441)] {
                if settings == "vorbis:320" && channels == 1 {
                    continue; // more than one channel can use
                }
                let spec = spec(*rate, channels);
                let sound = music(spec, frames);
                let bytes = encode(settings, spec, &sound, &Tags::new()).unwrap();
                let decoded = Saved::new(settings, &bytes).decode(spec.channels());
                assert_eq!(
                    decoded.frames(),
                    frames,
                    "{settings}, {channels} channels, {rate} Hz"
                );
                let ratio = snr(&sound, &decoded);
                assert!(
                    ratio > least,
                    "{settings}, {channels} channels, {rate} Hz: {ratio:.1} dB"
                );
            }
        }
    }
}

#[test]
fn the_bit_rate_is_the_one_asked_for() {
    let mut all = vec![
        ("mp3:128", 128, 0.02),
        ("mp3:320", 320, 0.02),
        ("opus:96", 96, 0.25),
    ];
    if cfg!(feature = "vorbis") {
        all.push(("vorbis:192", 192, 0.25));
    }
    let spec = spec(48_000, 2);
    let sound = music(spec, 48_000 * 15);
    for (settings, kbps, tolerance) in all {
        let bytes = encode(settings, spec, &sound, &Tags::new()).unwrap().len();
        let measured = bytes as f64 * 8.0 / 15_000.0;
        let off = (measured / f64::from(kbps) - 1.0).abs();
        assert!(off < tolerance, "{settings}: {measured:.1} kbit/s");
    }
}

#[test]
fn surround_channels_come_back_in_their_places() {
    let mut all = vec!["opus:384"];
    if cfg!(feature = "vorbis") {
        all.push("vorbis:448");
    }
    if cfg!(feature = "aac") {
        all.push("aac:384");
    }
    for settings in all {
        let places: &[u16] = if settings.starts_with("aac") {
            &[6]
        } else {
            &[3, 4, 5, 6, 7, 8]
        };
        for &channels in places {
            let spec = spec(48_000, channels);
            let mut sound = music(spec, 48_000);
            if channels >= 6 {
                // The low-frequency channel carries nothing else.
                for (n, sample) in sound.plane_mut(3).iter_mut().enumerate() {
                    *sample = 0.3 * (n as f32 * 0.006).sin();
                }
            }
            let bytes = encode(settings, spec, &sound, &Tags::new()).unwrap();
            let decoded = Saved::new(settings, &bytes).decode(channels.into());
            assert_eq!(
                decoded.frames(),
                sound.frames(),
                "{settings}, {channels} channels"
            );
            let ratio = snr(&sound, &decoded);
            assert!(
                ratio > 5.0,
                "{settings}, {channels} channels: {ratio:.1} dB"
            );
        }
    }
}

#[test]
fn an_mp3_of_more_than_one_run_has_no_seam() {
    let spec = spec(48_000, 1);
    // Frames share bits in runs of 1000 (24 s): this crosses two seams.
    let sound = music(spec, 48_000 * 60);
    let decoded = Saved::new(
        "mp3",
        &encode("mp3:96", spec, &sound, &Tags::new()).unwrap(),
    )
    .decode(1);
    assert_eq!(decoded.frames(), sound.frames());
    let seam = |second: f64| {
        let (from, to) = (
            (second * 48_000.0) as usize - 2400,
            (second * 48_000.0) as usize + 2400,
        );
        let cut = |b: &veza_audio::AudioBuffer| {
            veza_audio::AudioBuffer::from_planes(vec![b.plane(0)[from..to].to_vec()])
        };
        snr(&cut(&sound), &cut(&decoded))
    };
    let usual = snr(&sound, &decoded);
    for second in [24.0, 48.0] {
        assert!(
            seam(second) > usual - 6.0,
            "{second} s: {} dB, {usual} dB in all",
            seam(second)
        );
    }
}

#[test]
fn tags_are_read_back() {
    let mut all = vec!["wav", "flac", "mp3:128", "opus:64"];
    if cfg!(feature = "vorbis") {
        all.push("vorbis:128");
    }
    let spec = spec(48_000, 2);
    let sound = music(spec, 9_600);
    for settings in all {
        let file = Saved::new(settings, &encode(settings, spec, &sound, &tags()).unwrap());
        let told = file.probe("format_tags:stream_tags").to_lowercase();
        let mut expected = vec!["title=château d’eau", "artist=ñandú & søn", "album=été"];
        expected.extend(["genre=ambient", "date=2026", "=7\n"]);
        if settings != "wav" {
            expected.push("=various");
        }
        for field in expected {
            assert!(told.contains(field), "{settings}: no {field} in {told}");
        }
    }
}

#[test]
fn the_same_sound_gives_the_same_file() {
    let spec = spec(48_000, 2);
    let sound = music(spec, 20_000);
    for settings in ["wav", "flac", "mp3", "opus", "vorbis"] {
        if settings == "vorbis" && !cfg!(feature = "vorbis") {
            continue;
        }
        let once = encode(settings, spec, &sound, &tags()).unwrap();
        assert!(
            once == encode(settings, spec, &sound, &tags()).unwrap(),
            "{settings}"
        );
    }
}
