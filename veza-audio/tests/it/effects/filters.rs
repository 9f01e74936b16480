//! Filters measured by their impulse responses, against the formulas of the "Audio EQ Cookbook".

use std::f64::consts::TAU;

use proptest::prelude::*;
use veza_audio::effects::Processor;
use veza_audio::filter::{Equalizer, EqualizerProcessor, Filter, FilterKind, LinearPhaseEqualizer};
use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout};

use super::super::measure::signal::noise;
use super::{MONO, STEREO, db, impulse, response, through};

/// The cookbook's coefficients, read at one frequency: level and phase in turns.
fn cookbook(filter: &Filter, rate: f64, frequency: f64) -> (f64, f64) {
    let a = 10_f64.powf(filter.gain_db / 40.0);
    let w0 = TAU * filter.frequency / rate;
    let (cos, alpha) = (w0.cos(), w0.sin() / (2.0 * filter.q));
    let root = 2.0 * a.sqrt() * alpha;
    let (b, a) = match filter.kind {
        FilterKind::Peaking => (
            [1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a],
            [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a],
        ),
        FilterKind::LowShelf => (
            [
                a * ((a + 1.0) - (a - 1.0) * cos + root),
                2.0 * a * ((a - 1.0) - (a + 1.0) * cos),
                a * ((a + 1.0) - (a - 1.0) * cos - root),
            ],
            [
                (a + 1.0) + (a - 1.0) * cos + root,
                -2.0 * ((a - 1.0) + (a + 1.0) * cos),
                (a + 1.0) + (a - 1.0) * cos - root,
            ],
        ),
        FilterKind::HighShelf => (
            [
                a * ((a + 1.0) + (a - 1.0) * cos + root),
                -2.0 * a * ((a - 1.0) + (a + 1.0) * cos),
                a * ((a + 1.0) + (a - 1.0) * cos - root),
            ],
            [
                (a + 1.0) - (a - 1.0) * cos + root,
                2.0 * ((a - 1.0) - (a + 1.0) * cos),
                (a + 1.0) - (a - 1.0) * cos - root,
            ],
        ),
        kind => {
            let b = match kind {
                FilterKind::LowPass => [(1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0],
                FilterKind::HighPass => [(1.0 + cos) / 2.0, -(1.0 + cos), (1.0 + cos) / 2.0],
                FilterKind::BandPass => [alpha, 0.0, -alpha],
                FilterKind::Notch => [1.0, -2.0 * cos, 1.0],
                _ => [1.0 - alpha, -2.0 * cos, 1.0 + alpha],
            };
            (b, [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
        }
    };
    let at = |c: [f64; 3]| {
        let w = TAU * frequency / rate;
        (
            c[0] + c[1] * w.cos() + c[2] * (2.0 * w).cos(),
            -c[1] * w.sin() - c[2] * (2.0 * w).sin(),
        )
    };
    let ((br, bi), (ar, ai)) = (at(b), at(a));
    let phase = (bi.atan2(br) - ai.atan2(ar)) / TAU;
    (br.hypot(bi) / ar.hypot(ai), phase)
}

fn frequencies(rate: u32) -> impl Iterator<Item = f64> {
    (0..60).map(move |n| 15.0 * (f64::from(rate) * 0.499 / 15.0).powf(f64::from(n) / 59.0))
}

#[test]
fn every_filter_has_the_cookbooks_response() {
    for rate in [44_100, 96_000] {
        let spec = AudioSpec::new(rate, ChannelLayout::Mono);
        for kind in FilterKind::ALL {
            for (frequency, q) in [
                (60.0, 0.71),
                (1_000.0, 0.5),
                (5_000.0, 3.0),
                (17_000.0, 1.0),
            ] {
                let mut filter = Filter::new(kind, frequency).with_q(q);
                if matches!(
                    kind,
                    FilterKind::Peaking | FilterKind::LowShelf | FilterKind::HighShelf
                ) {
                    filter.gain_db = if frequency < 2_000.0 { 12.0 } else { -9.0 };
                }
                let heard = through(filter, spec, &impulse(60_000, 0));
                for at in frequencies(rate) {
                    let (level, phase) = response(&heard, at / f64::from(rate));
                    let (expected, turn) = cookbook(&filter, rate.into(), at);
                    let stated = 10_f64.powf(filter.response_db(at, rate) / 20.0);
                    assert!(
                        (stated - expected).abs() < 1e-7,
                        "{filter:?} {at} Hz: stated"
                    );
                    // Rounding to f32 leaves a floor far below.
                    if expected < 1e-4 {
                        assert!(level < 2e-4);
                        continue;
                    }
                    let off = db(level) - db(expected);
                    assert!(off.abs() < 0.01, "{filter:?} {at} Hz: {off} dB");
                    let off = (phase - turn + 1.5).rem_euclid(1.0) - 0.5;
                    assert!(off.abs() < 1e-3, "{filter:?} {at} Hz: {off} turns");
                }
            }
        }
    }
}

fn three_bands() -> Vec<Filter> {
    vec![
        Filter::low_shelf(150.0, 6.0),
        Filter::peaking(2_500.0, 2.0, -8.0),
        Filter::high_shelf(9_000.0, 4.0),
    ]
}

#[test]
fn an_equalizer_is_all_its_bands() {
    let equalizer = Equalizer::new(three_bands());
    let heard = through(equalizer.clone(), MONO, &impulse(48_000, 0));
    for at in frequencies(48_000) {
        let off = db(response(&heard, at / 48_000.0).0) - equalizer.response_db(at, 48_000);
        assert!(off.abs() < 0.01, "{at} Hz: {off} dB");
    }
}

#[test]
fn linear_phase_has_the_same_levels_and_no_phase() {
    let equalizer = Equalizer::new(three_bands());
    for rate in [44_100, 96_000] {
        let spec = AudioSpec::new(rate, ChannelLayout::Mono);
        let linear = LinearPhaseEqualizer::new(three_bands());
        let place = rate as usize;
        let heard = through(linear, spec, &impulse(2 * place, place));
        for at in frequencies(rate) {
            let (level, _) = response(&heard, at / f64::from(rate));
            let off = db(level) - equalizer.response_db(at, rate);
            assert!(off.abs() < 0.01, "{rate} {at} Hz: {off} dB");
        }
        // Symmetric around where the impulse was: every frequency comes at the same time.
        for n in 0..place / 2 {
            let off = heard[place + n] - heard[place - n];
            assert!(off.abs() < 1e-6, "{n}: {off}");
        }
    }
}

#[test]
fn settings_that_move_neither_click_nor_run_away() {
    let setting = |turn: usize| {
        let frequency = if turn.is_multiple_of(2) {
            60.0
        } else {
            12_000.0
        };
        Equalizer::new(vec![Filter::low_pass(frequency).with_q(8.0); 1 + turn % 3])
    };
    let mut equalizer = EqualizerProcessor::new(&setting(0), STEREO).unwrap();
    for turn in 1..300 {
        equalizer.set(&setting(turn)).unwrap();
        let mut block = AudioBuffer::from_planes(vec![noise(turn as u64, 333); 2]);
        equalizer.process(&mut block).unwrap();
        for sample in block.plane(1) {
            assert!(sample.abs() < 2_000.0, "{sample}");
        }
    }
    // A steady sound whose gain changes moves without a step.
    let gain = |gain_db| Equalizer::new(vec![Filter::low_shelf(5_000.0, gain_db)]);
    let mut equalizer = EqualizerProcessor::new(&gain(0.0), MONO).unwrap();
    let mut block = AudioBuffer::from_planes(vec![vec![0.25; 9_600]]);
    equalizer.process(&mut block).unwrap();
    equalizer.set(&gain(12.0)).unwrap();
    equalizer.process(&mut block).unwrap();
    let largest = block
        .plane(0)
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs());
    assert!(largest.fold(0.0, f32::max) < 0.02);
    assert!((block.plane(0)[9_599] - 0.995).abs() < 0.005);
    // Settings that cannot be are refused, and those before stay.
    assert!(equalizer.set(&gain(99.0)).is_err());
    equalizer.process(&mut block).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn convolution_does_not_care_how_the_sound_is_cut(
        lengths in prop::collection::vec(1_usize..5_000, 1..6), seed: u64,
    ) {
        use veza_audio::effects::Prepare;
        let settings = LinearPhaseEqualizer { bands: three_bands(), taps: Some(301) };
        let sound = noise(seed, 20_000);
        let mut whole = AudioBuffer::from_planes(vec![sound.clone()]);
        settings.prepare(MONO).unwrap().process(&mut whole).unwrap();
        let mut cut = settings.prepare(MONO).unwrap();
        let (mut heard, mut start) = (Vec::new(), 0);
        for length in lengths.iter().cycle() {
            let end = sound.len().min(start + length);
            let mut block = AudioBuffer::from_planes(vec![sound[start..end].to_vec()]);
            cut.process(&mut block).unwrap();
            heard.extend_from_slice(block.plane(0));
            start = end;
            if start == sound.len() { break; }
        }
        prop_assert_eq!(heard.as_slice(), whole.plane(0));
    }
}
