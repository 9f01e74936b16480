//! WAV and FLAC: the same samples come back.

use proptest::prelude::*;

use super::tools::*;
use veza_audio::encode::{FlacEncoder, PacketEncoder};
use veza_audio::tags::Tags;
use veza_audio::{AudioBuffer, Error};

/// The samples as integers of 32 bits, interleaved, as ffmpeg's `s32le` has them.
fn integers(sound: &AudioBuffer) -> Vec<i32> {
    let mut samples = Vec::new();
    sound.interleave_into(&mut samples);
    samples
        .iter()
        .map(|sample| (f64::from(*sample) * 2_147_483_648.0) as i32)
        .collect()
}

fn words(bytes: &[u8]) -> Vec<i32> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| i32::from_le_bytes(*word))
        .collect()
}

#[test]
fn wav_and_flac_give_every_sample_back() {
    for (rate, channels, frames) in [
        (44_100, 2, 100_000),
        (48_000, 1, 44_101),
        (96_000, 6, 30_001),
        (192_000, 2, 65_536),
        (22_050, 3, 4097),
        (12_345, 2, 5000),
        (44_100, 8, 9000),
    ] {
        let spec = spec(rate, channels);
        for (settings, bits) in [
            ("wav:16", 16),
            ("wav:24", 24),
            ("flac:16", 16),
            ("flac:24", 24),
            ("wav:32f", 24),
        ] {
            let sound = rounded(music(spec, frames), bits);
            let file = Saved::new(settings, &encode(settings, spec, &sound, &tags()).unwrap());
            let decoded = words(&file.decode_as("s32le"));
            assert!(
                decoded == integers(&sound),
                "{settings}, {channels} channels, {rate} Hz"
            );
            let entries = file.probe("stream=sample_rate,channels,duration_ts");
            let stated = format!("sample_rate={rate}\nchannels={channels}\nduration_ts={frames}\n");
            assert_eq!(entries, stated, "{settings}");
        }
    }
}

#[test]
fn every_flac_level_is_read_by_both_decoders() {
    let spec = spec(44_100, 2);
    let mut sizes = Vec::new();
    for bits in [16, 24] {
        let sound = rounded(music(spec, 150_001), bits);
        for level in 0..=8 {
            let settings = format!("flac:{bits}:{level}");
            let bytes = encode(&settings, spec, &sound, &Tags::new()).unwrap();
            let expected = integers(&sound);
            assert!(
                symphonia_integers(bytes.clone(), "flac") == expected,
                "{settings}"
            );
            let file = Saved::new(&settings, &bytes);
            assert!(words(&file.decode_as("s32le")) == expected, "{settings}");
            sizes.push(bytes.len());
        }
    }
    for sizes in sizes.chunks(9) {
        let raw = if sizes[0] == sizes[8] { 0 } else { sizes[0] };
        assert!(
            sizes[5] < sizes[2] && sizes[8] < sizes[5] && sizes[5] < raw,
            "{sizes:?}"
        );
    }
}

#[test]
fn a_flac_file_states_the_digest_ffmpeg_computes() {
    let spec = spec(48_000, 2);
    let sound = rounded(music(spec, 50_000), 16);
    let bytes = encode("flac:16", spec, &sound, &Tags::new()).unwrap();
    let pcm = Saved::new("flac:16", &bytes).decode_as("s16le");
    // "fLaC", a block header, then STREAMINFO, whose last 16 bytes are the digest.
    assert_eq!(bytes[26..42], md5::compute(pcm).0);
}

#[test]
fn flac_packets_are_the_frames_of_the_file() {
    let spec = spec(44_100, 2);
    let sound = rounded(music(spec, 20_000), 16);
    let mut encoder = FlacEncoder::new(spec, 16, 5).unwrap();
    let mut packets = Vec::new();
    encoder.encode(&sound, &mut packets).unwrap();
    encoder.finish(&mut packets).unwrap();
    let lengths: Vec<u32> = packets.iter().map(|packet| packet.frames).collect();
    assert_eq!(lengths, [4096, 4096, 4096, 4096, 3616]);
    let file = encode("flac:16", spec, &sound, &Tags::new()).unwrap();
    let frames: Vec<u8> = packets.into_iter().flat_map(|packet| packet.data).collect();
    assert!(file.ends_with(&frames));
    assert_eq!(file[8..42], encoder.info().config[..], "STREAMINFO");
}

#[test]
fn a_flac_file_is_sought_in_by_its_table() {
    let spec = spec(8_000, 1);
    let sound = rounded(music(spec, 8_000 * 90), 16);
    let file = Saved::new("flac", &encode("flac", spec, &sound, &Tags::new()).unwrap());
    let from = file.decode_from("61.5");
    let expected = integers(&sound)[(8_000 * 123 / 2)..].to_vec();
    assert!(words(&from) == expected);
}

#[test]
fn flac_is_no_larger_than_ffmpeg_makes_it() {
    let spec = spec(44_100, 2);
    let sound = rounded(music(spec, 44_100 * 20), 16);
    let ours = encode("flac:16:5", spec, &sound, &Tags::new())
        .unwrap()
        .len();
    let wav = Saved::new(
        "wav",
        &encode("wav:16", spec, &sound, &Tags::new()).unwrap(),
    );
    let theirs = wav
        .transcode(&["-c:a", "flac", "-compression_level", "5", "-f", "flac"])
        .len();
    assert!(ours * 100 <= theirs * 102, "{ours} bytes against {theirs}");
}

#[test]
fn samples_of_few_bits_in_wide_words_cost_only_their_bits() {
    // One channel: the mid of two has a bit more than they have.
    let spec = spec(44_100, 1);
    let sound = rounded(music(spec, 60_000), 16);
    let narrow = encode("flac:16", spec, &sound, &Tags::new()).unwrap().len();
    let wide = encode("flac:24", spec, &sound, &Tags::new()).unwrap().len();
    assert!(
        wide < narrow + narrow / 500,
        "{wide} bytes against {narrow}"
    );
}

#[test]
fn floats_over_full_scale_stay_in_a_float_file() {
    let spec = spec(48_000, 1);
    let sound = AudioBuffer::from_planes(vec![vec![0.25, 1.5, -3.0, 1e-8]]);
    let file = Saved::new(
        "wav:32f",
        &encode("wav:32f", spec, &sound, &Tags::new()).unwrap(),
    );
    assert_eq!(file.decode(1), sound);
}

#[test]
fn a_sound_of_no_frames_is_an_error() {
    for settings in ["wav", "flac", "mp3", "opus", "vorbis"] {
        let result = encode(
            settings,
            spec(48_000, 2),
            &AudioBuffer::new(2),
            &Tags::new(),
        );
        match result {
            Err(Error::Empty) => {}
            Err(Error::EncoderLeftOut { .. })
                if settings == "vorbis" && !cfg!(feature = "vorbis") => {}
            other => panic!("{settings}: {other:?}"),
        }
    }
}

/// A stretch of a channel, as integers of `bits` bits.
#[derive(Clone, Debug)]
enum Stretch {
    Constant(i32),
    Ramp(i32),
    Noise { bits: u32, seed: u32 },
    Tone { level: f64, step: f64 },
    Steps { low_zeros: u32, seed: u32 },
}

impl Stretch {
    fn sample(&self, n: usize, bits: u32) -> i32 {
        let top = 1i64 << (bits - 1);
        let mixed = |seed: u32| {
            let mut x = (n as u32).wrapping_mul(0x9e37_79b9) ^ seed;
            x = (x ^ (x >> 15)).wrapping_mul(0x85eb_ca6b);
            i64::from((x ^ (x >> 13)) as i32)
        };
        let value = match *self {
            Self::Constant(value) => i64::from(value),
            Self::Ramp(slope) => i64::from(slope) * n as i64,
            Self::Noise { bits, seed } => mixed(seed) >> (32 - bits),
            Self::Tone { level, step } => (level * top as f64 * (n as f64 * step).sin()) as i64,
            Self::Steps { low_zeros, seed } => (mixed(seed) >> 8) >> low_zeros << low_zeros,
        };
        value.clamp(-top, top - 1) as i32
    }
}

fn stretch() -> impl Strategy<Value = Stretch> {
    prop_oneof![
        any::<i32>().prop_map(Stretch::Constant),
        (-9000..9000).prop_map(Stretch::Ramp),
        (1u32..=24, any::<u32>()).prop_map(|(bits, seed)| Stretch::Noise { bits, seed }),
        (0.0..1.2, 0.0001..3.2).prop_map(|(level, step)| Stretch::Tone { level, step }),
        (1u32..=20, any::<u32>()).prop_map(|(low_zeros, seed)| Stretch::Steps { low_zeros, seed }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn flac_gives_back_whatever_it_was_given(
        channels in proptest::collection::vec(
            proptest::collection::vec((stretch(), 1usize..5000), 1..4),
            1..=8,
        ),
        bits in prop_oneof![Just(16u32), Just(24u32)],
        level in 0u8..=8,
        same in any::<bool>(),
    ) {
        let frames = channels[0].iter().map(|(_, length)| length).sum::<usize>();
        let scale = (1u32 << (bits - 1)) as f32;
        let planes: Vec<Vec<f32>> = channels
            .iter()
            .enumerate()
            .map(|(index, stretches)| {
                // Related channels now and then, so that mid and side are taken.
                let stretches = if same && index == 1 { &channels[0] } else { stretches };
                let samples = stretches
                    .iter()
                    .flat_map(|(kind, length)| (0..*length).map(|n| kind.sample(n, bits)))
                    .chain(std::iter::repeat(0))
                    .take(frames);
                samples.map(|sample| sample as f32 / scale).collect()
            })
            .collect();
        let sound = AudioBuffer::from_planes(planes);
        let spec = spec(44_100, channels.len() as u16);
        let bytes = encode(&format!("flac:{bits}:{level}"), spec, &sound, &Tags::new()).unwrap();
        prop_assert!(symphonia_integers(bytes, "flac") == integers(&sound));
    }
}
