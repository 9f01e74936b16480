//! Silence trimmed at both ends.

use proptest::prelude::*;
use veza_audio::effects::{TrimSilence, TrimmedSource};
use veza_audio::{AudioBuffer, MemorySource, read_all};

use super::STEREO;

/// So many frames of silence, of sound, of silence, of sound, of silence.
fn trimmed(parts: [usize; 5], settings: TrimSilence) -> Vec<f32> {
    let mut plane = Vec::new();
    for (number, frames) in parts.into_iter().enumerate() {
        // Silence is not nothing, but 66 dB down.
        let level = if number % 2 == 0 { 0.0005 } else { 0.5 };
        plane.extend((0..frames).map(|n| if n % 2 == 0 { level } else { -level }));
    }
    // One channel is silent throughout.
    let sound = AudioBuffer::from_planes(vec![vec![0.0; plane.len()], plane]);
    let mut source = TrimmedSource::new(MemorySource::new(STEREO, sound), settings).unwrap();
    read_all(&mut source).unwrap().plane(1).to_vec()
}

#[test]
fn ends_are_trimmed_as_asked() {
    let parts = [30_000, 5_000, 40_000, 1_000, 50_000];
    let both = trimmed(parts, TrimSilence::default());
    assert_eq!(both.len(), 46_000);
    assert!(both[0].abs() == 0.5 && both[45_999].abs() == 0.5);
    let start = TrimSilence {
        end: false,
        ..TrimSilence::default()
    };
    assert_eq!(trimmed(parts, start).len(), 96_000);
    let end = TrimSilence {
        start: false,
        ..TrimSilence::default()
    };
    assert_eq!(trimmed(parts, end).len(), 76_000);
    let keep = TrimSilence {
        keep_seconds: 0.1,
        ..TrimSilence::default()
    };
    assert_eq!(trimmed(parts, keep).len(), 46_000 + 2 * 4_800);
    let finer = TrimSilence {
        threshold_db: -70.0,
        ..TrimSilence::default()
    };
    assert_eq!(trimmed(parts, finer).len(), 126_000);
    assert_eq!(
        trimmed([90_000, 0, 0, 0, 0], TrimSilence::default()).len(),
        0
    );
}

#[test]
fn of_a_very_long_silence_at_the_end_the_last_minute_goes() {
    let minute = 60 * 48_000;
    let left = trimmed([0, 100, 0, 0, minute + 48_000], TrimSilence::default());
    let over = left.len() - 100;
    assert!((48_000 - 16_384..=48_000).contains(&over), "{over}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_left_is_the_sound(parts in prop::array::uniform5(0_usize..40_000)) {
        let left = trimmed(parts, TrimSilence::default());
        let between = match (parts[1], parts[3]) {
            (0, 0) => 0,
            (0, sound) | (sound, 0) => sound,
            (first, second) => first + parts[2] + second,
        };
        prop_assert_eq!(left.len(), between);
    }
}
