//! The whole analysis, of sounds whose answers are known.

use proptest::prelude::*;
use veza_audio::analysis::{
    FingerprintIndex, FingerprintMeter, SongAnalysis, SongAnalyzer, SongSettings,
};
use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout};

use super::sounds::groove;

fn analyse(sample_rate: u32, planes: Vec<Vec<f32>>, block: usize) -> SongAnalysis {
    let layout = ChannelLayout::from_channels(planes.len() as u16);
    let spec = AudioSpec::new(sample_rate, layout);
    let mut analyzer = SongAnalyzer::new(spec, SongSettings::default()).unwrap();
    for start in (0..planes[0].len()).step_by(block) {
        let end = (start + block).min(planes[0].len());
        let part = planes.iter().map(|plane| plane[start..end].to_vec());
        analyzer
            .write(&AudioBuffer::from_planes(part.collect()))
            .unwrap();
    }
    analyzer.finish().unwrap()
}

#[test]
fn grooves_from_60_to_200_bpm_have_their_tempo_or_an_octave_of_it() {
    let mut exact = 0;
    for step in 0..15 {
        let bpm = 60.0 + 10.0 * f64::from(step);
        let song = analyse(22_050, vec![groove(22_050, bpm, 16.0)], 16_384);
        let tempo = song.tempo.unwrap();
        let ratio = tempo.bpm / bpm;
        let octave = [0.5, 1.0, 2.0]
            .iter()
            .any(|o| (ratio / o - 1.0_f64).abs() < 0.01);
        assert!(octave, "{bpm}: {tempo:?}");
        exact += i32::from((ratio - 1.0).abs() < 0.01);
        // Beats are on the drums.
        let off = |time: &f64| {
            let beat = time * tempo.bpm / ratio / 60.0 * if ratio > 1.5 { 2.0 } else { 1.0 };
            (beat - beat.round()).abs() * 60.0 / bpm
        };
        let near = song.beats.iter().filter(|time| off(time) < 0.05).count();
        assert!(near * 10 >= song.beats.len() * 9, "{bpm}: {:?}", song.beats);
        assert!(
            song.beats.len() as f64 > 12.0 * tempo.bpm / 60.0,
            "{bpm}: {:?}",
            song.beats
        );
    }
    assert!(exact >= 12, "{exact} of 15");
}

#[test]
fn every_part_of_the_analysis_is_there() {
    let left = groove(44_100, 120.0, 20.0);
    let mut right = left.clone();
    right.extend(vec![0.0; 44_100]);
    let mut left = left;
    left.extend(vec![0.0; 44_100]);
    left[100_000..100_010].fill(1.0);
    let song = analyse(44_100, vec![left, right], 4_096);
    assert!(
        (song.tempo.unwrap().bpm - 120.0).abs() < 0.5,
        "{:?}",
        song.tempo
    );
    assert_eq!(song.key.unwrap().key.camelot(), "8A", "{:?}", song.key);
    assert!((38..=44).contains(&song.onsets.len()), "{:?}", song.onsets);
    assert_eq!(song.ranges.clipping.len(), 1);
    assert_eq!(song.ranges.clipping[0].start, 100_000);
    assert_eq!(song.ranges.silences.len(), 1);
    assert!(song.fingerprint.peaks() > 100);
    assert!(song.features.rms_dbfs.is_some());
    let json = serde_json::to_value(&song).unwrap();
    assert_eq!(json["key"]["key"]["mode"], "minor");
    assert!(json["tempo"]["alternativeBpm"].is_number());
    assert_eq!(json["similarity"]["version"], 1);
}

#[test]
fn a_piece_sounds_more_like_itself_at_another_rate_than_like_another() {
    let one = analyse(44_100, vec![groove(44_100, 120.0, 15.0)], 9_999);
    let same = analyse(48_000, vec![groove(48_000, 120.0, 15.0); 2], 4_096);
    let other = analyse(44_100, vec![groove(44_100, 87.0, 15.0)], 4_096);
    let sound = |song: &SongAnalysis| song.similarity.clone().unwrap();
    let near = sound(&one).distance(&sound(&same)).unwrap();
    let far = sound(&one).distance(&sound(&other)).unwrap();
    assert!(near < 0.6 * far, "{near} {far}");
}

#[test]
fn an_excerpt_is_found_in_noise_quieter_and_at_another_rate() {
    let mut index = FingerprintIndex::new();
    let tune = |seed: u32, rate: u32| -> Vec<f32> {
        (0..rate * 40)
            .map(|n| {
                let t = f64::from(n) / f64::from(rate);
                // Each tune has notes and a pace of its own.
                let beat = t * (4.0 + 0.17 * f64::from(seed));
                let mut note = (beat as u32 + 1).wrapping_mul(seed.wrapping_mul(2_654_435_761) | 1);
                note ^= note >> 15;
                note = note.wrapping_mul(2_246_822_519) >> 25;
                let hz = 200.0 * 2_f64.powf(f64::from(note) / 32.0);
                let decay = (-6.0 * beat.fract()).exp();
                let partials =
                    (1..6).map(|h| (std::f64::consts::TAU * hz * f64::from(h) * t).sin());
                (0.1 * decay * partials.sum::<f64>()) as f32
            })
            .collect()
    };
    let fingerprint = |rate: u32, samples: &[f32]| {
        let mut meter = FingerprintMeter::new(rate).unwrap();
        meter.push(samples);
        meter.finish()
    };
    for seed in 1..12 {
        index.add(seed, &fingerprint(22_050, &tune(seed, 22_050)));
    }
    let mut state = 3_u32;
    let excerpt: Vec<f32> = tune(5, 48_000)[48_000 * 17..48_000 * 27]
        .iter()
        .map(|sample| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            0.3 * sample + 0.003 * (state >> 8) as f32 / 8_388_608.0
        })
        .collect();
    let found = index.find(&fingerprint(48_000, &excerpt));
    assert_eq!((found.len(), found[0].track), (1, 5), "{found:?}");
    assert!((found[0].offset_seconds - 17.0).abs() < 0.05, "{found:?}");
    assert!(
        index
            .find(&fingerprint(22_050, &tune(99, 22_050)[..220_500]))
            .is_empty()
    );
}

#[test]
fn absurd_sounds_do_no_harm() {
    for value in [f32::NAN, f32::INFINITY, f32::MAX, f32::MIN_POSITIVE, 0.0] {
        for rate in [1_000, 8_000, 192_000, 1_000_000] {
            let song = analyse(rate, vec![[value, -value].repeat(5_000); 2], 999);
            let json = serde_json::to_string(&song).unwrap();
            assert!(!json.contains("NaN"), "{json}");
        }
    }
    let nothing = analyse(44_100, vec![vec![]], 1);
    assert!(nothing.tempo.is_none() && nothing.key.is_none() && nothing.similarity.is_none());
    let spec = AudioSpec::new(0, ChannelLayout::Mono);
    let error = SongAnalyzer::new(spec, SongSettings::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sample rate: 0 Hz; 1 kHz to 1 MHz can be analysed"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn block_lengths_do_not_matter(block in 1_usize..40_000, bpm in 60.0..180.0) {
        let sound = vec![groove(16_000, bpm, 6.0)];
        let whole = analyse(16_000, sound.clone(), 96_000);
        let parts = analyse(16_000, sound, block);
        prop_assert_eq!(&whole.fingerprint, &parts.fingerprint);
        prop_assert_eq!(whole.ranges, parts.ranges);
        prop_assert_eq!(whole.onsets, parts.onsets);
        prop_assert_eq!(whole.key.map(|key| key.key), parts.key.map(|key| key.key));
    }
}
