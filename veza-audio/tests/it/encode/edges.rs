//! Sounds at the edges: very short, silent, too loud, not numbers.

use super::tools::*;
use veza_audio::encode::Format;
use veza_audio::tags::Tags;
use veza_audio::{AudioBuffer, Error};

fn formats() -> Vec<(&'static str, u16)> {
    let mut all = vec![
        ("wav", 6),
        ("wav:24", 2),
        ("flac", 6),
        ("flac:24", 2),
        ("mp3:128", 2),
    ];
    all.extend([("mp3:320", 1), ("opus:64", 2), ("opus:256", 6)]);
    if cfg!(feature = "vorbis") {
        all.push(("vorbis:128", 2));
        all.push(("vorbis:256", 6));
    }
    all
}

fn is_lossless(settings: &str) -> bool {
    settings
        .parse::<veza_audio::encode::EncodeSettings>()
        .unwrap()
        .format()
        .is_lossless()
}

fn tone(channels: u16, frames: usize) -> AudioBuffer {
    let wave: Vec<f32> = (0..frames).map(|n| 0.5 * (n as f32 * 0.05).sin()).collect();
    AudioBuffer::from_planes(vec![wave; channels.into()])
}

#[test]
fn every_length_comes_back() {
    for (settings, channels) in formats() {
        let spec = spec(48_000, channels);
        for frames in [
            1, 2, 31, 575, 577, 959, 961, 1151, 1153, 2304, 4095, 4096, 4097, 4112,
        ] {
            let sound = tone(channels, frames);
            let bytes = encode(settings, spec, &sound, &Tags::new()).unwrap();
            let decoded = decode_whole(settings, &bytes, &sound);
            if is_lossless(settings) {
                assert!(
                    snr(&rounded(sound, 16), &decoded) > 60.0 || frames == 1,
                    "{settings}"
                );
            }
        }
    }
}

#[test]
fn short_sounds_of_low_rates_come_back_from_mp3() {
    for rate in [8_000, 11_025, 22_050, 24_000] {
        for frames in [1, 94, 95, 576, 577, 1200] {
            let spec = spec(rate, 1);
            let bytes = encode("mp3:32", spec, &tone(1, frames), &Tags::new()).unwrap();
            let decoded = Saved::new("mp3", &bytes).decode(1);
            assert_eq!(decoded.frames(), frames, "{rate} Hz");
        }
    }
}

#[test]
fn silence_stays_silent_and_small() {
    for (settings, channels) in formats() {
        let spec = spec(48_000, channels);
        let mut silence = AudioBuffer::new(channels.into());
        silence.resize(48_000);
        let bytes = encode(settings, spec, &silence, &Tags::new()).unwrap();
        if settings.starts_with("flac") {
            assert!(bytes.len() < 1000, "{settings}: {} bytes", bytes.len());
        }
        let decoded = decode_whole(settings, &bytes, &silence);
        let loudest = decoded
            .planes()
            .iter()
            .flatten()
            .fold(0.0f32, |max, x| max.max(x.abs()));
        assert!(loudest < 1e-4, "{settings}: {loudest}");
    }
}

#[test]
fn a_square_wave_at_full_scale_and_noise_are_taken() {
    let mut seed = 7u32;
    let noise: Vec<f32> = (0..30_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect();
    let square: Vec<f32> = (0..30_000)
        .map(|n| if n / 50 % 2 == 0 { 1.0 } else { -1.0 })
        .collect();
    for (settings, channels) in formats() {
        let spec = spec(48_000, channels);
        let planes = (0..channels).map(|c| {
            if c % 2 == 0 {
                square.clone()
            } else {
                noise.clone()
            }
        });
        let sound = AudioBuffer::from_planes(planes.collect());
        let bytes = encode(settings, spec, &sound, &Tags::new()).unwrap();
        let decoded = decode_whole(settings, &bytes, &sound);
        if is_lossless(settings) {
            assert!(
                snr(&sound, &decoded) > 85.0,
                "{settings}: full scale is clipped by one step"
            );
        }
    }
}

#[test]
fn clipping_and_no_numbers_are_taken() {
    let mut wave: Vec<f32> = (0..20_000).map(|n| 5.0 * (n as f32 * 0.03).sin()).collect();
    for (n, odd) in [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        f32::MIN_POSITIVE,
    ]
    .into_iter()
    .enumerate()
    {
        wave[1000 + 37 * n] = odd;
    }
    for (settings, channels) in formats() {
        let spec = spec(48_000, channels);
        let sound = AudioBuffer::from_planes(vec![wave.clone(); channels.into()]);
        let bytes = encode(settings, spec, &sound, &Tags::new()).unwrap();
        let decoded = decode_whole(settings, &bytes, &sound);
        assert!(
            decoded
                .planes()
                .iter()
                .flatten()
                .all(|sample| sample.is_finite()),
            "{settings}"
        );
        if is_lossless(settings) {
            let plane = decoded.plane(0);
            assert_eq!(plane[1000], 0.0, "{settings}: no number is silence");
            assert!(
                plane[1037] > 0.9999 && plane[1074] == -1.0,
                "{settings}: clipped"
            );
        }
    }
}

#[test]
fn what_a_format_cannot_hold_is_refused_before_anything_is_written() {
    let mut cases = vec![
        (
            "mp3:128",
            spec(96_000, 2),
            "sampleRate: mp3 files cannot have 96000 Hz",
        ),
        (
            "mp3:128",
            spec(44_100, 6),
            "channels: mp3 files have 1 to 2, not 6",
        ),
        ("mp3:100", spec(44_100, 2), "kbps: MP3 at 44100 Hz has"),
        (
            "opus:64",
            spec(44_100, 2),
            "sampleRate: opus files cannot have 44100 Hz",
        ),
        (
            "flac",
            spec(44_100, 9),
            "channels: flac files have 1 to 8, not 9",
        ),
        ("wav", spec(0, 2), "sampleRate: a sound cannot have 0 Hz"),
    ];
    if cfg!(feature = "vorbis") {
        let message = "kbps: the Vorbis encoder cannot do 192 kbit/s with 2 channels at 8000 Hz";
        cases.push(("vorbis:192", spec(8_000, 2), message));
    }
    for (settings, spec, message) in cases {
        let sound = AudioBuffer::new(spec.channels());
        let error = encode(settings, spec, &sound, &Tags::new()).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
        assert_eq!(error.code(), "audio.invalid_parameter");
    }
    assert_eq!(Format::Mp3.rate_for(96_000), 48_000);
}

#[test]
fn a_block_with_other_channels_is_refused() {
    use veza_audio::encode::{EncodeSettings, create};
    for (settings, _) in formats() {
        let settings: EncodeSettings = settings.parse().unwrap();
        let output = Box::new(std::io::Cursor::new(Vec::new()));
        let mut encoder = create(&settings, spec(48_000, 2), None, &Tags::new(), output).unwrap();
        let error = encoder.write(&tone(1, 100)).unwrap_err();
        assert!(
            matches!(error, Error::InvalidParameter { name: "block", .. }),
            "{error}"
        );
    }
}
