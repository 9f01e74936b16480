//! Compressor, expander and de-esser: what they do to steady levels, and how fast.

use veza_audio::dynamics::{Compressor, DeEsser, Detector, Expander};
use veza_audio::effects::{Effect, Prepare};
use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout};

use super::super::measure::signal::{amplitude, sine};
use super::{MONO, STEREO, db, through};

/// A square wave of 1 kHz: its level is the same at every sample.
fn square(level_db: f64, frames: usize) -> Vec<f32> {
    let high = amplitude(level_db) as f32;
    (0..frames)
        .map(|n| if n / 24 % 2 == 0 { high } else { -high })
        .collect()
}

fn last_level(heard: &[f32]) -> f64 {
    db(heard[heard.len() - 1].abs().into())
}

#[test]
fn the_compressors_static_curve_is_the_stated_one() {
    for (knee_db, ratio, detector) in [
        (0.0, 4.0, Detector::Peak),
        (12.0, 2.5, Detector::Peak),
        (6.0, 100.0, Detector::Rms),
    ] {
        let compressor = Compressor {
            threshold_db: -24.0,
            ratio,
            knee_db,
            makeup_db: 3.0,
            detector,
            ..Compressor::default()
        };
        for level in (-60..=6).step_by(3).map(f64::from) {
            let heard = last_level(&through(compressor, MONO, &square(level, 96_000)));
            let stated = compressor.curve_db(level);
            assert!(
                (heard - stated).abs() < 0.01,
                "{level}: {heard}, not {stated}"
            );
        }
    }
}

#[test]
fn a_sine_counts_by_its_peak_or_by_its_power() {
    let plane = sine(1_000.0 / 48_000.0, amplitude(-10.0), 0.0, 96_000);
    for (detector, level, within) in [(Detector::Peak, -10.0, 0.4), (Detector::Rms, -13.01, 0.1)] {
        let compressor = Compressor {
            threshold_db: -30.0,
            attack_ms: 5.0,
            release_ms: 500.0,
            detector,
            ..Compressor::default()
        };
        let heard = through(compressor, MONO, &plane);
        let highest = heard[90_000..].iter().fold(0.0_f32, |a, b| a.max(b.abs()));
        let reduction = db(highest.into()) + 10.0;
        let stated = compressor.curve_db(level) - level;
        assert!((reduction - stated).abs() < within, "{reduction} {stated}");
    }
}

/// The first frame from `start` on at which `level` (in dB, of a square wave) is reached.
fn reached(heard: &[f32], start: usize, level: impl Fn(f64) -> bool) -> usize {
    let place = heard[start..]
        .iter()
        .position(|sample| level(db(sample.abs().into())));
    place.expect("it is reached")
}

#[test]
fn attack_and_release_take_their_time() {
    // 63 % of the way, in decibels, is made in the stated time.
    let part = 1.0 - (-1.0_f64).exp();
    for (attack_ms, release_ms) in [(1.0, 50.0), (20.0, 200.0)] {
        let compressor = Compressor {
            threshold_db: -40.0,
            ratio: 4.0,
            knee_db: 0.0,
            attack_ms,
            release_ms,
            ..Compressor::default()
        };
        let (soft, loud) = (-40.0, -8.0);
        let mut plane = square(soft, 48_000);
        plane.extend(square(loud, 48_000));
        plane.extend(square(soft, 96_000));
        let heard = through(compressor, MONO, &plane);
        let reduction = compressor.curve_db(loud) - loud;
        let attack = reached(&heard, 48_000, |level| level <= loud + part * reduction);
        let release = reached(&heard, 96_000, |level| {
            level >= soft + (1.0 - part) * reduction && level < soft + 1.0
        });
        for (frames, stated) in [(attack, attack_ms), (release, release_ms)] {
            let ms = frames as f64 / 48.0;
            assert!(
                (ms - stated).abs() < 0.05 + stated * 0.01,
                "{ms} ms, not {stated}"
            );
        }
    }
}

#[test]
fn channels_are_linked_or_not() {
    for link in [true, false] {
        let compressor = Compressor {
            link,
            ..Compressor::default()
        };
        let planes = vec![square(0.0, 48_000), square(-40.0, 48_000)];
        let mut block = AudioBuffer::from_planes(planes);
        let mut processor = compressor.prepare(STEREO).unwrap();
        processor.process(&mut block).unwrap();
        let left = last_level(block.plane(0)) - 0.0;
        let right = last_level(block.plane(1)) + 40.0;
        assert!(left < -10.0);
        if link {
            assert!((left - right).abs() < 0.01, "{left} {right}");
        } else {
            assert!(right.abs() < 0.01, "{right}");
        }
        let reduction = processor.reduction().unwrap();
        assert!((reduction.max_db + left).abs() < 0.01);
        processor.reset();
        assert_eq!(processor.reduction().unwrap().max_db, 0.0);
    }
}

#[test]
fn what_the_side_chain_does_not_hear_is_not_compressed() {
    let bass = sine(40.0 / 48_000.0, 0.5, 0.0, 96_000);
    let compressor = |side_chain_high_pass| Compressor {
        threshold_db: -30.0,
        side_chain_high_pass,
        ..Compressor::default()
    };
    let level = |heard: Vec<f32>| heard[48_000..].iter().fold(0.0_f32, |a, b| a.max(b.abs()));
    assert!(level(through(compressor(None), MONO, &bass)) < 0.2);
    assert!(level(through(compressor(Some(400.0)), MONO, &bass)) > 0.45);
}

#[test]
fn the_expanders_static_curve_is_the_stated_one() {
    let expander = Expander {
        threshold_db: -30.0,
        ratio: 3.0,
        range_db: 45.0,
        ..Expander::default()
    };
    for level in (-90..=0).step_by(3).map(f64::from) {
        let heard = last_level(&through(expander, MONO, &square(level, 144_000)));
        let stated = expander.curve_db(level);
        assert!(
            (heard - stated).abs() < 0.01,
            "{level}: {heard}, not {stated}"
        );
    }
}

#[test]
fn a_gate_stays_open_within_its_hysteresis_and_its_hold() {
    let gate = Expander {
        threshold_db: -30.0,
        hysteresis_db: 6.0,
        ratio: 100.0,
        range_db: 80.0,
        attack_ms: 0.1,
        hold_ms: 100.0,
        release_ms: 10.0,
        ..Expander::default()
    };
    // Below the threshold from the start on: closed. Over it: open. Within the hysteresis: open
    // still. Below: open for the hold, then closed.
    let mut plane = square(-33.0, 48_000);
    plane.extend(square(-20.0, 24_000));
    plane.extend(square(-33.0, 48_000));
    plane.extend(square(-40.0, 48_000));
    let heard = through(gate, MONO, &plane);
    let gain = |frame: usize| db((heard[frame] / plane[frame]).into());
    assert!((gain(47_000) + 80.0).abs() < 0.1, "{}", gain(47_000));
    assert!(gain(48_000 + 48).abs() < 0.1, "{}", gain(48_048));
    assert!(gain(119_000).abs() < 1e-3);
    assert!(gain(120_000 + 4_790).abs() < 1e-3);
    assert!(gain(120_000 + 4_800 + 2_400) < -70.0);
}

#[test]
fn the_gate_is_fast_to_open_and_slow_to_close() {
    let gate = Expander {
        threshold_db: -30.0,
        hysteresis_db: 0.0,
        ratio: 100.0,
        range_db: 60.0,
        attack_ms: 2.0,
        hold_ms: 0.0,
        release_ms: 80.0,
        ..Expander::default()
    };
    let mut plane = square(-90.0, 48_000);
    plane.extend(square(-20.0, 48_000));
    plane.extend(square(-90.0, 48_000));
    let heard = through(gate, MONO, &plane);
    let rest = 60.0 * (-1.0_f64).exp();
    let attack = reached(&heard, 48_000, |level| level >= -20.0 - rest) as f64 / 48.0;
    let release = reached(&heard, 96_000, |level| level <= -90.0 - 60.0 + rest) as f64 / 48.0;
    assert!((attack - 2.0).abs() < 0.1, "{attack} ms");
    assert!((release - 80.0).abs() < 1.0, "{release} ms");
}

#[test]
fn the_de_esser_reduces_the_high_band_alone() {
    let de_esser = DeEsser {
        frequency: 5_000.0,
        threshold_db: -30.0,
        ratio: 100.0,
        range_db: 12.0,
        ..DeEsser::default()
    };
    let level = |frequency: f64, level_db: f64| {
        let plane = sine(frequency / 48_000.0, amplitude(level_db), 0.0, 48_000);
        let heard = through(de_esser, MONO, &plane);
        let highest = heard[24_000..].iter().fold(0.0_f32, |a, b| a.max(b.abs()));
        db(highest.into()) - level_db
    };
    // Soft sound passes, loud sound below the band nearly, loud sound in it is reduced by the range.
    assert!(level(12_000.0, -40.0).abs() < 0.02);
    assert!(level(300.0, -6.0).abs() < 0.1, "{}", level(300.0, -6.0));
    let high = level(14_000.0, -6.0);
    assert!((-12.2..-11.0).contains(&high), "{high}");
    // Below what it works on, nothing is changed at all.
    let soft = sine(0.21, 0.01, 0.0, 9_600);
    assert_eq!(through(de_esser, MONO, &soft), soft);
}

#[test]
fn every_layout_and_rate_is_taken() {
    for (rate, layout) in [
        (8_000, ChannelLayout::Mono),
        (44_100, ChannelLayout::Surround51),
        (192_000, ChannelLayout::Surround71),
    ] {
        let spec = AudioSpec::new(rate, layout);
        for effect in super::one_of_each() {
            let stereo_only = matches!(effect, Effect::Width(_));
            if stereo_only || !super::is_processor(&effect) {
                continue;
            }
            let mut processor = effect.prepare(spec).unwrap();
            let mut block = AudioBuffer::from_planes(vec![square(-3.0, 20_000); spec.channels()]);
            processor.process(&mut block).unwrap();
            assert_eq!(block.frames(), 20_000);
            let error = processor.process(&mut AudioBuffer::new(9)).unwrap_err();
            assert!(error.to_string().starts_with("block: it has 9 channels"));
        }
    }
}
