//! Features of signals whose answers are known.

use proptest::prelude::*;
use veza_audio::analysis::{FeatureExtractor, Features};
use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout};

use super::music;
use super::signal::{noise, push, sine};

const RATE: u32 = 44_100;

fn extract(planes: Vec<Vec<f32>>, lengths: &[usize]) -> Features {
    let layout = ChannelLayout::from_channels(planes.len() as u16);
    let mut extractor = FeatureExtractor::new(AudioSpec::new(RATE, layout)).unwrap();
    push(&mut extractor, &AudioBuffer::from_planes(planes), lengths);
    extractor.finish()
}

#[track_caller]
fn near(value: Option<f64>, expected: f64, tolerance: f64) {
    let value = value.expect("there is something to measure");
    assert!(
        (value - expected).abs() <= tolerance,
        "{value}, not {expected}"
    );
}

#[test]
fn a_sine_is_where_it_is() {
    for frequency in [440.0, 3_000.0, 10_000.0] {
        let plane = sine(frequency / f64::from(RATE), 0.5, 0.1, RATE as usize);
        let features = extract(vec![plane.clone(), plane], &[4_096]);
        near(features.rms_dbfs, -9.03, 0.01);
        near(features.crest_factor_db, 3.01, 0.01);
        near(
            features.zero_crossing_rate,
            2.0 * frequency / f64::from(RATE),
            1e-4,
        );
        near(features.spectral_centroid_hz, frequency, 10.0);
        near(features.spectral_rolloff_hz, frequency, 45.0);
        assert!(features.spectral_flatness.unwrap() < 1e-4);
        assert!(features.spectral_bandwidth_hz.unwrap() < 150.0);
        assert!(features.dc_offset.abs() < 1e-4);
        assert_eq!(features.clipped_samples, 0);
    }
}

#[test]
fn white_noise_is_spread_evenly() {
    let features = extract(vec![noise(7, RATE as usize * 4)], &[4_096]);
    let nyquist = f64::from(RATE) / 2.0;
    // Evenly from -1 to 1: a third of full power.
    near(features.rms_dbfs, -4.77, 0.05);
    near(features.zero_crossing_rate, 0.5, 0.01);
    near(features.spectral_centroid_hz, nyquist / 2.0, 100.0);
    near(features.spectral_rolloff_hz, nyquist * 0.85, 150.0);
    near(
        features.spectral_bandwidth_hz,
        nyquist / 12_f64.sqrt(),
        100.0,
    );
    // exp(-γ), γ being Euler's constant: each bin's power is distributed exponentially.
    near(features.spectral_flatness, 0.5615, 0.01);
}

#[test]
fn clipping_offset_and_silence_are_found() {
    let second = RATE as usize;
    let mut plane = vec![0.0; second];
    plane.extend(
        sine(200.0 / f64::from(RATE), 4.0, 0.0, second)
            .iter()
            .map(|x| x.clamp(-1.0, 1.0)),
    );
    plane.extend(vec![0.0; second / 2]);
    let clipped = plane.iter().filter(|sample| sample.abs() == 1.0).count() as u64;
    let features = extract(vec![plane], &[1_000]);
    near(Some(features.leading_silence_seconds), 1.0, 0.001);
    near(Some(features.trailing_silence_seconds), 0.5, 0.001);
    assert!(clipped > 30_000);
    near(Some(features.clipped_samples as f64), clipped as f64, 0.0);

    let features = extract(vec![vec![0.25; second], vec![0.0; second]], &[1_000]);
    assert_eq!(features.dc_offset, 0.25);
}

#[test]
fn silence_has_no_spectrum() {
    let silent = extract(vec![vec![0.0; RATE as usize]], &[1_000]);
    let expected = Features {
        leading_silence_seconds: 1.0,
        zero_crossing_rate: Some(0.0),
        ..Features::default()
    };
    assert_eq!(silent, expected);
    assert_eq!(extract(vec![vec![]], &[1]), Features::default());
}

#[test]
fn a_sound_shorter_than_a_frame_has_a_spectrum() {
    let features = extract(vec![sine(0.1, 0.5, 0.0, 500)], &[500]);
    // It ends abruptly, which spreads it.
    near(features.spectral_centroid_hz, f64::from(RATE) / 10.0, 700.0);
}

#[test]
fn absurd_samples_give_numbers_or_nothing() {
    for value in [f32::NAN, f32::INFINITY, f32::MAX, f32::MIN_POSITIVE] {
        let planes = vec![[value, -value].repeat(5_000), vec![value; 10_000]];
        let json = serde_json::to_value(extract(planes, &[999])).unwrap();
        for (name, value) in json.as_object().unwrap() {
            assert!(
                value.is_null() || value.as_f64().is_some_and(f64::is_finite),
                "{name}"
            );
        }
    }
}

#[test]
fn music_lies_between_the_extremes() {
    let sound = music::stereo("elvish-theme.ogg", "30");
    let features = extract(sound.planes().to_vec(), &[4_096]);
    assert!(
        (300.0..6_000.0).contains(&features.spectral_centroid_hz.unwrap()),
        "{features:?}"
    );
    assert!(
        (6.0..30.0).contains(&features.crest_factor_db.unwrap()),
        "{features:?}"
    );
    let json = serde_json::to_string(&features).unwrap();
    let read: Features = serde_json::from_str(&json).unwrap();
    near(
        read.spectral_centroid_hz,
        features.spectral_centroid_hz.unwrap(),
        1e-9,
    );
    assert!(json.contains("\"spectralRolloffHz\":"));
}

#[test]
fn streams_that_make_no_sense_are_refused() {
    for spec in [
        AudioSpec::new(0, ChannelLayout::Mono),
        AudioSpec::new(8_000, ChannelLayout::Discrete(0)),
    ] {
        assert_eq!(
            FeatureExtractor::new(spec).unwrap_err().code(),
            "audio.invalid_parameter"
        );
    }
    let spec = AudioSpec::new(RATE, ChannelLayout::Stereo);
    assert!(
        FeatureExtractor::new(spec)
            .unwrap()
            .write(&AudioBuffer::new(3))
            .is_err()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn block_lengths_do_not_matter(
        lengths in prop::collection::vec(1_usize..5_000, 1..8),
        frames in 1_usize..30_000,
        seed: u64,
    ) {
        let planes: Vec<Vec<f32>> = [seed, !seed]
            .map(|seed| noise(seed, frames).iter().map(|sample| sample * 1.2).collect())
            .to_vec();
        let whole = serde_json::to_value(extract(planes.clone(), &[frames])).unwrap();
        let parts = serde_json::to_value(extract(planes, &lengths)).unwrap();
        for (name, value) in whole.as_object().unwrap() {
            let (one, other) = (value.as_f64(), parts[name].as_f64());
            let close = one.zip(other).is_none_or(|(a, b)| (a - b).abs() <= 1e-9 * a.abs().max(1.0));
            prop_assert!(one.is_some() == other.is_some() && close, "{}: {:?} {:?}", name, one, other);
        }
    }
}
