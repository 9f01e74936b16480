//! The numbers that librosa 0.11.0 gives for a short synthetic signal, as `librosa_golden.py`
//! wrote them: every seventh frame.

use serde_json::Value;
use veza_audio::analysis::{
    ContrastSettings, FeatureMatrix, MelNorm, MelScale, MelSettings, PeakPicking, StftSettings,
    chroma, frame_features, matrix_to_db, mel_spectrogram, mfcc, onset_strength, pick_peaks,
    spectral_contrast, tuning,
};

use super::sounds::golden_signal;

const RATE: u32 = 22_050;

fn golden(name: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("librosa.json")).unwrap();
    assert_eq!(all["librosa"], "0.11.0");
    all[name].clone()
}

/// Every seventh of `frames` is as librosa's, within a part of it, or of the highest there is.
#[track_caller]
fn same<'a>(name: &str, frames: impl Iterator<Item = &'a [f32]>, part: f64, of_highest: f64) {
    let golden = golden(name);
    let golden: Vec<Vec<f64>> = serde_json::from_value(golden).unwrap();
    let highest = golden
        .iter()
        .flatten()
        .fold(0.0, |high: f64, x| high.max(x.abs()));
    let frames: Vec<&[f32]> = frames.step_by(7).collect();
    assert_eq!(frames.len(), golden.len(), "{name}: frames");
    for (n, (frame, golden)) in frames.iter().zip(&golden).enumerate() {
        assert_eq!(frame.len(), golden.len(), "{name}: values");
        for (value, golden) in frame.iter().zip(golden) {
            let error = (f64::from(*value) - golden).abs();
            let allowed = part * golden.abs() + of_highest * highest;
            assert!(
                error <= allowed,
                "{name}, frame {}: {value}, not {golden}",
                n * 7
            );
        }
    }
}

#[track_caller]
fn same_column(name: &str, values: impl Iterator<Item = f32>, part: f64, of_highest: f64) {
    let column: Vec<[f32; 1]> = values.map(|value| [value]).collect();
    same(
        name,
        column.iter().map(|frame| frame.as_slice()),
        part,
        of_highest,
    );
}

fn rows(matrix: &FeatureMatrix) -> impl Iterator<Item = &[f32]> {
    matrix.iter()
}

#[test]
fn mel_bands_are_librosas() {
    let bands = |bands| MelSettings {
        bands,
        ..MelSettings::default()
    };
    let mel = mel_spectrogram(&golden_signal(), RATE, StftSettings::default(), &bands(40)).unwrap();
    same("mel", rows(&mel), 1e-4, 1e-9);
    let stft = StftSettings {
        window_length: 800,
        ..StftSettings::new(1_024, 256)
    };
    let htk = MelSettings {
        low_hz: 100.0,
        high_hz: Some(8_000.0),
        scale: MelScale::Htk,
        norm: MelNorm::Peak,
        ..bands(20)
    };
    let mel = mel_spectrogram(&golden_signal(), RATE, stft, &htk).unwrap();
    same("mel_htk", rows(&mel), 1e-4, 1e-9);
}

#[test]
fn cepstral_coefficients_are_librosas() {
    let mel = MelSettings::default();
    let mfcc = mfcc(&golden_signal(), RATE, StftSettings::default(), &mel, 13).unwrap();
    same("mfcc", rows(&mfcc), 1e-4, 1e-6);
}

#[test]
fn chroma_and_tuning_are_librosas() {
    let found = tuning(&golden_signal(), RATE, StftSettings::default()).unwrap();
    assert!(
        (found - golden("tuning").as_f64().unwrap()).abs() < 1e-9,
        "{found}"
    );
    let chroma = chroma(&golden_signal(), RATE, StftSettings::default(), None).unwrap();
    same("chroma", rows(&chroma), 1e-4, 1e-6);
}

#[test]
fn spectral_contrast_is_librosas() {
    let settings = ContrastSettings::default();
    let contrast =
        spectral_contrast(&golden_signal(), RATE, StftSettings::default(), &settings).unwrap();
    // Valleys are next to what the precision of a transform of `f32` leaves of strong tones.
    same("contrast", rows(&contrast), 2e-3, 1e-5);
}

#[test]
fn descriptors_of_frames_are_librosas() {
    let frames = frame_features(&golden_signal(), RATE, StftSettings::default()).unwrap();
    let shapes = || frames.iter().map(|frame| frame.shape);
    same_column(
        "centroid",
        shapes().map(|shape| shape.centroid_hz),
        1e-4,
        0.0,
    );
    same_column(
        "bandwidth",
        shapes().map(|shape| shape.bandwidth_hz),
        1e-4,
        0.0,
    );
    same_column("rolloff", shapes().map(|shape| shape.rolloff_hz), 1e-4, 0.0);
    same_column("flatness", shapes().map(|shape| shape.flatness), 1e-4, 1e-6);
    same_column("rms", frames.iter().map(|frame| frame.rms), 1e-5, 1e-9);
    let rates = frames.iter().map(|frame| frame.zero_crossing_rate);
    same_column("zero_crossing_rate", rates, 1e-6, 0.0);
}

#[test]
fn onsets_are_librosas() {
    let stft = StftSettings::default();
    let mel = MelSettings::default();
    let mut levels = mel_spectrogram(&golden_signal(), RATE, stft, &mel).unwrap();
    matrix_to_db(&mut levels, 80.0);
    let mut strength = onset_strength(&levels, stft.fft_size / (2 * stft.hop));
    same_column("onset_strength", strength.iter().copied(), 1e-3, 1e-5);
    let highest = strength.iter().copied().fold(0.0, f32::max);
    strength.iter_mut().for_each(|value| *value /= highest);
    let picking = PeakPicking::of_onsets(f64::from(RATE) / stft.hop as f64).unwrap();
    let onsets: Vec<usize> = serde_json::from_value(golden("onsets")).unwrap();
    assert_eq!(pick_peaks(&strength, &picking), onsets);
}
